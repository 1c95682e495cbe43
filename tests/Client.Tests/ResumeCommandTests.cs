using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Kernels.Gpu;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Checkpoints;
using AsyncOpt.Simulation;

namespace AsyncOpt.Client.Tests;

/// <summary>Runs that are interrupted go on, by the same command or by 'resume', to what they would have been.</summary>
[Collection(InterruptionTests.LimitedMemory)]
public sealed class ResumeCommandTests : IDisposable
{
    // What a run leaves but the manifest, which tells of machine and time.
    static readonly string[] Tables =
    [
        "metrics.csv", "staleness.csv", "agents.csv", "staleness-agents.csv", "staleness-by-agent.csv", "updates.csv",
        "model.csv",
    ];

    readonly FakeShell _shell = new();
    readonly string _file;

    public ResumeCommandTests()
    {
        _shell.RunForReal();
        _file = _shell.Experiment();
        File.AppendAllText(_file, "\nlog-updates: true\n");
        Assert.Equal(0, _shell.Run("run", _file, "--out", At("whole"), "--quiet"));
    }

    string Out => At("out");

    public void Dispose() => _shell.Dispose();

    [Theory]
    [InlineData("resume")]
    [InlineData("resume", "--partitions", "2")]
    [InlineData("resume", "--threads", "2", "--jobs", "1")]
    [InlineData("run")]
    public void Control_c_leaves_checkpoints_from_which_runs_come_to_the_same_bits(params string[] command)
    {
        // In the second run, at the first sampling instant.
        Assert.Equal(1, Interrupted(_shell, run: 2, time: 1));

        Assert.Contains(
            $"3 of 4 runs are missing; to go on from the last checkpoints: asyncopt resume {Out}", _shell.Error,
            StringComparison.Ordinal);
        Assert.Contains("async seed-1: cancelled: the user cancelled it", _shell.Error, StringComparison.Ordinal);
        Assert.True(RunFolder.IsWhole(Run("async", 1)));
        Assert.True(new RunCheckpoints(Run("async", 1)).Any);
        Assert.False(new RunCheckpoints(Run("async", 0)).Any);

        using var again = new FakeShell();
        again.RunForReal();
        string[] rest = command is ["resume", .. var more]
            ? ["resume", Out, "--quiet", .. more]
            : ["run", _file, "--out", Out, "--quiet"];
        Assert.True(again.Run(rest) == 0, again.Error);

        Assert.Contains("1 of 4 runs is there already and is not made again", again.Out, StringComparison.Ordinal);
        Assert.Contains(
            "1 of 4 runs was interrupted, and goes on from a checkpoint", again.Out, StringComparison.Ordinal);
        AssertSameAsWhole();
        var resumed = Manifest("async", 1)["resumed"]!;
        Assert.Equal(1, (int)resumed["times"]!);
        Assert.InRange((double)resumed["from_virtual_time_s"]![0]!, 1, 2);
        Assert.Null(Manifest("async", 0)["resumed"]);
        Assert.Empty(Directory.GetDirectories(Out, RunCheckpoints.Folder, SearchOption.AllDirectories));
    }

    [Fact]
    public void A_run_may_be_interrupted_as_often_as_you_like_and_says_so()
    {
        Interrupted(_shell, run: 1, time: 0.1);
        foreach (var time in (double[])[0.5, 0.9])
        {
            using var more = new FakeShell();
            Assert.Equal(1, Interrupted(more, run: 1, time, "resume", Out, "--quiet", "--jobs", "1"));
        }
        using var last = new FakeShell();
        last.RunForReal();
        Assert.Equal(0, last.Run("resume", Run("async", 0), "--quiet"));

        AssertSameAsWhole();
        Assert.Equal(3, (int)Manifest("async", 0)["resumed"]!["times"]!);
    }

    [Fact]
    public void Every_checkpoint_of_a_run_leads_to_the_same_end()
    {
        // All are kept, and taken away one after the other, so that each is the last one once.
        Interrupted(_shell, run: 1, time: 1.9, "run", _file, "--out", Out, "--quiet", "--jobs", "1",
            "--checkpoint", "virtual:100ms", "--checkpoints-kept", "100");
        var all = Checkpoints("async", 0);
        Assert.InRange(all.Count, 19, 21);
        foreach (var newest in Enumerable.Reverse(all.ToList()).Where((_, k) => k % 3 == 0))
        {
            using var shell = new FakeShell();
            shell.RunForReal();
            var copy = At(Path.GetFileName(newest));
            Copy(Out, copy);
            foreach (var later in Directory.GetFiles(Place(copy)).Where(
                f => StringComparer.Ordinal.Compare(Path.GetFileName(f), Path.GetFileName(newest)) > 0))
                File.Delete(later);

            Assert.Equal(0, shell.Run("resume", copy, "--quiet"));

            AssertSameAsWhole(copy);
        }

        static string Place(string folder) => Path.Combine(RunFolder.PathOf(folder, "async", 0), RunCheckpoints.Folder);
    }

