using System.Diagnostics;
using System.Text.Json.Nodes;

namespace AsyncOpt.Silo.Tests;

/// <summary>Live runs of the command line, a program of its own, on silos within it.</summary>
public sealed class OwnSilosTests : IDisposable
{
    // Each round leaves a sixteenth of the way to the mean of the targets, 2: after 14 rounds it is there exactly, and
    // stays, however many more a live run makes until it is sampled.
    const string Specification = """
        workers: 2
        problem: { name: quadratic, targets: [[1], [3]] }
        method: { name: minibatch-sgd, step: 0.9375 }
        compute: { per-task: 5ms }
        links: { delay: 1ms }
        stop: { updates: 20 }
        sample-every: 0.1s
        """;

    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;
    readonly string _temporary;
    readonly List<Process> _clients = [];

    public OwnSilosTests()
    {
        _temporary = Directory.CreateDirectory(Path.Combine(_folder, "tmp")).FullName;
        File.WriteAllText(Path.Combine(_folder, "small.yaml"), Specification);
        File.WriteAllText(
            Path.Combine(_folder, "endless.yaml"), Specification.Replace("updates: 20", "time: 1000s"));
    }

    static CancellationToken Token => GatewayFixture.Token;

    public void Dispose()
    {
        foreach (var client in _clients)
        {
            client.Kill(entireProcessTree: true);
            client.WaitForExit();
            client.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_live_run_needs_no_other_program_and_leaves_what_one_on_a_cluster_leaves(int silos)
    {
        await using (var app = GatewayFixture.Build(
            _ => { }, ("Http", "http://127.0.0.1:0"), ("StoreFolder", Path.Combine(_folder, "store"))))
        {
            await app.StartAsync(Token);
            await Succeed("run", "small.yaml", "--quiet", "--out", "cluster", "--silo", app.Urls.First(),
                "--mode", "live", "--time-factor", "0.1", "--replay-log");
            await app.StopAsync(Token);
        }
        await Succeed("run", "small.yaml", "--quiet", "--out", "embedded");

        var table = await Succeed(
            "run", "small.yaml", "--quiet", "--out", "own", "--mode", "live", "--silos", $"{silos}",
            "--time-factor", "0.1", "--replay-log");
        var replayed = await Succeed("replay", Run("own"));

        Assert.Contains("minibatch-sgd", table, StringComparison.Ordinal);
        Assert.Contains("all 3 agents in the same state, bit for bit", replayed, StringComparison.Ordinal);
        string[] logs = [.. Enumerable.Range(0, silos).Select(i => Path.Combine("replay", $"silo-{i}.log"))];
        Assert.Equal(FilesOf("cluster", but: "replay"), FilesOf("own", but: "replay"));
        Assert.Equal(logs, FilesOf("own").Where(f => f.StartsWith("replay", StringComparison.Ordinal)));
        Assert.Equal("budget spent", (string?)Manifest("own")["outcome"]);
        foreach (var other in (string[])["cluster", "embedded"])
            Assert.Equal(Model(other), Model("own"));
        Assert.Equal("2", Model("own").Last().Split(',')[^1]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary));
    }

    [Fact]
    public async Task Runs_that_are_there_are_not_made_again()
    {
        string[] run = ["run", "small.yaml", "--quiet", "--out", "own", "--mode", "live", "--time-factor", "0.1"];
        await Succeed(run);

        Assert.Contains("1 of 1 run is there already", await Succeed(run), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupt_ends_the_run_where_it_stands_and_its_silos()
    {
        var client = Start("run", "endless.yaml", "--out", "own", "--mode", "live", "--silos", "2");
        Assert.Contains(
            "at 2 silos in this process", await client.StandardError.ReadLineAsync(Token), StringComparison.Ordinal);
        // Once it tells its progress there is something to be recorded.
        Assert.Contains(" events/s", await client.StandardError.ReadLineAsync(Token), StringComparison.Ordinal);

        using (var kill = Process.Start("kill", ["-INT", $"{client.Id}"]))
            await kill.WaitForExitAsync(Token);
        var rest = client.StandardError.ReadToEndAsync(Token);
        await client.StandardOutput.ReadToEndAsync(Token);
        await client.WaitForExitAsync(Token);

        Assert.Equal(1, client.ExitCode);
        Assert.Contains("cancelled: the user cancelled it", await rest, StringComparison.Ordinal);
        Assert.Equal("cancelled", (string?)Manifest("own")["outcome"]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary));
    }

    [Fact]
    public async Task What_is_wrong_with_an_option_of_theirs_is_one_sentence()
    {
        var client = Start("run", "small.yaml", "--mode", "live", "--telemetry", "collector");
        var said = client.StandardError.ReadToEndAsync(Token);
        await client.StandardOutput.ReadToEndAsync(Token);
        await client.WaitForExitAsync(Token);

        Assert.Equal(2, client.ExitCode);
        Assert.Equal(
            "--telemetry: expected an address such as http://localhost:4317, got 'collector'", (await said).TrimEnd());
    }

    static string Run(string folder) => Path.Combine(folder, "minibatch-sgd", "seed-0");

    JsonNode Manifest(string folder) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, Run(folder), "manifest.json")))!;

    string[] Model(string folder) => File.ReadAllLines(Path.Combine(_folder, Run(folder), "model.csv"));

    List<string> FilesOf(string folder, string? but = null)
    {
        var root = Path.Combine(_folder, Run(folder));
        return [.. Directory.GetFiles(root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file))
            .Where(file => but is null || !file.StartsWith(but, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
    }

    Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "asyncopt.dll"), .. args])
        {
            WorkingDirectory = _folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TMPDIR"] = _temporary;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        var client = Process.Start(start)!;
        _clients.Add(client);
        return client;
    }

    /// <summary>Runs the command line to its good end; what it says.</summary>
    async Task<string> Succeed(params string[] args)
    {
        var client = Start(args);
        var wrong = client.StandardError.ReadToEndAsync(Token);
        var said = await client.StandardOutput.ReadToEndAsync(Token);
        await client.WaitForExitAsync(Token);
        Assert.True(client.ExitCode == 0, await wrong);
        return said;
    }
}
