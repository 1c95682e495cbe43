using System.Text.Json.Nodes;
using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Tests;

/// <summary>From an experiment file to run folders through the embedded host, nothing stood in for.</summary>
public sealed class WholeWayTests : IDisposable
{
    readonly FakeShell _shell = new();
    readonly string _file;

    public WholeWayTests()
    {
        _shell.RunForReal();
        _file = _shell.Experiment();
    }

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void Asynchronous_sgd_comes_near_the_optimum_and_says_how_stale_its_updates_were()
    {
        Assert.Equal(0, Run("out"));

        var manifest = Manifest("out", "async", 0);
        // F(x) = ((x - 1)^2 + (x - 3)^2) / 4 has its least value 1/2 at x = 2.
        Assert.Equal(0.5, (double)manifest["optimum"]!["value"]!, 12);
        Assert.Equal(2, (double)manifest["virtual_time_s"]!);
        // n = 2 equal workers: after the first n updates each round's mean staleness is n - 1, each is at most 2n - 2.
        var updates = (int)manifest["staleness"]!["updates"]!;
        Assert.Equal(1, (double)manifest["staleness"]!["mean"]!, 2.0 / updates);
        Assert.InRange((int)manifest["staleness"]!["max"]!, 1, 2);
        var folder = RunFolder.PathOf(Path.Combine(_shell.Folder, "out"), "async", 0);
        var model = File.ReadAllLines(Path.Combine(folder, "model.csv"));
        Assert.Equal(2, double.Parse(model[1].Split(',')[1]), 0.2);
    }

    [Fact]
    public void Runs_have_the_same_bits_side_by_side_as_one_after_the_other()
    {
        Assert.Equal(0, Run("one", "--jobs", "1", "--threads", "1"));
        Assert.Equal(0, Run("side", "--jobs", "4", "--threads", "2", "--no-metrics"));

        foreach (var arm in (string[])["async", "minibatch"])
            for (var k = 0; k < 2; k++)
                Assert.Equal((string?)Manifest("one", arm, k)["hash"], (string?)Manifest("side", arm, k)["hash"]);
        Assert.NotEqual((string?)Manifest("one", "async", 0)["hash"], (string?)Manifest("one", "async", 1)["hash"]);
    }

    [Fact]
    public void The_specification_in_a_manifest_repeats_its_run()
    {
        Run("out");
        var specification = Manifest("out", "minibatch", 1)["specification"]!;
        var again = Path.Combine(_shell.Folder, "again.yaml");
        File.WriteAllText(again, specification.ToJsonString());

        Assert.Equal(0, _shell.Run("run", again, "--out", Path.Combine(_shell.Folder, "again"), "--quiet"));

        Assert.Equal(
            (string?)Manifest("out", "minibatch", 1)["hash"], (string?)Manifest("again", "minibatch-sgd", 0)["hash"]);
    }

    [Fact]
    public void Verify_finds_equal_hashes()
    {
        Assert.Equal(0, _shell.Run("verify", _file, "--all"));
        Assert.Contains("minibatch: same hash and metrics", _shell.Out, StringComparison.Ordinal);
    }

    int Run(string folder, params string[] more) =>
        _shell.Run(["run", _file, "--quiet", "--out", Path.Combine(_shell.Folder, folder), .. more]);

    JsonNode Manifest(string folder, string arm, int repetition)
    {
        var run = RunFolder.PathOf(Path.Combine(_shell.Folder, folder), arm, repetition);
        return JsonNode.Parse(File.ReadAllText(Path.Combine(run, RunFolder.ManifestFile)))!;
    }
}