    [Fact]
    public void A_damaged_checkpoint_is_named_and_the_one_before_it_taken()
    {
        Interrupted(_shell, run: 1, time: 1);
        var newest = Checkpoints("async", 0)[^1];
        Flip(newest);
        using var again = new FakeShell();
        again.RunForReal();

        Assert.Equal(0, again.Run("run", _file, "--out", Out, "--quiet"));

        Assert.Contains(
            $"warning: {newest}: is damaged: it no longer has the SHA-256 of what was written: the run went on from the "
            + "one before it, at ", again.Error, StringComparison.Ordinal);
        AssertSameAsWhole();
        Assert.Contains(
            newest, (string)Manifest("async", 0)["warnings"]!.AsArray()[^1]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_good_checkpoint_the_run_begins_anew_and_says_so()
    {
        Interrupted(_shell, run: 1, time: 1);
        Checkpoints("async", 0).ForEach(Flip);
        using var again = new FakeShell();
        again.RunForReal();

        Assert.Equal(0, again.Run("run", _file, "--out", Out, "--quiet"));

        Assert.Contains("no checkpoint was left, and the run began anew", again.Error, StringComparison.Ordinal);
        AssertSameAsWhole();
        Assert.Null(Manifest("async", 0)["resumed"]);
    }

    [Fact]
    public void A_checkpoint_that_the_engine_refuses_is_passed_over()
    {
        Interrupted(_shell, run: 1, time: 1);
        using var again = new FakeShell();
        var real = new EmbeddedRunner(new Devices(() => new FakeDevices([])));
        var refused = 0;
        again.Host = (plan, hooks) => hooks.ResumeFrom is not null && refused++ == 0
            ? throw new UnusableCheckpointException("the checkpoint is of another run")
            : real.Run(plan, hooks);

        Assert.Equal(0, again.Run("run", _file, "--out", Out, "--quiet", "--jobs", "1"));

        Assert.Contains(": the checkpoint is of another run: the run went on from the one before it", again.Error,
            StringComparison.Ordinal);
        AssertSameAsWhole();
    }

    [Fact]
    public void Another_experiment_is_moved_aside_by_run_and_refused_by_resume()
    {
        Interrupted(_shell, run: 1, time: 1);
        File.Delete(Path.Combine(Run("async", 0), RunFolder.ManifestFile));    // as of a process that was killed
        var text = File.ReadAllText(_file);
        File.WriteAllText(_file, text.Replace("step: 0.1 }\ncompute", "step: 0.3 }\ncompute", StringComparison.Ordinal));
        Assert.NotEqual(text, File.ReadAllText(_file));
        using var again = new FakeShell();
        again.RunForReal();

        Assert.Equal(2, again.Run("resume", Out, "--quiet"));
        Assert.Contains($"{Out}: arm 'async' is of another experiment now (method.step", again.Error);
        Assert.True(new RunCheckpoints(Run("async", 0)).Any);

        Assert.Equal(0, again.Run("run", _file, "--out", Out, "--quiet"));
        Assert.Contains($"arm 'async' was of another experiment", again.Error, StringComparison.Ordinal);
        Assert.True(new RunCheckpoints(RunFolder.PathOf(Out + ".earlier-1", "async", 0)).Any);
    }

    [Fact]
    public void Fresh_begins_anew()
    {
        Interrupted(_shell, run: 1, time: 1);
        using var again = new FakeShell();
        again.RunForReal();

        Assert.Equal(0, again.Run("run", _file, "--out", Out, "--quiet", "--fresh"));

        Assert.DoesNotContain("interrupted", again.Out, StringComparison.Ordinal);
        Assert.Null(Manifest("async", 0)["resumed"]);
        AssertSameAsWhole();
    }

    [Fact]
    public void A_folder_without_checkpoints_is_told_what_to_do_instead()
    {
        Assert.Equal(2, _shell.Run("resume", At("whole")));
        Assert.Contains($"{At("whole")}: nothing to go on with: it holds no resume.json, which 'asyncopt run' writes "
            + "with --checkpoint", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_command_file_is_told_as_such()
    {
        Interrupted(_shell, run: 1, time: 1);
        File.WriteAllText(Path.Combine(Out, ExperimentFolder.CommandFile), "{ \"command\": \"run\" }");

        Assert.Equal(2, _shell.Run("resume", Out));
        Assert.Contains("resume.json", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_goes_on_as_well()
    {
        Assert.Equal(0, _shell.Run("sweep", _file, "--out", At("whole-sweep"), "--quiet", "--jobs", "1"));
        using var cut = new FakeShell();
        Assert.Equal(1, Interrupted(cut, run: 3, time: 1, "sweep", _file, "--out", Out, "--quiet", "--jobs", "1",
            "--checkpoint", "1ns"));
        using var again = new FakeShell();
        again.RunForReal();

        Assert.True(again.Run("resume", Out, "--quiet") == 0, again.Error);

        Assert.Equal(
            File.ReadAllText(Path.Combine(At("whole-sweep"), "sweep.csv")),
            File.ReadAllText(Path.Combine(Out, "sweep.csv")));
    }

    [Theory]
    [InlineData("--max-wall: ", "--max-wall", "1ns")]
    [InlineData("--max-memory: the process has ", "--max-memory", "20MB")]
    public void A_limit_ends_the_command_and_the_runs_go_on_with_another(string why, string limit, string value)
    {
        // Reached at the latest when the first run asks.
        var real = new EmbeddedRunner(new Devices(() => new FakeDevices([])));
        _shell.Host = (plan, hooks) => real.Run(plan, hooks with
        {
            Progress = _ => Assert.True(SpinWait.SpinUntil(() => hooks.Checkpoints!.Ending is not null, 60_000)),
        });
        Assert.Equal(1, _shell.Run(
            "run", _file, "--out", Out, "--quiet", "--jobs", "1", "--checkpoint", "60s", limit, value));
        Assert.StartsWith(why, _shell.Error, StringComparison.Ordinal);
        Assert.Contains(": the runs end", _shell.Error, StringComparison.Ordinal);

        using var again = new FakeShell();
        again.RunForReal();
        Assert.Equal(0, again.Run(
            "resume", Out, "--quiet", limit, limit == "--max-wall" ? "10h" : "1TB"));
        AssertSameAsWhole();
        Assert.Equal("", again.Error);
        Assert.True(MachineMemory.Bytes > 20_000_000);
    }

    [Theory]
    [InlineData(
        "--checkpoint expects a time above 0, for instance 60s, or virtual:10s; got '0s'", "--checkpoint", "0s")]
    [InlineData(
        "--checkpoint expects a time above 0, for instance 60s, or virtual:10s; got 'virtual:'",
        "--checkpoint", "virtual:")]
    [InlineData("--max-wall expects a time above 0, for instance 90s, 10m or 2h; got 'long'", "--max-wall", "long")]
    [InlineData(
        "--max-memory expects an amount of memory, for instance 500MB or 8GB; got '8'", "--max-memory", "8")]
    [InlineData(
        "--max-wall is for runs in virtual time in this process", "--max-wall", "1h", "--silo", "http://localhost:1")]
    public void What_is_wrong_with_an_option_is_told(string line, params string[] options)
    {
        Assert.Equal(2, _shell.Run(["run", _file, .. options]));
        Assert.Contains(line, _shell.Error, StringComparison.Ordinal);
    }

    // All runs of the command with a checkpoint at every cut; Ctrl-C where one of them is so far.
    int Interrupted(FakeShell shell, int run, double time, params string[] command)
    {
        var real = new EmbeddedRunner(new Devices(() => new FakeDevices([])));
        var runs = 0;
        shell.Host = (plan, hooks) =>
        {
            var isMeant = ++runs == run;
            return real.Run(plan, hooks with
            {
                Checkpoints = new Watched(hooks.Checkpoints!, now =>
                {
                    if (isMeant && now >= time)
                        shell.PressControlC();
                }),
            });
        };
        return shell.Run(command.Length > 0
            ? command
            : ["run", _file, "--out", Out, "--quiet", "--jobs", "1", "--checkpoint", "1ns"]);
    }

    void AssertSameAsWhole(string? folder = null)
    {
        foreach (var arm in (string[])["async", "minibatch"])
        {
            for (var k = 0; k < 2; k++)
            {
                var (whole, now) = (RunFolder.PathOf(At("whole"), arm, k), RunFolder.PathOf(folder ?? Out, arm, k));
                Assert.True(RunFolder.IsWhole(now));
                foreach (var table in k == 0 ? [.. Tables, "timeline.json"] : Tables)
                    Assert.Equal(Text(whole, table), Text(now, table));
                var (a, b) = (ManifestIn(whole), ManifestIn(now));
                foreach (var key in (string[])["outcome", "reason", "hash", "virtual_time_ns", "traffic", "age"])
                    Assert.Equal(a[key]!.ToJsonString(), b[key]!.ToJsonString());
            }
        }
    }

    static string Text(string folder, string file) => File.ReadAllText(Path.Combine(folder, file));

    static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 4;
        File.WriteAllBytes(path, bytes);
    }

    static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var place = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Copy(file, place);
        }
    }

    List<string> Checkpoints(string arm, int seed) =>
        [.. Directory.GetFiles(Path.Combine(Run(arm, seed), RunCheckpoints.Folder)).Order(StringComparer.Ordinal)];

    JsonNode Manifest(string arm, int seed) => ManifestIn(Run(arm, seed));

    static JsonNode ManifestIn(string folder) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, RunFolder.ManifestFile)))!;

    string Run(string arm, int seed) => RunFolder.PathOf(Out, arm, seed);

    string At(string name) => Path.Combine(_shell.Folder, name);

    // Tells the virtual time of each checkpoint, before it is asked whether the run is to end.
    sealed class Watched(ICheckpoints inner, Action<double> at) : ICheckpoints
    {
        public Core.Numerics.VirtualTime? Every => inner.Every;

        public bool IsDue => inner.IsDue;

        public string? Ending => inner.Ending;

        public void Save(Core.Numerics.VirtualTime time, WallSpent spent, Action<Stream> write)
        {
            inner.Save(time, spent, write);
            at(time.Seconds);
        }
    }
}
