using System.Net;
using AsyncOpt.Core;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Grains.Tests.Live;
using AsyncOpt.Grains.Virtual;
using AsyncOpt.Reporting.Gateway;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AsyncOpt.Grains.Tests.Virtual;

/// <summary>A silo that is lost while the others do not know it yet.</summary>
public sealed class LossPauseTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;
    readonly ImpatientTime _time = new();
    readonly SiloAddress[] _silos = [.. Enumerable.Range(1, 3).Select(i => SiloAddress.New(IPAddress.Loopback, i, 1))];

    // When the others learn that the last one is lost.
    TimeSpan _known = TimeSpan.MaxValue;
    int _opened;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Attempts_are_not_spent_before_the_members_know_of_a_loss()
    {
        _known = TimeSpan.FromSeconds(40);

        var e = await Assert.ThrowsAsync<InputException>(Run);

        Assert.Equal("it began", e.Message);
        Assert.InRange(_time.Elapsed, _known, _known + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task What_is_lost_again_and_again_ends_the_run_after_growing_pauses()
    {
        var e = await Assert.ThrowsAsync<InputException>(Run);

        Assert.Contains("6 losses since it last got further", e.Message, StringComparison.Ordinal);
        // 2 + 4 + 8 + 16 + 32 s, each a look longer at most.
        Assert.InRange(_time.Elapsed, TimeSpan.FromSeconds(62), TimeSpan.FromSeconds(64));
        Assert.Equal(6 * 3, _opened);
    }

    Task Run()
    {
        var executor = new VirtualRunExecutor(
            Stub.Of<IGrainFactory>((_, _) => Stub.Of<IPartitionGrain>((method, _) => Answer(method))),
            Stub.Of<ISiloStatusOracle>((_, _) => Members()),
            Options.Create(new GrainsOptions()), _time, NullLogger<VirtualRunExecutor>.Instance);
        var plan = ContractTests.For("ad-psgd").Arm("none").Plan(0, cancellation: Token) with { Partitions = 3 };
        var request = new RunRequest { Name = "test", Arm = "only", Specification = "{}" };
        return executor.Run(
            new RunContext("run", request, plan, 0, new FileRunStore(_folder)), _ => { }, Token);
    }

    Dictionary<SiloAddress, SiloStatus> Members() =>
        _silos.Take(_time.Elapsed < _known ? 3 : 2).ToDictionary(s => s, _ => SiloStatus.Active);

    // Whatever is asked for may be with the lost silo: the entry of a grain in the directory, if not the grain.
    Task Answer(string method)
    {
        _opened += method == nameof(IPartitionGrain.Open) ? 1 : 0;
        return Task.FromException(_time.Elapsed < _known
            ? new SiloUnavailableException("lost just now")
            : new InputException("it began"));
    }
}
