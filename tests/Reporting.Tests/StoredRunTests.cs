using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting.Tests;

public sealed class StoredRunTests : InFolder
{
    string Place => Path.Combine(Folder, "run");

    [Fact]
    public void A_run_folder_reads_back_as_what_was_written()
    {
        var record = Records.Run([1, double.NaN, double.PositiveInfinity, 0.1 + 0.2], 1.2, timeToTarget: 0.3);
        record = record with { Metrics = [.. record.Metrics, new(1, 2, 3, 4, 5, "with, \"comma\"", -1)] };
        record = record with
        {
            Faults = [new("drop", 7) { Dropped = 7 }, new("crash", 0), new("late", 3) { Delayed = 2, Held = 1 }],
            Unmet = ["'drop' was to act at least 8 times, and acted 7"],
            Counts = record.Counts with { LastUpdate = 1_234_567_891, Computations = 12, ComputeSeconds = 2.5 },
            Recovery = [new(2, "late", new(4, 3, 0.5, 1.5, 2), null), new(1, "crash", new(1, 0, 0, 0, 0), new(1, 1, 3, 3, 3))],
            Waste = [new(WasteReason.Down, 1, 0.5, 0), new(WasteReason.NoRoom, 2, 0.25, 160)],
        };
        RunFolder.Write(Place, Records.Facts() with { Versions = [("AsyncOpt", "1"), ("build", "b")] }, record);

        var read = StoredRun.Read(Place);

        Assert.Equal(("async", 2, ulong.MaxValue, "b"), (read.Arm, read.Repetition, read.Seed, read.Build));
        Assert.Equal("async-sgd", (string?)read.Specification["method"]!["name"]);
        Assert.Equal(record.Metrics, read.Record.Metrics);
        Assert.Equal(record.Hash, read.Record.Hash);
        Assert.Equal(record.VirtualTime, read.Record.VirtualTime);
        Assert.Equal(record.TimeToTarget, read.Record.TimeToTarget);
        Assert.Equal(record.Traffic, read.Record.Traffic);
        Assert.Equal(record.Faults, read.Record.Faults);
        Assert.Equal(record.Unmet, read.Record.Unmet);
        Assert.Equal(record.Waste, read.Record.Waste);
        Assert.Equal(record.Recovery, read.Record.Recovery);
        Assert.Equal((12, 2.5), (read.Record.Counts.Computations, read.Record.Counts.ComputeSeconds));
        Assert.Equal(record.Counts.LastUpdate, read.Record.Counts.LastUpdate);
        Assert.Equal([("gap", Scale.Log)], read.Record.Scales);
        Assert.Equal(Scale.Linear, read.Record.ScaleOf("another"));
        Assert.Equal((10, 12, 120), (read.Record.Counts.Updates, read.Record.Counts.Gradients, read.Record.Counts.Samples));
        Assert.Equal((1.2, 3), (read.Record.Staleness.Mean, read.Record.Staleness.Max));
        Assert.Equal([4, 3, 0, 3], read.Record.Staleness.Counts);
    }

    [Fact]
    public void What_lies_beyond_the_histogram_of_staleness_keeps_its_bound()
    {
        var record = Records.Run([1]);
        record = record with { Staleness = record.Staleness with { Counts = [4, 3, 0, 0, 0], Overflow = 3 } };
        RunFolder.Write(Place, Records.Facts(), record);

        var read = StoredRun.Read(Place).Record.Staleness;

        Assert.Equal([4, 3, 0, 0, 0], read.Counts);
        Assert.Equal(3, read.Overflow);
    }

    [Theory]
    [InlineData(Outcome.BudgetSpent)]
    [InlineData(Outcome.TargetReached)]
    [InlineData(Outcome.Completed)]
    [InlineData(Outcome.Diverged)]
    [InlineData(Outcome.Stalled)]
    [InlineData(Outcome.Cancelled)]
    public void So_does_every_outcome(Outcome outcome)
    {
        RunFolder.Write(Place, Records.Facts(), Records.Run([1], outcome: outcome));

        Assert.Equal(outcome, StoredRun.Read(Place).Record.Outcome);
        Assert.Equal("", StoredRun.Read(Place).Build);
    }

