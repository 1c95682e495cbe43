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
    public void The_first_seed_has_a_timeline_and_a_sweep_only_where_it_is_asked_for()
    {
        Run("out");
        Assert.Equal(["seed-0"], WithTimeline("out", "async"));

        foreach (var (name, set) in (ReadOnlySpan<(string, string)>)[("quiet", "seeds=2"), ("loud", "timeline-agents=1")])
            _shell.Run("sweep", _file, "--quiet", "--out", Path.Combine(_shell.Folder, name), "--set", set);
        Assert.Empty(WithTimeline("quiet", "async,method.step=0.1"));
        Assert.Equal(["seed-0"], WithTimeline("loud", "async,method.step=0.1"));

        IEnumerable<string?> WithTimeline(string folder, string arm) =>
            from run in Directory.GetDirectories(Path.Combine(_shell.Folder, folder, arm))
            where File.Exists(Path.Combine(run, "timeline.json"))
            select Path.GetFileName(run);
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
    public void A_manifest_and_its_specification_repeat_a_run_on_the_users_own_files_from_any_folder()
    {
        WithFiles();
        Assert.Equal(0, Run("out"));
        var manifest = Path.Combine(_shell.Folder, "out", "async", "seed-1", "manifest.json");
        var elsewhere = Directory.CreateDirectory(Path.Combine(_shell.Folder, "elsewhere")).FullName;
        var again = Path.Combine(elsewhere, "again.yaml");
        File.WriteAllText(again, Manifest("out", "async", 1)["specification"]!.ToJsonString());

        Assert.Equal(0, _shell.Run("run", again, "--out", Path.Combine(_shell.Folder, "text"), "--quiet"));
        Assert.Equal(0, _shell.Run("run", manifest, "--out", Path.Combine(_shell.Folder, "again"), "--quiet"));

        var hash = (string?)Manifest("out", "async", 1)["hash"];
        Assert.Equal(hash, (string?)Manifest("text", "async-sgd", 0)["hash"]);
        Assert.Equal(hash, (string?)Manifest("again", "async", 0)["hash"]);
        Assert.Equal("small-async-seed-1", (string?)Manifest("again", "async", 0)["experiment"]);
        Assert.Contains($"same hash as in {manifest}: {hash}", _shell.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("was changed", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_that_was_edited_runs_with_a_warning()
    {
        WithFiles();
        Assert.Equal(0, Run("out"));
        var manifest = Path.Combine(_shell.Folder, "out", "async", "seed-1", "manifest.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"arm\": \"async\"", "\"arm\": \"mine\""));

        Assert.Equal(0, _shell.Run("run", manifest, "--out", Path.Combine(_shell.Folder, "again"), "--quiet"));

        Assert.Contains($"warning: {manifest} was changed since the run that it is of", _shell.Error,
            StringComparison.Ordinal);
        Assert.Equal("mine", (string?)Manifest("again", "mine", 0)["arm"]);
    }

    [Fact]
    public void A_manifest_has_the_checksum_of_each_file_that_was_read_and_tells_runs_on_other_files_apart()
    {
        WithFiles();
        Run("one");
        Run("same");
        File.WriteAllText(Path.Combine(_shell.Folder, "targets.csv"), "1\n5\n");
        Run("other");

        var inputs = Manifest("one", "async", 0)["inputs"]!.AsArray().Where(i => (string?)i!["use"] != "optimum");
        Assert.Equal(
            [("compute", "speeds.txt"), ("problem", "targets.csv")],
            inputs.Select(i => ((string)i!["use"]!, (string)i["name"]!)));
        // SHA-256 of "1\n3\n", by sha256sum.
        Assert.Equal(
            "8391e9ff91c3c6402f9596a8c9e82d4ceaa7815687f5854f7e1a23b194be4968", (string?)inputs.Last()!["sha256"]);
        Assert.True(JsonNode.DeepEquals(Lasting("one"), Lasting("same")));
        Assert.False(JsonNode.DeepEquals(Lasting("one"), Lasting("other")));
        Assert.False(JsonNode.DeepEquals(Lasting("one")["inputs"], Lasting("other")["inputs"]));

        // All but what the clock and the machine's load decide.
        JsonNode Lasting(string folder)
        {
            var manifest = Manifest(folder, "async", 0).AsObject();
            foreach (var key in (string[])["wall_time_s", "wall_parts_s", "evaluation_share", "memory", "sha256"])
                manifest.Remove(key);
            return manifest;
        }
    }

    [Fact]
    public void A_file_that_changed_or_vanished_since_the_run_is_named_and_may_be_accepted()
    {
        WithFiles();
        Run("out");
        var (targets, speeds) = (Path.Combine(_shell.Folder, "targets.csv"), Path.Combine(_shell.Folder, "speeds.txt"));
        File.WriteAllText(targets, "1\n5\n");
        string[] again =
        [
            "run", Path.Combine(_shell.Folder, "out", "async", "seed-0", "manifest.json"), "--quiet", "--out",
            Path.Combine(_shell.Folder, "again"),
        ];

        Assert.Equal(2, _shell.Run(again));
        Assert.Contains($"problem: {targets}: has changed since the run", _shell.Error, StringComparison.Ordinal);
        Assert.Equal(0, _shell.Run([.. again, "--changed-inputs"]));
        Assert.NotEqual((string?)Manifest("out", "async", 0)["hash"], (string?)Manifest("again", "async", 0)["hash"]);

        File.WriteAllText(targets, "1\n3\n");
        File.Delete(speeds);
        Assert.Equal(2, _shell.Run(again));
        Assert.Contains($"compute: {speeds}: is no longer there", _shell.Error, StringComparison.Ordinal);
    }

    // Targets and speeds from files beside the experiment, named by relative paths.
    void WithFiles()
    {
        File.WriteAllText(Path.Combine(_shell.Folder, "targets.csv"), "1\n3\n");
        File.WriteAllText(Path.Combine(_shell.Folder, "speeds.txt"), "1\n2\n");
        var text = File.ReadAllText(_file);
        text = text.Replace("targets: [[1], [3]]", "file: targets.csv", StringComparison.Ordinal);
        File.WriteAllText(_file, text.Replace(
            "compute: { per-task: 10ms }", "compute: { per-task: 10ms, speeds: { name: file, file: speeds.txt } }",
            StringComparison.Ordinal));
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
