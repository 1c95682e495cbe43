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
        Assert.True(here.Count > 28, $"{here.Count} files"); // seven files for each of two arms and two seeds, and tables
        foreach (var (name, text) in Files("there").Where(f => !IsOfItsTime(f.Key)))
            Assert.True(here[name] == text, name);
        await app.StopAsync(GatewayFixture.Token);
    }

    [Fact]
    public async Task Files_of_ones_own_go_to_the_silo_with_the_run_and_give_the_same_bits()
    {
        // Where the silo's data folder has a file of the same name, the run still reads that of its user.
        var data = Directory.CreateDirectory(Path.Combine(_folder, "data")).FullName;
        var mine = Directory.CreateDirectory(Path.Combine(_folder, "mine")).FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "edges.txt"), "x y\n", GatewayFixture.Token);
        await File.WriteAllTextAsync(Path.Combine(mine, "edges.txt"), "a b\nb c\nc d\nd a\na c\n", GatewayFixture.Token);
        await File.WriteAllTextAsync(Path.Combine(mine, "targets.csv"), "1,0\n3,1\n-2,5\n0.5,-1\n", GatewayFixture.Token);
        await File.WriteAllTextAsync(Path.Combine(mine, "speeds.txt"), "1\n2\n0.5\n4\n", GatewayFixture.Token);
        var file = Path.Combine(mine, "own.yaml");
        await File.WriteAllTextAsync(
            file,
            """
            topology: { name: edge-list, file: edges.txt }
            problem: { name: quadratic, file: targets.csv }
            method: { name: d-sgd, step: 0.1 }
            compute: { per-task: 10ms, speeds: { name: file, file: speeds.txt } }
            links: { delay: 1ms }
            stop: { time: 2s }
            samples: 4
            seeds: 2
            """,
            GatewayFixture.Token);
        await using var app = GatewayFixture.Build(
            _ => { }, ("Http", "http://127.0.0.1:0"), ("StoreFolder", Path.Combine(_folder, "store")), ("DataFolder", data));
        await app.StartAsync(GatewayFixture.Token);

        Assert.Equal("", await Client("run", file, "--quiet", "--out", Path.Combine(_folder, "here")));
        Assert.Equal(
            "", await Client("run", file, "--quiet", "--out", Path.Combine(_folder, "there"), "--silo", app.Urls.First()));

        var here = Files("here");
        Assert.Equal(here.Keys, Files("there").Keys);
        foreach (var (name, text) in Files("there").Where(f => !IsOfItsTime(f.Key)))
            Assert.True(here[name] == text, name);
        // It names the user's files, and so repeats the run here.
        foreach (var key in (string[])["hash", "inputs", "specification"])
            Assert.Equal(OfManifests(here, key), OfManifests(Files("there"), key));
        await app.StopAsync(GatewayFixture.Token);
    }

    // What says when and how long.
    static bool IsOfItsTime(string file) => Path.GetFileName(file) is "manifest.json" or "runs.csv";

    static List<string> OfManifests(SortedDictionary<string, string> files, string key) =>
    [
        .. files.Where(f => f.Key.EndsWith("manifest.json", StringComparison.Ordinal))
            .Select(f => $"{System.Text.Json.Nodes.JsonNode.Parse(f.Value)![key]}"),
    ];

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
