using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Checkpoints;

namespace AsyncOpt.Client.Tests;

/// <summary>
/// A process that is killed at any moment and begun again comes to the bits of one that was not. ASYNCOPT_KILLS says how
/// often, 10 by default.
/// </summary>
public sealed class KillTests : IDisposable
{
    // Of each run but for the manifest, which tells of machine and time.
    static readonly string[] Tables = ["metrics.csv", "staleness.csv", "staleness-agents.csv", "model.csv"];

    // Two arms with two seeds, of which each takes about as long as the process takes to begin.
    const string Experiment = """
        name: killed
        workers: 6
        problem: { name: quadratic, dimension: 40, heterogeneity: 1, conditioning: 10, noise: 0.1 }
        compute: { per-task: 10ms, jitter: { name: log-normal, median: 1, sigma: 0.3 } }
        links: { delay: { name: shifted-exponential, shift: 1ms, mean: 4ms } }
        stop: { time: 100s }
        samples: 10
        seeds: 2
        arms:
          one-by-one: { method: { name: async-sgd, step: 0.01 } }
          waiting: { method: { name: minibatch-sgd, step: 0.01 } }
        """;

    static readonly int Kills = int.Parse(
        Environment.GetEnvironmentVariable("ASYNCOPT_KILLS") ?? "10", CultureInfo.InvariantCulture);

    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;
    readonly Random _moments = new(7);

    string File => Path.Combine(_folder, "killed.yaml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Runs_that_are_killed_at_any_moment_and_begun_again_come_to_the_same_bits()
    {
        await System.IO.File.WriteAllTextAsync(File, Experiment, TestContext.Current.CancellationToken);
        var whole = Path.Combine(_folder, "whole");
        var (ended, seconds) = await Start(whole, null, []);
        Assert.True(ended);

        for (int kills = 0, round = 0; kills < Kills || round == 0; round++)
        {
            var output = Path.Combine(_folder, "out");
            while (true)
            {
                // Up to the end of a run that was not killed; once there were as many, it is not killed any more.
                double? moment = kills < Kills ? Moment() * seconds : null;
                string[] more = _moments.Next(2) == 0 ? ["--partitions", "2"] : [];
                if ((await Start(output, moment, more)).Ended)
                    break;
                kills++;
            }
            AssertSame(whole, output);
            Directory.Delete(output, recursive: true);
        }
    }

    // Most of them while there are runs, which takes a while to come to.
    double Moment() => _moments.Next(5) == 0 ? _moments.NextDouble() : 0.3 + (0.7 * _moments.NextDouble());

    static void AssertSame(string whole, string output)
    {
        foreach (var arm in (string[])["one-by-one", "waiting"])
        {
            for (var k = 0; k < 2; k++)
            {
                var (a, b) = (RunFolder.PathOf(whole, arm, k), RunFolder.PathOf(output, arm, k));
                Assert.True(RunFolder.IsWhole(b));
                foreach (var table in Tables)
                    Assert.Equal(Text(a, table), Text(b, table));
                Assert.Equal(Hash(a), Hash(b));
                Assert.Equal(["seed-0", "seed-1"], Directory.GetFileSystemEntries(Path.GetDirectoryName(b)!)
                    .Select(e => Path.GetFileName(e)).Order(StringComparer.Ordinal));
                Assert.False(Directory.Exists(Path.Combine(b, RunCheckpoints.Folder)));
            }
        }

        static string Text(string folder, string file) => System.IO.File.ReadAllText(Path.Combine(folder, file));

        static string Hash(string folder) => (string)JsonNode.Parse(Text(folder, RunFolder.ManifestFile))!["hash"]!;
    }

    // Whether it came to its end, and after how many seconds.
    async Task<(bool Ended, double Seconds)> Start(string output, double? killAfter, string[] more)
    {
        var clock = Stopwatch.StartNew();
        var start = new ProcessStartInfo(
            "dotnet",
            [BuiltClient.Assembly, "run", File, "--out", output, "--quiet", "--checkpoint", "20ms", .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Who is killed would leave the pipes of its debugger behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var wrong = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var ended = process.WaitForExit(killAfter is { } s ? TimeSpan.FromSeconds(s) : Timeout.InfiniteTimeSpan);
        if (!ended)
            process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await said;
        Assert.True(!ended || process.ExitCode == 0, await wrong);
        return (ended, clock.Elapsed.TotalSeconds);
    }
}
