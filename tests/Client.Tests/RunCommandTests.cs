using System.Text.Json.Nodes;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Tests;

public sealed class RunCommandTests : IDisposable
{
    readonly FakeShell _shell = new();
    readonly string _file;
    readonly string _out;

    public RunCommandTests()
    {
        _file = _shell.Experiment();
        _out = Path.Combine(_shell.Folder, "out");
    }

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void Every_seed_of_every_arm_gets_a_whole_folder_and_the_command_ends_with_0()
    {
        var code = _shell.Run("run", _file, "--out", _out, "--seeds", "3", "--quiet");

        Assert.Equal(0, code);
        foreach (var arm in (string[])["async", "minibatch"])
            for (var k = 0; k < 3; k++)
                Assert.True(RunFolder.IsWhole(RunFolder.PathOf(_out, arm, k)));
        Assert.True(File.Exists(Path.Combine(_out, "summary.csv")));
        Assert.True(File.Exists(Path.Combine(_out, "bands.csv")));
        Assert.Contains(Path.Combine(_out, "summary.csv"), _shell.Out, StringComparison.Ordinal);
        Assert.Equal("", _shell.Error);
    }

    [Fact]
    public void The_manifest_holds_the_specification_and_the_seed_of_its_own_run()
    {
        _shell.Run("run", _file, "--out", _out, "--seed", "40");

        var path = Path.Combine(RunFolder.PathOf(_out, "minibatch", 1), "manifest.json");
        var manifest = JsonNode.Parse(File.ReadAllText(path))!;
        Assert.Equal("minibatch-sgd", (string?)manifest["specification"]!["method"]!["name"]);
        Assert.Equal("certified", (string?)manifest["optimum"]!["status"]);
        Assert.Equal(41UL, (ulong?)manifest["seeds"]!["run"]);
        Assert.Equal("0000000000000029", (string?)manifest["hash"]);
        Assert.Equal("AsyncOpt", manifest["versions"]!.AsObject().First().Key);
    }

