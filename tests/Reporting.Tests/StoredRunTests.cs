using AsyncOpt.Core;
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
            Faults = [new("drop", 7), new("crash", 0)],
            Counts = record.Counts with { LastUpdate = 1_234_567_891 },
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
    public void What_is_no_run_folder_is_said_so() => Assert.Contains("no whole run folder", Refusal());

    [Theory]
    [InlineData(RunFolder.MetricsFile, "head\n1,2\n", "metrics.csv:2: no line of this table: '1,2'")]
    [InlineData(RunFolder.MetricsFile, "head\n1,2,3,4,5,loss,x\n", "metrics.csv:2: ")]
    [InlineData(RunFolder.StalenessFile, "head\n0,1,1\n1,99999999999999999999,0\n", "staleness.csv:3: ")]
    public void A_changed_table_is_refused_with_its_line(string file, string text, string expected)
    {
        RunFolder.Write(Place, Records.Facts(), Records.Run([1]));
        File.WriteAllText(Path.Combine(Place, file), text);

        Assert.Contains(expected, Refusal());
    }

    [Theory]
    [InlineData("\"seeds\"", "\"sead\"", "manifest.json: cannot be read as a run's manifest: 'seeds' is missing")]
    [InlineData("\"outcome\": \"budget spent\"", "\"outcome\": 3", "outcome: expected ")]
    [InlineData("\"outcome\": \"budget spent\"", "\"outcome\": \"won\"", "'won' is no outcome")]
    [InlineData("\"repetition\": 2", "\"repetition\": \"two\"", "repetition: expected ")]
    [InlineData("\"repetition\": 2", "\"repetition\": 2, \"repetition\": 3", "no whole run folder")]
    [InlineData("\"counts\": {", "\"counts\": [], \"count\": {", "'events' is missing")]
    public void A_changed_manifest_is_refused_with_its_key(string old, string changed, string expected)
    {
        RunFolder.Write(Place, Records.Facts(), Records.Run([1]));
        var path = Path.Combine(Place, RunFolder.ManifestFile);
        var text = File.ReadAllText(path);
        Assert.Contains(old, text);
        File.WriteAllText(path, text.Replace(old, changed));

        Assert.Contains(expected, Refusal());
    }

    string Refusal() => Assert.Throws<InputException>(() => StoredRun.Read(Place)).Message;
}