    [Fact]
    public void What_is_no_run_folder_is_said_so() =>
        Assert.Contains("no run folder: it holds no manifest.json; expected ARM/seed-K", Refusal());

    // Cut after a whole line, one digit for another, emptied, and garbage: of none of them is anything read.
    [Theory]
    [InlineData(RunFolder.MetricsFile, "gap,0.5", "gap,0.7", "metrics.csv: is damaged: it no longer has the SHA-256")]
    [InlineData(RunFolder.StalenessFile, "0,4,0.4", "0,5,0.4", "staleness.csv: is damaged: it no longer has the SHA-256")]
    [InlineData("agents.csv", "server", "worker", "agents.csv: is damaged: it no longer has the SHA-256")]
    [InlineData("model.csv", "0,0.1\n", "", "model.csv: is damaged: 39 bytes were written, it has 33")]
    public void A_file_that_changed_is_refused_by_its_name(string file, string old, string changed, string expected)
    {
        var run = Records.Run([1, 0.5]) with { Roles = [new("server", 1)] };
        RunFolder.Write(Place, Records.Facts(), run);
        var path = Path.Combine(Place, file);
        var text = File.ReadAllText(path);
        Assert.Contains(old, text);
        File.WriteAllText(path, text.Replace(old, changed));

        Assert.Contains(expected, Refusal());
        Assert.EndsWith("; run the experiment again, and this run is made anew", Refusal());
        Assert.False(RunFolder.IsWhole(Place));
    }

    [Theory]
    [InlineData("metrics.csv")]
    [InlineData("staleness.csv")]
    [InlineData("staleness-agents.csv")]
    [InlineData("staleness-by-agent.csv")]
    [InlineData("agents.csv")]
    [InlineData("updates.csv")]
    [InlineData("timeline.json")]
    [InlineData("model.csv")]
    public void So_is_any_file_that_is_empty_or_missing(string file)
    {
        RunFolder.Write(Place, Records.Facts(), Records.Run([1]) with
        {
            UpdateLog = [new UpdateEntry(1, 0, 0, 0, 0, 0, 0)],
            TimelineAgents = [(0, "server", 0)],
        });
        var path = Path.Combine(Place, file);
        File.WriteAllText(path, "");

        Assert.Matches($"{file}: is damaged: [1-9][0-9]* bytes were written, it has 0; ", Refusal());
        File.Delete(path);
        Assert.StartsWith($"{path}: is missing; ", Refusal());
        Directory.CreateDirectory(path);
        Assert.StartsWith($"{path}: is a folder where a file was written; ", Refusal());
    }

