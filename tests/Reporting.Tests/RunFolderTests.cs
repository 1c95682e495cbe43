using System.Globalization;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Outputs;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting.Tests;

public sealed class RunFolderTests : InFolder
{
    string Run => RunFolder.PathOf(Folder, "async", 2);

    [Fact]
    public void The_manifest_reads_back_as_what_was_written()
    {
        RunFolder.Write(Run, Records.Facts(), Records.Run([1, 0.5], timeToTarget: 0.1));

        var manifest = Manifest();

        Assert.Equal("00ab0000000000cd", (string?)manifest["hash"]);
        Assert.Equal("budget spent", (string?)manifest["outcome"]);
        Assert.Equal(2_000_000_001, (long?)manifest["virtual_time_ns"]);
        Assert.Equal(0.1, (double?)manifest["time_to_target_s"]);
        Assert.Equal(0.25, (double?)manifest["evaluation_share"]);
        Assert.Equal(ulong.MaxValue, (ulong?)manifest["seeds"]!["run"]);
        Assert.Equal(32, (int?)manifest["numerics"]!["float_bits"]);
        Assert.Equal(3.5, (double?)manifest["counts"]!["batch_mean"]);
        Assert.Equal(256, (double?)manifest["memory"]!["bytes_per_agent"]);
        Assert.Equal("certified", (string?)manifest["optimum"]!["status"]);
        Assert.Equal("the step is beyond 2 / L", (string?)manifest["warnings"]![0]);
        Assert.True(JsonNode.DeepEquals(Records.Facts().Specification, manifest["specification"]));
    }

    [Fact]
    public void The_manifest_says_what_the_wall_time_went_to_and_so_does_the_writer()
    {
        var parts = RunFolder.Write(
            Run, Records.Facts() with { Parts = new(1, 2, 3, 4, 5, 6) }, Records.Run([1]))!;

        var told = Manifest()["wall_parts_s"]!.AsObject();
        Assert.Equal(["data", "optimum", "engine", "computations", "metrics", "output"], told.Select(p => p.Key));
        Assert.Equal([1, 2, 3, 4, 5], told.Take(5).Select(p => (double)p.Value!));
        // Six seconds before, and the files.
        Assert.InRange((double)told["output"]!, 6.0000001, 60);
        Assert.Equal(parts.Output, (double)told["output"]!);
    }

    [Fact]
    public void Where_nobody_knows_what_the_wall_time_went_to_the_manifest_says_nothing()
    {
        Assert.Null(RunFolder.Write(Run, Records.Facts(), Records.Run([1])));

        Assert.Null(Manifest()["wall_parts_s"]);
    }

    [Fact]
    public void An_optimum_without_a_certificate_is_only_the_best_known()
    {
        var facts = Records.Facts() with { Optimum = new Optimum([0], 0.25, double.PositiveInfinity) };

        RunFolder.Write(Run, facts, Records.Run([1]));

        Assert.Equal("best known", (string?)Manifest()["optimum"]!["status"]);
        Assert.Null(Manifest()["optimum"]!["gap_bound"]);
    }