    [Fact]
    public void The_last_line_says_what_the_wall_time_of_all_runs_went_to()
    {
        _shell.Runs = (plan, _) =>
            FakeRecord.Of(plan) with { ComputationSeconds = 0.5, EvaluationSeconds = 0.25, Hash = plan.Seeds.Run };

        _shell.Run("run", _file, "--out", _out, "--seeds", "3", "--jobs", "2", "--quiet");

        // Six runs.
        Assert.Matches(
            "wall time .*: start .* s, data .* s, optimum .* s, engine .* s, computations 3 s, metrics 1.5 s, output .* s; "
            + "from engine on summed over runs, 2 at the same time\n$",
            _shell.Out);
        var parts = JsonNode.Parse(File.ReadAllText(
            Path.Combine(RunFolder.PathOf(_out, "async", 0), "manifest.json")))!["wall_parts_s"]!;
        Assert.Equal((0.5, 0.25), ((double)parts["computations"]!, (double)parts["metrics"]!));
        Assert.True((double)parts["data"]! > 0);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told_before_anything_runs()
    {
        File.WriteAllText(_out, "a file");
        _shell.Runs = (_, _) => throw new InvalidOperationException("it ran");

        Assert.Equal(2, _shell.Run("run", _file, "--out", Path.Combine(_out, "deeper")));
        Assert.StartsWith("results cannot be written to ", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_is_not_as_expected_ends_the_command_with_4_and_says_what_was_not()
    {
        _shell.RunForReal();
        string[] Expecting(string rules) =>
        [
            "run", _file, "--out", _out, "--quiet", "--set", "faults=[{ name: drop, probability: 0.1 }]", "--set",
            $"expect={{ rules: {rules}, outcome: stalled }}", "--set", "arms.minibatch=null", "--fresh",
        ];

        Assert.Equal(0, _shell.Run(Expecting("[drop]")));
        Assert.Equal(4, _shell.Run(Expecting("[{ rule: drop, at-least: 100000 }]")));

        Assert.Matches(
            "async: 2 runs not as expected.*'drop' was to act at least 100000 times, and acted [0-9]+", _shell.Error);
        var manifest = JsonNode.Parse(File.ReadAllText(
            Path.Combine(RunFolder.PathOf(_out, "async", 0), "manifest.json")))!;
        Assert.False((bool)manifest["expect"]!["met"]!);
        Assert.Equal((long)manifest["faults"]![0]!["fired"]!, (long)manifest["faults"]![0]!["dropped"]!);
        // The same command makes no run, and says the same.
        Assert.Equal(4, _shell.Run([.. Expecting("[{ rule: drop, at-least: 100000 }]")[..^1]]));
    }

    [Fact]
    public void A_schedule_of_a_run_folder_taken_again_gives_the_run_its_hash()
    {
        _shell.RunForReal();
        var again = Path.Combine(_shell.Folder, "again");
        string FolderOf(string output) => RunFolder.PathOf(output, "async", 0);
        string HashOf(string output) =>
            (string)JsonNode.Parse(File.ReadAllText(Path.Combine(FolderOf(output), "manifest.json")))!["hash"]!;
        string Recorded(string table) =>
            $"{{ name: recorded, file: {Path.Combine(FolderOf(_out), $"schedule-{table}.csv")}, beyond: cycle }}";

        Assert.Equal(0, _shell.Run(
            "run", _file, "--out", _out, "--quiet", "--seeds", "1", "--set", "output={ schedule: true }", "--set",
            "compute.jitter={ name: uniform, low: 0.5, high: 1.5 }", "--set",
            "links.delay={ name: uniform, low: 1ms, high: 9ms }"));
        Assert.Equal(0, _shell.Run(
            "run", _file, "--out", again, "--quiet", "--seeds", "1", "--set", $"compute.slowdowns=[{Recorded("tasks")}]",
            "--set", $"links.delay={Recorded("messages")}"));

        Assert.Equal(HashOf(_out), HashOf(again));
        Assert.Equal(2, _shell.Run(
            "run", _file, "--out", _out, "--quiet", "--seeds", "1", "--set", "output={}"));
        Assert.Contains("nothing is to be written: give formats or schedule", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_that_is_expected_is_no_failure()
    {
        string[] Diverging(string outcome) =>
        [
            "run", _file, "--out", _out, "--quiet", "--fresh", "--set", $"expect={{ outcome: {outcome} }}",
        ];
        _shell.Runs = (plan, _) => FakeRecord.Of(plan) with
        {
            Outcome = Outcome.Diverged,
            Reason = "it blew up",
            Unmet = plan.Expect!.Outcome == Outcome.Diverged ? [] : ["another end"],
        };

        Assert.Equal(0, _shell.Run(Diverging("diverged")));
        Assert.Equal("", _shell.Error);
        Assert.Equal(4, _shell.Run(Diverging("completed")));
        Assert.Contains("diverged: it blew up", _shell.Error, StringComparison.Ordinal);
        Assert.Contains("not as expected: another end", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void More_partitions_than_there_can_be_are_said()
    {
        Assert.Equal(0, _shell.Run("run", _file, "--out", _out, "--quiet", "--partitions", "100"));

        Assert.Contains(
            "warning: --partitions 100 is more than the run can be cut into: it was made in 8", _shell.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Options_reach_the_experiment_and_the_plan()
    {
        RunPlan? seen = null;
        _shell.Runs = (plan, _) => FakeRecord.Of(seen = plan);

        _shell.Run("run", _file, "--out", _out, "--set", "stop.time=3s", "problem.targets=[[1]]", "workers=5",
            "--set", "log-updates=true", "--partitions", "3", "--threads", "2", "--no-metrics");

        Assert.Equal((Seconds(3), 5, true), (seen!.Stop.Time!.Value, seen.Places, seen.LogUpdates));
        Assert.Equal((3, 2, false), (seen.Partitions, seen.Threads, seen.Metrics));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_optimum_is_searched_for_only_where_metrics_need_it(bool metrics)
    {
        RunPlan? seen = null;
        _shell.Runs = (plan, _) => FakeRecord.Of(seen = plan);

        _shell.Run(["run", _file, "--out", _out, "--set", "problem={name: logistic-regression, regularization: 0.1, "
            + "data: {name: csv, file: breast-cancer}}", .. metrics ? [] : (string[])["--no-metrics"]]);

        Assert.Equal(metrics, seen!.Problem.Optimum is not null);
    }

    [Fact]
    public void A_step_beyond_stability_is_a_warning_that_names_its_arms_once()
    {
        _shell.Run("run", _file, "--out", _out, "--quiet", "--set", "arms.minibatch.method.step=5");

        var line = Assert.Single(_shell.Error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("warning: ", line, StringComparison.Ordinal);
        Assert.EndsWith("(arm minibatch)", line, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_dubious_is_told_before_anything_runs_and_not_again()
    {
        var before = "";
        _shell.Runs = (plan, _) =>
        {
            before = _shell.Error;
            return FakeRecord.Of(plan);
        };

        _shell.Run("run", _file, "--out", _out, "--quiet", "--jobs", "1", "--set", "arms.minibatch.method.step=5");

        Assert.StartsWith("warning: ", before, StringComparison.Ordinal);
        Assert.Equal(before, _shell.Error);
    }

    [Fact]
    public void Conditions_of_predictions_are_told_before_and_after_and_stand_in_the_manifest()
    {
        var file = Path.Combine(_shell.Folder, "edge.yaml");
        File.WriteAllText(file, """
            topology: { name: ring, nodes: 4 }
            problem: { name: quadratic, dimension: 2, noise: 0.5 }
            method: { name: d-sgd, step: 0.1 }
            compute: { per-task: 1ms }
            stop: { time: 1s }
            samples: 2
            diagnostics: [stability]
            """);
        const string line = "stability: NOT met: gradients are whole (noise: 0.5)";

        Assert.Equal(0, _shell.Run("validate", file));
        Assert.Contains(line + Environment.NewLine, _shell.Out, StringComparison.Ordinal);
        Assert.Contains("stability: met: the mixing matrix stays (period 1)", _shell.Out, StringComparison.Ordinal);
        Assert.Contains($"warning: {line}", _shell.Error, StringComparison.Ordinal);

        Assert.Equal(0, _shell.Run("run", file, "--out", _out, "--quiet"));
        Assert.Contains(line + Environment.NewLine, _shell.Out, StringComparison.Ordinal);
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(RunFolder.PathOf(_out, "d-sgd", 0), "manifest.json")))!;
        Assert.Contains(line, manifest["conditions"]!.AsArray().Select(c => (string?)c));
    }

    [Fact]
    public void Runs_side_by_side_share_the_processors()
    {
        var threads = new List<int>();
        _shell.Runs = (plan, _) =>
        {
            lock (threads)
                threads.Add(plan.Threads);
            return FakeRecord.Of(plan);
        };

        _shell.Run("run", _file, "--out", _out, "--jobs", "1", "--seeds", "1");

        Assert.Equal([Environment.ProcessorCount, Environment.ProcessorCount], threads);
    }

    [Theory]
    [InlineData(Outcome.Diverged)]
    [InlineData(Outcome.Stalled)]
    public void A_run_that_ends_badly_is_recorded_and_makes_the_exit_code_1(Outcome outcome)
    {
        _shell.Runs = (plan, _) => FakeRecord.Of(plan) with { Outcome = outcome, Reason = "worker 3 at 1.5 s" };

        var code = _shell.Run("run", _file, "--out", _out, "--seeds", "1", "--quiet");

        Assert.Equal(1, code);
        var line = $"async: {Reporting.Text.Of(outcome)}: worker 3 at 1.5 s";
        Assert.Contains(line, _shell.Error, StringComparison.Ordinal);
        Assert.True(RunFolder.IsWhole(RunFolder.PathOf(_out, "async", 0)));
    }

    [Fact]
    public void Control_c_records_what_is_there_and_begins_no_other_run()
    {
        _shell.Runs = (plan, cancellation) =>
        {
            _shell.PressControlC();
            Assert.True(cancellation.IsCancellationRequested);
            return FakeRecord.Of(plan) with { Outcome = Outcome.Cancelled, Reason = "cancelled at 1 s" };
        };

        var code = _shell.Run("run", _file, "--out", _out, "--jobs", "1", "--quiet");

        Assert.Equal(1, code);
        Assert.True(RunFolder.IsWhole(RunFolder.PathOf(_out, "async", 0)));
        Assert.False(Directory.Exists(RunFolder.PathOf(_out, "async", 1)));
        Assert.Contains("4 of 4 runs are missing; the same command makes them", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_command_makes_only_the_runs_that_are_not_there_yet()
    {
        var made = Counted();
        _shell.Run("run", _file, "--out", _out, "--quiet");
        var summary = File.ReadAllText(Path.Combine(_out, "summary.csv"));
        var runs = File.ReadAllText(Path.Combine(_out, "runs.csv"));
        Assert.Equal(4, made());

        Assert.Equal(0, _shell.Run("run", _file, "--out", _out, "--quiet"));
        Assert.Equal(4, made());
        Assert.Contains("4 of 4 runs are there already and are not made again", _shell.Out, StringComparison.Ordinal);
        Assert.Equal(summary, File.ReadAllText(Path.Combine(_out, "summary.csv")));
        Assert.Equal(runs, File.ReadAllText(Path.Combine(_out, "runs.csv")));

        Assert.Equal(0, _shell.Run("run", _file, "--out", _out, "--quiet", "--seeds", "3"));
        Assert.Equal(6, made());
        Assert.Equal(0, _shell.Run("run", _file, "--out", _out, "--quiet", "--threads", "2", "--fresh"));
        Assert.Equal(10, made());
        Assert.False(Directory.Exists(RunFolder.PathOf(_out, "async", 2)));
        Assert.Equal("", _shell.Error);
    }

    [Fact]
    public void A_file_that_is_no_experiment_by_its_name_is_named_with_its_folder()
    {
        var table = Path.Combine(_shell.Folder, "summary.csv");
        File.WriteAllText(table, "arm,quantity\n");

        Assert.Equal(2, _shell.Run("run", table));

        Assert.StartsWith($"{table}:1:1: expected keys", _shell.Error);
    }

    [Fact]
    public void Runs_of_another_specification_are_moved_aside_with_the_tables_and_never_mixed_with_new_ones()
    {
        var made = Counted();
        _shell.Run("run", _file, "--out", _out, "--quiet", "--seeds", "3");

        Assert.Equal(0, _shell.Run("run", _file, "--out", _out, "--quiet", "--set", "arms.async.method.step=0.3"));

        Assert.Equal(8, made());                        // the other arm is as it was
        Assert.Contains($"{_out}: arm 'async' was of another experiment (method.step.value 0.1, now 0.3): moved to "
            + $"{_out}.earlier-1", _shell.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(RunFolder.PathOf(_out, "async", 2)));
        Assert.True(RunFolder.IsWhole(RunFolder.PathOf(_out + ".earlier-1", "async", 2)));
        Assert.True(File.Exists(Path.Combine(_out + ".earlier-1", "summary.csv")));
        Assert.Equal(5, File.ReadAllLines(Path.Combine(_out, "runs.csv")).Length);

        _shell.Run("run", _file, "--out", _out, "--quiet", "--seed", "9", "--set", "arms={ only: {} }");
        Assert.True(RunFolder.IsWhole(RunFolder.PathOf(_out + ".earlier-2", "async", 1)));
        Assert.True(RunFolder.IsWhole(RunFolder.PathOf(_out + ".earlier-2", "minibatch", 1)));
    }

    [Fact]
    public void A_run_with_a_damaged_file_is_moved_aside_and_made_anew()
    {
        var made = Counted();
        _shell.Run("run", _file, "--out", _out, "--quiet");
        var metrics = Path.Combine(RunFolder.PathOf(_out, "async", 1), RunFolder.MetricsFile);
        var whole = File.ReadAllText(metrics);
        var tables = new[] { "summary.csv", "runs.csv" }.Select(t => Path.Combine(_out, t)).ToList();
        var before = tables.ConvertAll(File.ReadAllText);
        File.WriteAllLines(metrics, File.ReadAllLines(metrics)[..^1]);

        Assert.Equal(0, _shell.Run("run", _file, "--out", _out, "--quiet"));

        Assert.Equal(5, made());
        Assert.Contains($"{metrics} is damaged: {whole.Length} bytes were written, it has ", _shell.Error);
        Assert.Contains($": moved to {_out}.earlier-1, and made anew", _shell.Error);
        Assert.Contains("3 of 4 runs are there already", _shell.Out);
        Assert.Equal(whole, File.ReadAllText(metrics));
        Assert.Equal(before, tables.ConvertAll(File.ReadAllText));
        Assert.True(File.Exists(Path.Combine(RunFolder.PathOf(_out + ".earlier-1", "async", 1), RunFolder.MetricsFile)));
    }

    [Fact]
    public void What_runs_read_is_part_of_what_they_are()
    {
        var targets = Path.Combine(_shell.Folder, "targets.csv");
        File.WriteAllText(targets, "1\n3\n");
        var made = Counted();
        string[] command =
            ["run", _file, "--out", _out, "--quiet", "--set", "problem.targets=null", "problem.file=targets.csv"];
        _shell.Run(command);
        _shell.Run(command);
        Assert.Equal(4, made());

        File.WriteAllText(targets, "1\n5\n");
        Assert.Equal(0, _shell.Run(command));
        Assert.Equal(8, made());
        Assert.Contains("(problem.file ", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void After_control_c_the_same_command_makes_what_is_missing()
    {
        _shell.Runs = (plan, _) =>
        {
            _shell.PressControlC();
            return FakeRecord.Of(plan) with { Outcome = Outcome.Cancelled };
        };
        Assert.Equal(1, _shell.Run("run", _file, "--out", _out, "--jobs", "1", "--quiet"));

        using var again = new FakeShell();
        Assert.Equal(0, again.Run("run", _file, "--out", _out, "--quiet"));
        Assert.DoesNotContain("there already", again.Out, StringComparison.Ordinal);    // it was cut off
        Assert.Equal(5, File.ReadAllLines(Path.Combine(_out, "runs.csv")).Length);
    }

    [Fact]
    public void A_full_disk_is_told_in_a_sentence_and_the_runs_that_are_whole_are_summed_up()
    {
        var run = 0;
        _shell.Runs = (plan, _) => FakeRecord.Of(plan) with
        {
            Traffic = ++run < 3 ? FakeRecord.Of(plan).Traffic : new FullDisk<RoleTraffic>(),
        };

        Assert.Equal(1, _shell.Run("run", _file, "--out", _out, "--jobs", "1", "--quiet"));

        var full = RunFolder.PathOf(_out, "minibatch", 0);
        Assert.Equal(
            [
                "2 of 4 runs are missing; the same command makes them",
                $"{full}: cannot be written: no space is left on the disk; free some, or choose another place",
            ],
            _shell.Error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(3, File.ReadAllLines(Path.Combine(_out, "runs.csv")).Length);
        Assert.Contains("2 run folders", _shell.Out, StringComparison.Ordinal);
        Assert.Equal(["async"], Directory.GetDirectories(_out).Where(arm =>
            Directory.GetFileSystemEntries(arm).Length > 0).Select(arm => Path.GetFileName(arm)));
    }

    [Fact]
    public void A_folder_that_another_process_writes_to_is_refused()
    {
        using var other = ExperimentFolder.Open(_out);

        Assert.Equal(2, _shell.Run("run", _file, "--out", _out, "--quiet"));
        Assert.Contains($"{_out}: another asyncopt is writing there", _shell.Error, StringComparison.Ordinal);
    }

    Func<int> Counted()
    {
        var made = 0;
        _shell.Runs = (plan, _) =>
        {
            Interlocked.Increment(ref made);
            return FakeRecord.Of(plan);
        };
        return () => made;
    }

    // What a write to a full disk comes to: error 28 of Linux.
    sealed class FullDisk<T> : IReadOnlyList<T>
    {
        public int Count => 1;

        public T this[int index] => throw new IOException("No space left on device", 28);

        public IEnumerator<T> GetEnumerator() => throw new IOException("No space left on device", 28);

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    [Fact]
    public void Without_a_terminal_progress_is_a_line_per_run_and_none_when_quiet()
    {
        _shell.Run("run", _file, "--out", _out, "--jobs", "1");
        Assert.Contains("async seed-0: ended, 1 of 4", _shell.Error, StringComparison.Ordinal);
        Assert.Contains("minibatch seed-1: ended, 4 of 4", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_internal_error_is_one_line_and_a_stack_trace_only_on_request()
    {
        _shell.Runs = (_, _) => throw new InvalidOperationException("two\nlines");

        Assert.Equal(1, _shell.Run("run", _file, "--out", _out, "--quiet"));
        Assert.Equal(
            "internal error: InvalidOperationException: two lines (--debug shows where)" + Environment.NewLine,
            _shell.Error);

        Assert.Equal(1, _shell.Run("run", _file, "--out", _out, "--quiet", "--debug"));
        Assert.Contains("   at AsyncOpt.Client", _shell.Error, StringComparison.Ordinal);
    }
}