    [Theory]
    [InlineData(RunFolder.MetricsFile, "head\n1,2\n", "metrics.csv:2: is no line of this table: '1,2'")]
    [InlineData(RunFolder.MetricsFile, "head\n1,2,3,4,5,loss,x\n", "metrics.csv:2: ")]
    [InlineData(RunFolder.StalenessFile, "head\n0,1,1\n1,99999999999999999999,0\n", "staleness.csv:3: ")]
    [InlineData(RunFolder.StalenessFile, "head\n0,1,1\n1,9223372036854775807,0\n", "staleness.csv:3: ")]
    [InlineData(RunFolder.StalenessFile, "head\n0,-1,1\n", "staleness.csv:2: ")]
    [InlineData(RunFolder.StalenessFile, "head\n0,4398046511104,1\n1,4398046511104,0\n", "has more than 4398046511104 updates")]
    public void A_table_that_was_written_otherwise_is_refused_with_its_line(string file, string text, string expected)
    {
        RunFolder.Write(Place, Records.Facts(), Records.Run([1]));
        File.WriteAllText(Path.Combine(Place, file), text);
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(Place, RunFolder.ManifestFile)))!;
        var entry = manifest["files"]!.AsArray().Single(f => (string?)f!["name"] == file)!;
        entry["bytes"] = text.Length;
        entry["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        Sealed(manifest);

        Assert.Contains(expected, Refusal());
    }

    [Theory]
    [InlineData("\"seeds\"", "\"sead\"", "manifest.json: is damaged: 'seeds' is missing")]
    [InlineData("\"outcome\": \"budget spent\"", "\"outcome\": 3", "outcome: expected ")]
    [InlineData("\"outcome\": \"budget spent\"", "\"outcome\": \"won\"", "'won' is no outcome")]
    [InlineData("\"repetition\": 2", "\"repetition\": \"two\"", "repetition: expected ")]
    [InlineData("\"repetition\": 2", "\"repetition\": 2, \"repetition\": 3", "manifest.json: is damaged: ")]
    [InlineData("\"counts\": {", "\"counts\": [], \"count\": {", "'events' is missing")]
    [InlineData("\"format\": 2", "\"format\": 1", "manifest.json: is of form 1, and this program reads form 2")]
    [InlineData("      \"sha256\": \"", "      \"sha\": \"", "'sha256' is missing")]
    public void A_changed_manifest_is_refused_with_its_key(string old, string changed, string expected)
    {
        RunFolder.Write(Place, Records.Facts(), Records.Run([1]));
        var path = Path.Combine(Place, RunFolder.ManifestFile);
        var text = File.ReadAllText(path);
        Assert.Contains(old, text);
        // Whoever made it so made the checksum, too.
        var end = text.LastIndexOf(",\n", StringComparison.Ordinal);
        File.WriteAllText(path, ManifestSeal.Add(text[..end].Replace(old, changed) + "\n}"));

        Assert.Contains(expected, Refusal());
    }

    [Theory]
    [InlineData("\"outcome\": \"budget spent\"", "\"outcome\": \"diverged\"")]
    [InlineData("\"virtual_time_ns\": ", "\"virtual_time_ns\": -")]
    [InlineData("\n}\n", "\n}")]
    [InlineData("  \"sha256\": \"", "  \"sha256\": \"0")]
    public void A_manifest_that_was_changed_is_refused(string old, string changed)
    {
        RunFolder.Write(Place, Records.Facts(), Records.Run([1]));
        var path = Path.Combine(Place, RunFolder.ManifestFile);
        var text = File.ReadAllText(path);
        var at = text.LastIndexOf(old, StringComparison.Ordinal);
        Assert.True(at > 0);
        File.WriteAllText(path, text[..at] + changed + text[(at + old.Length)..]);

        Assert.Contains("manifest.json: was changed: it no longer has the SHA-256 of what was written; run", Refusal());
    }

    [Fact]
    public void The_checksum_of_a_manifest_is_of_the_bytes_before_its_last_key()
    {
        RunFolder.Write(Place, Records.Facts(), Records.Run([1]));
        var text = File.ReadAllText(Path.Combine(Place, RunFolder.ManifestFile));
        var before = text[..text.LastIndexOf(",\n  \"sha256\": \"", StringComparison.Ordinal)];

        Assert.Equal(
            ("sha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(before)))),
            JsonNode.Parse(text)!.AsObject().Select(p => (p.Key, $"{p.Value}")).Last());
    }

    [Fact]
    public void A_manifest_without_a_checksum_is_of_an_earlier_build()
    {
        RunFolder.Write(Place, Records.Facts(), Records.Run([1]));
        var path = Path.Combine(Place, RunFolder.ManifestFile);
        var text = File.ReadAllText(path);
        File.WriteAllText(path, text[..text.LastIndexOf(",\n", StringComparison.Ordinal)] + "\n}\n");

        Assert.Contains("manifest.json: was made by an earlier build, without a checksum of itself; run the experiment "
            + "again", Refusal());
    }

    [Theory]
    [InlineData("metrics.csv")]
    [InlineData("staleness-by-agent.csv")]
    [InlineData("model.csv")]
    public void A_manifest_names_each_file_that_every_run_has(string file)
    {
        RunFolder.Write(Place, Records.Facts(), Records.Run([1]));
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(Place, RunFolder.ManifestFile)))!;
        var files = manifest["files"]!.AsArray();
        files.Remove(files.Single(f => (string?)f!["name"] == file));
        Sealed(manifest);

        Assert.Contains($"manifest.json: is damaged: its files do not name {file}; ", Refusal());
    }

    void Sealed(JsonNode manifest)
    {
        manifest.AsObject().Remove(ManifestSeal.Key);
        File.WriteAllText(
            Path.Combine(Place, RunFolder.ManifestFile), ManifestSeal.Add(manifest.ToJsonString(Indented)));
    }

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    string Refusal() => Assert.ThrowsAny<InputException>(() => StoredRun.Read(Place)).Message;
}