    [Fact]
    public void Metrics_read_back_to_the_last_bit_also_where_they_are_not_finite()
    {
        double[] gaps = [0.1 + 0.2, 1e-300, double.NaN, double.PositiveInfinity];

        RunFolder.Write(Run, Records.Facts(), Records.Run(gaps));

        var lines = Lines("metrics.csv");
        Assert.Equal("virtual_time_s,updates,gradients,samples,bytes,metric,value", lines[0]);
        Assert.StartsWith("0.1,1,2,20,100,gap,", lines[2], StringComparison.Ordinal);
        Assert.Equal(gaps, lines[1..].Select(l => double.Parse(l.Split(',')[6], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void The_histogram_of_staleness_ends_at_the_largest_and_says_what_lies_beyond_it()
    {
        var run = Records.Run([1]);
        run = run with { Staleness = run.Staleness with { Counts = [4, 3, 0, 3], Overflow = 10, Updates = 20 } };
        RunFolder.Write(Run, Records.Facts(), Records.Run([1]));
        RunFolder.Write(Run + "-wide", Records.Facts(), run);

        Assert.Equal(["staleness,updates,share", "0,4,0.4", "1,3,0.3", "2,0,0", "3,3,0.3"], Lines("staleness.csv"));
        Assert.Equal(">3,10,0.5", File.ReadAllLines(Path.Combine(Run + "-wide", "staleness.csv"))[^1]);
    }

    [Fact]
    public void Agents_have_one_number_in_all_files_and_keep_the_names_of_their_nodes()
    {
        var run = Records.Run([1]) with
        {
            Roles = [new("server", 1), new("node", 3) { Labels = ["Köln, Dom", "1", "Rio"] }],
            TimelineAgents = [(0, "server", 0), (1, "node", 0), (2, "node", 1), (3, "node", 2)],
        };
        run = run with { Staleness = run.Staleness with { AgentCounts = [(1, 0, 4), (3, 2, 6)] } };

        RunFolder.Write(Run, Records.Facts(), run);

        Assert.Equal(["agent,role,index,node", "0,server,0,", "1,node,0,\"Köln, Dom\"", "2,node,1,1", "3,node,2,Rio"],
            Lines("agents.csv"));
        Assert.Equal(["agent,name,updates,mean,max", "1,\"node 0 'Köln, Dom'\",4,0.5,1", "3,node 2 'Rio',6,1.75,3"],
            Lines("staleness-agents.csv"));
        Assert.Equal(["agent,name,staleness,updates", "1,\"node 0 'Köln, Dom'\",0,4", "3,node 2 'Rio',2,6"],
            Lines("staleness-by-agent.csv"));
        var events = JsonNode.Parse(File.ReadAllText(Path.Combine(Run, "timeline.json")))!["traceEvents"]!.AsArray();
        Assert.Equal([(0, "server"), (1, "node 0 'Köln, Dom'"), (2, "node 1"), (3, "node 2 'Rio'")],
            events.Where(e => (string?)e!["name"] == "thread_name")
                .Select(e => ((int)e!["tid"]!, (string?)e["args"]!["name"])));
        Assert.Contains("agents.csv", Manifest()["files"]!.AsArray().Select(f => (string?)f!["name"]));
    }

    [Fact]
    public void Logged_updates_keep_every_nanosecond()
    {
        var run = Records.Run([1]) with
        {
            UpdateLog = [new UpdateEntry(9_007_199_254_740_993, 3, 7, 2, 1, 1_500_000_000, 0)],
        };

        RunFolder.Write(Run, Records.Facts(), run);

        Assert.Equal("9007199.254740993,3,7,2,0.000000001,1.5,0", Lines("updates.csv")[1]);
    }

    [Fact]
    public void Updates_are_a_file_only_when_they_were_logged()
    {
        RunFolder.Write(Run, Records.Facts(), Records.Run([1]));

        Assert.False(File.Exists(Path.Combine(Run, "updates.csv")));
        Assert.DoesNotContain("updates.csv", Manifest()["files"]!.AsArray().Select(f => (string?)f!["name"]));
    }

    [Fact]
    public void The_timeline_has_a_process_per_role_a_thread_per_agent_and_arrows_between_sampled_agents()
    {
        var run = Records.Run([1]) with
        {
            Roles = [new("server", 1), new("worker", 2)],
            TimelineAgents = [(0, "server", 0), (1, "worker", 0), (2, "worker", 1)],
            Timeline =
            [
                new(1, "compute", "f.grad", 1_000, 3_500, -1),
                new(0, "wire", "gradient", 3_500, 9_007_199_254_740_993, 1),
                new(2, "wire", "gradient", 10, 20, 77),
            ],
        };

        RunFolder.Write(Run, Records.Facts(), run);

        var events = JsonNode.Parse(File.ReadAllText(Path.Combine(Run, "timeline.json")))!["traceEvents"]!.AsArray();
        Assert.Equal(["server", "worker"], events.Where(e => (string?)e!["name"] == "process_name")
            .Select(e => (string?)e!["args"]!["name"]));
        Assert.Equal(["server", "worker 0", "worker 1"], events.Where(e => (string?)e!["name"] == "thread_name")
            .Select(e => (string?)e!["args"]!["name"]));
        var slice = Assert.Single(events, e => (string?)e!["ph"] == "X")!;
        Assert.Equal((1, 2.5), ((double)slice["ts"]!, (double)slice["dur"]!));
        Assert.Equal((2, 1), ((int)slice["pid"]!, (int)slice["tid"]!));
        var begin = Assert.Single(events, e => (string?)e!["ph"] == "s")!;
        Assert.Equal((3.5, 1), ((double)begin["ts"]!, (int)begin["tid"]!));
        var end = Assert.Single(events, e => (string?)e!["ph"] == "f")!;
        Assert.Equal("9007199254740.993", end["ts"]!.ToJsonString());
        Assert.Equal(0, (int?)end["tid"]);
    }

    [Fact]
    public void A_model_is_text_up_to_a_limit_and_binary_above_it()
    {
        var wide = Enumerable.Range(0, RunFolder.CoordinatesAsTextMax + 1).Select(i => 1.0 / (i + 1)).ToArray();

        RunFolder.Write(Run, Records.Facts(), Records.Run([1]));
        RunFolder.Write(Run + "-wide", Records.Facts(), Records.Run([1]) with { Estimate = wide });

        Assert.Equal(["coordinate,value", "0,0.1", "1,-1.5", "2,1E-300"], Lines("model.csv"));
        var bytes = File.ReadAllBytes(Path.Combine(Run + "-wide", "model.bin"));
        Assert.Equal(8 * wide.Length, bytes.Length);
        Assert.Equal(wide[^1], BitConverter.ToDouble(bytes, bytes.Length - 8));
        Assert.False(File.Exists(Path.Combine(Run + "-wide", "model.csv")));
    }

    [Fact]
    public void A_folder_is_whole_only_with_its_manifest_and_all_that_it_names()
    {
        Assert.False(RunFolder.IsWhole(Run));
        RunFolder.Write(Run, Records.Facts(), Records.Run([1]));
        Assert.True(RunFolder.IsWhole(Run));

        File.Move(Path.Combine(Run, "metrics.csv"), Path.Combine(Run, "elsewhere.csv"));
        Assert.False(RunFolder.IsWhole(Run));
        File.Move(Path.Combine(Run, "elsewhere.csv"), Path.Combine(Run, "metrics.csv"));

        var manifest = Path.Combine(Run, RunFolder.ManifestFile);
        File.WriteAllText(manifest, File.ReadAllText(manifest)[..200]);
        Assert.False(RunFolder.IsWhole(Run));
        File.Delete(manifest);
        Assert.False(RunFolder.IsWhole(Run));
    }

    [Fact]
    public void A_second_write_replaces_the_first_and_leaves_nothing_beside_it()
    {
        var logged = Records.Run([1]) with { UpdateLog = [new UpdateEntry(1, 0, 0, 0, 0, 0, 0)] };
        RunFolder.Write(Run, Records.Facts(), logged);
        RunFolder.Write(Run, Records.Facts(), Records.Run([2]));

        Assert.EndsWith(",gap,2", Lines("metrics.csv")[1], StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Run, "updates.csv")));
        Assert.Equal([Run], Directory.GetFileSystemEntries(Path.GetDirectoryName(Run)!));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_second_write_keeps_the_files_of_the_user_where_they_are(bool whole)
    {
        var logged = Records.Run([1]) with { UpdateLog = [new UpdateEntry(1, 0, 0, 0, 0, 0, 0)] };
        RunFolder.Write(Run, Records.Facts(), logged);
        Directory.CreateDirectory(Path.Combine(Run, "plots"));
        foreach (var file in (string[])["notes.txt", "plots/model.csv"])
            File.WriteAllText(Path.Combine(Run, file), file);
        // What a process left that was killed between two renames.
        var old = Path.Combine(Path.GetDirectoryName(Run)!, $".seed-2.old-{int.MaxValue}");
        Directory.CreateDirectory(old);
        foreach (var file in (string[])["earlier.txt", "updates.csv"])
            File.WriteAllText(Path.Combine(old, file), file);
        if (!whole)
            File.Delete(Path.Combine(Run, RunFolder.ManifestFile));

        RunFolder.Write(Run, Records.Facts(), Records.Run([2]));

        Assert.True(RunFolder.IsWhole(Run));
        Assert.EndsWith(",gap,2", Lines("metrics.csv")[1], StringComparison.Ordinal);
        foreach (var file in (string[])["notes.txt", "plots/model.csv", "earlier.txt"])
            Assert.Equal(file, File.ReadAllText(Path.Combine(Run, file)));
        Assert.False(File.Exists(Path.Combine(Run, "updates.csv")));
        Assert.Equal([Run], Directory.GetFileSystemEntries(Path.GetDirectoryName(Run)!));
    }

    [Fact]
    public void Tables_in_another_format_are_beside_those_as_text_and_are_the_programs_own()
    {
        var facts = Records.Facts() with { Formats = [new Transposed(), new ParquetFormat()] };
        RunFolder.Write(Run, facts, Records.Run([1, 0.5]));

        string[] names = ["agents", "metrics", "model", "staleness", "staleness-agents", "staleness-by-agent"];
        var tables = Path.Combine(Run, "tables");
        Assert.Equal(
            names.SelectMany(n => new[] { $"{n}.parquet", $"{n}.transposed" }).Order(StringComparer.Ordinal),
            Directory.GetFiles(tables).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
        Assert.Contains("value: 1 0.5", File.ReadAllLines(Path.Combine(tables, "metrics.transposed")));
        Assert.Equal(2, StoredRun.Read(Run).Record.Metrics.Count);

        File.AppendAllText(Path.Combine(tables, "metrics.transposed"), "more");
        var damage = Assert.Throws<DamagedRunException>(() => StoredRun.Read(Run));
        Assert.Contains(Path.Combine("tables", "metrics.transposed"), damage.Message.Replace('/', Path.DirectorySeparatorChar),
            StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(tables, "notes.txt"), "the user's");
        RunFolder.Write(Run, Records.Facts(), Records.Run([2]));
        Assert.Equal([Path.Combine(tables, "notes.txt")], Directory.GetFiles(tables));
        Assert.True(RunFolder.IsWhole(Run));
    }

    [Fact]
    public void What_is_staler_than_is_counted_one_by_one_is_a_number_to_other_formats()
    {
        var record = Records.Run([1]) with { Staleness = new([4, 3, 0, 3], 10, 9, 100, 20, []) };
        RunFolder.Write(Run, Records.Facts() with { Formats = [new Transposed()] }, record);

        Assert.Equal(">3,10,0.5", Lines("staleness.csv")[^1]);
        Assert.Equal(
            ["staleness: 0 1 2 3 4", "updates: 4 3 0 3 10", "share: 0.2 0.15 0 0.15 0.5"],
            File.ReadAllLines(Path.Combine(Run, "tables", "staleness.transposed")));
    }

    /// <summary>A column a line.</summary>
    [Output("transposed")]
    sealed class Transposed : OutputFormat
    {
        public override string Extension => "transposed";

        public override void Write(OutputTable table, Stream to)
        {
            using var writer = new StreamWriter(to, leaveOpen: true);
            foreach (var column in table.Columns)
            {
                writer.Write($"{column.Name}: " + string.Join(' ', Enumerable.Range(0, table.Rows).Select(row => column switch
                {
                    WholeColumn whole => Text.Number(whole[row]),
                    NumberColumn number => Text.Number(number[row]),
                    _ => column.TextAt(row),
                })) + "\n");
            }
        }
    }

    [Fact]
    public void A_folder_in_the_place_of_a_file_is_named_and_kept()
    {
        var inside = Path.Combine(Run, "model.csv", "mine.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(inside)!);
        File.WriteAllText(inside, "mine");

        var e = Assert.Throws<StorageException>(() => RunFolder.Write(Run, Records.Facts(), Records.Run([1])));

        Assert.Contains("model.csv: is a folder where a file is to be written; move it away", e.Message,
            StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(inside));
    }

    [Fact]
    public void A_write_that_fails_keeps_the_earlier_result_and_leaves_nothing_that_looks_like_one()
    {
        RunFolder.Write(Run, Records.Facts(), Records.Run([1]));
        // Its traffic cannot be read, so the manifest, which comes last, fails when all other files are there.
        var broken = Records.Run([2]) with { Traffic = null! };

        Assert.ThrowsAny<Exception>(() => RunFolder.Write(Run, Records.Facts(), broken));

        Assert.True(RunFolder.IsWhole(Run));
        Assert.EndsWith(",gap,1", Lines("metrics.csv")[1], StringComparison.Ordinal);
        Assert.Equal([Run], Directory.GetFileSystemEntries(Path.GetDirectoryName(Run)!));
    }

    [Fact]
    public void What_a_killed_process_left_is_cleared_away_and_what_a_living_one_writes_is_not()
    {
        var arm = Path.GetDirectoryName(Run)!;
        Directory.CreateDirectory(Path.Combine(arm, $".seed-2.partial-{int.MaxValue}"));
        Directory.CreateDirectory(Path.Combine(arm, $".seed-2.old-{int.MaxValue}"));
        var living = Directory.CreateDirectory(Path.Combine(arm, ".seed-2.partial-1")).FullName;

        RunFolder.Write(Run, Records.Facts(), Records.Run([1]));

        Assert.Equal([living, Run], Directory.GetFileSystemEntries(arm).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void While_a_folder_is_filled_its_name_is_free_or_holds_the_whole_earlier_result()
    {
        var place = Path.Combine(Folder, "result");
        AtomicFile.WriteFolder(place, _ => true, partial => File.WriteAllText(Path.Combine(partial, "a"), "first"));

        AtomicFile.WriteFolder(place, _ => true, partial =>
        {
            File.WriteAllText(Path.Combine(partial, "a"), "second");
            Assert.StartsWith(".result.partial-", Path.GetFileName(partial), StringComparison.Ordinal);
            Assert.Equal("first", File.ReadAllText(Path.Combine(place, "a")));
        });

        Assert.Equal("second", File.ReadAllText(Path.Combine(place, "a")));
    }

    JsonNode Manifest() => JsonNode.Parse(File.ReadAllText(Path.Combine(Run, RunFolder.ManifestFile)))!;

    string[] Lines(string file) => File.ReadAllLines(Path.Combine(Run, file));
}
