using System.Diagnostics;

namespace AsyncOpt.Silo.Tests;

/// <summary>The command line, a program of its own, against a silo; nothing is stood in for.</summary>
public sealed class ClientTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_run_on_a_silo_leaves_what_an_embedded_run_leaves()
    {
        var file = Path.Combine(_folder, "two.yaml");
        await File.WriteAllTextAsync(
            file, Requests.Specification + "\nseeds: 2\narms: { a: {}, b: { method: { step: 0.3 } } }", GatewayFixture.Token);
        await using var app = GatewayFixture.Build(
            _ => { }, ("Http", "http://127.0.0.1:0"), ("StoreFolder", Path.Combine(_folder, "store")));
        await app.StartAsync(GatewayFixture.Token);
        var address = app.Urls.First();

        Assert.Equal("", await Client("run", file, "--quiet", "--out", Path.Combine(_folder, "here")));
        Assert.Equal("", await Client("run", file, "--quiet", "--out", Path.Combine(_folder, "there"), "--silo", address));

        var here = Files("here");
        Assert.Equal(here.Keys, Files("there").Keys);
        Assert.Equal(30, here.Count); // seven files for each of two arms and two seeds, and two tables
        foreach (var (name, text) in Files("there").Where(f => !f.Key.EndsWith("manifest.json", StringComparison.Ordinal)))
            Assert.True(here[name] == text, name);
        await app.StopAsync(GatewayFixture.Token);
    }

    SortedDictionary<string, string> Files(string folder)
    {
        var root = Path.Combine(_folder, folder);
        return new(Directory.GetFiles(root, "*", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(root, f), File.ReadAllText), StringComparer.Ordinal);
    }

    /// <summary>Runs the command line; what it says on the error stream.</summary>
    static async Task<string> Client(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "asyncopt.dll"), .. args])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync(GatewayFixture.Token);
        var wrong = await process.StandardError.ReadToEndAsync(GatewayFixture.Token);
        await said;
        await process.WaitForExitAsync(GatewayFixture.Token);
        Assert.True(process.ExitCode == 0, wrong);
        return wrong;
    }
}
