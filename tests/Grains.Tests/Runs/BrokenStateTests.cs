using System.Text;
using AsyncOpt.Core;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncOpt.Grains.Tests.Runs;

/// <summary>States of runs that somebody cut, changed or mixed up in the store.</summary>
public sealed class BrokenStateTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    static KeptRun Kept(string id) => new()
    {
        Request = Requests.Of(),
        Status = RunStatus.Queued(id, Requests.Of(), DateTimeOffset.UnixEpoch) with { State = RunState.Ended },
    };

    public void Dispose()
    {
        if (Directory.Exists(_folder)) // a cluster deletes the folder that it is given
            Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("[]", "expected an object")]
    [InlineData("null", "expected")]
    [InlineData("7", "expected")]
    [InlineData("{}", "missing keys 'request', 'status'")]
    [InlineData("CUT", "")]
    [InlineData("\"small\" -> 7", "expected a text")]
    [InlineData("\"small\" -> null", "got null")]
    [InlineData("\"ended\" -> \"gone\"", "expected one of")]
    [InlineData("\"ended\" -> 3", "expected one of")]
    [InlineData("\"inputs\":[] -> \"inputs\":[null]", "inputs: expected files, got null")]
    [InlineData("\"id\":\"run\" -> \"id\":\"other\"", "it is of run 'other'")]
    public async Task A_state_that_is_none_is_named_with_cause_and_remedy(string change, string says)
    {
        var store = new FileRunStore(_folder);
        var whole = GatewayJson.Write(Kept("run"));
        var text = change switch
        {
            "CUT" => whole[..(whole.Length / 2)],
            _ when change.Split(" -> ") is [var from, var to] => Replaced(whole, from, to),
            _ => change,
        };
        await store.Write("run", KeptRun.File, Encoding.UTF8.GetBytes(text), Token);

        var e = await Assert.ThrowsAsync<StorageException>(() => KeptRun.Read(store, "run", Token));

        Assert.StartsWith(Path.Combine(_folder, "run", "state.json") + ":", e.Message);
        Assert.Contains(says, e.Message);
        Assert.Contains("put back what was there", e.Message);
        Assert.DoesNotContain("System.", e.Message);
        Assert.DoesNotContain("\n", e.Message);
    }

    [Fact]
    public async Task A_broken_state_hides_no_other_run_and_the_run_is_there_once_it_is_mended()
    {
        var store = new FileRunStore(_folder);
        foreach (var id in (string[])["a", "b", "c"])
            await Kept(id).Write(store, Token);
        await store.Write("b", KeptRun.File, "{"u8.ToArray(), Token);
        Directory.CreateDirectory(Path.Combine(_folder, "d", KeptRun.File)); // a folder in place of a file

        await using var cluster = await RunCluster.Start(silos: 2, folder: _folder);
        var inSilo = cluster.Silos.GetSiloServiceProvider(cluster.Silos.Silos[0].SiloAddress)
            .GetRequiredService<IGrainFactory>();
        Assert.Equal(["a", "c"], (await cluster.Directory.List()).Select(r => r.Id).Order());
        // Each of both silos is asked: chance decides where a grain is.
        foreach (var id in (string[])["b", "d"])
        {
            var e = await Assert.ThrowsAsync<StorageException>(() => inSilo.GetGrain<IRunGrain>(id).Status());
            Assert.Contains(Path.Combine(_folder, id, KeptRun.File), e.Message);
        }

        await Kept("b").Write(store, Token);

        await Patience.Until(
            async () => (await cluster.Directory.List()).Length == 3, () => "the mended run is not listed");
        Assert.Equal(RunState.Ended, (await inSilo.GetGrain<IRunGrain>("b").Status())!.State);
    }

    static string Replaced(string text, string from, string to)
    {
        Assert.Contains(from, text);
        return text.Replace(from, to);
    }
}
