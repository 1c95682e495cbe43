using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Reporting.Tests.Gateway;

public class RecordJsonTests
{
    /// <summary>Every field set, with the values that text loses most easily.</summary>
    static readonly RunRecord Full = new()
    {
        Outcome = Outcome.TargetReached,
        Reason = "gap reached 0.1 \"at\" 2 s\n\u00e9",
        Hash = 0xfedc_ba98_7654_3211,
        VirtualTime = long.MaxValue - 1,
        WallSeconds = 0.1 + 0.2,
        EvaluationSeconds = double.Epsilon,
        ComputationSeconds = 0.7,
        Partitions = 3,
        Lookahead = 1_000_000_007,
        IsCutLocal = true,
        Threads = 2,
        Device = "cuda: a card",
        Agents = 5,
        Counts = new RunCounts
        {
            Events = 1, Messages = 2, Bytes = (1L << 53) + 1, Lost = 3, Duplicated = 4, Updates = 5, Gradients = 6,
            Samples = 7, Batches = 8, BatchMax = 9, Evaluations = 10, WastedEvaluations = 11, Ties = 12, Windows = 13,
            Cohorts = 14, Crashes = 15, Raised = 16, RaisedSum = 17, RaisedMax = 18,
            Sweeps = 19, LastUpdate = 20, Retried = 21, GivenUp = 22, Overflowed = 23, LostBytes = 24,
            Computations = 25, ComputeSeconds = 26.5,
        },
        Roles = [new("server", 1) { Labels = ["a"] }, new("worker", 4) { Labels = ["b", "c", "d", "e"] }],
        Faults =
        [
            new("drop", 45)
            {
                Dropped = 1, Duplicated = 2, Delayed = 3, Held = 4, Corrupted = 5, Repeated = 6, Mistimed = 7, Down = 8,
                AtDoor = 9,
            },
        ],
        Unmet = ["another end"],
        Waste = [new(WasteReason.NoRoom, 1, 0.5, 160)],
        Recovery = [new(1, "crash", new(5, 4, 0.5, 1.5, 2), new(3, 2, 0.25, 1, 1))],
        Traffic = [new("server", 1, 30, 3000), new("worker", 4, 12, 1200)],
        Metrics =
        [
            new(0.1, 1, 2, 3, 4, "loss", double.NaN), new(1e-300, 1, 2, 3, 4, "gap", double.PositiveInfinity),
            new(double.MaxValue, 1, 2, 3, 4, "gap", double.NegativeInfinity),
        ],
        Scales = [("gap", Scale.Log)],
        BetterAbove = ["accuracy"],
        Staleness = new([4, 0, 3], 1, 9, 6.5, 8, [(1, 4, 0.5, 1), (3, 6, 1.75, 3)]) { AgentCounts = [(1, 0, 4)] },
        StalenessTheory = [new("all", 3, 2.9)],
        Age = new(0.25, 1.5, 1 / 3.0),
        UpdateLog = [new(1, 2, 3, 4, 5, 6, 7)],
        Schedule = new([new("worker", 1, 2, 0.3)], [new(MessageWay.Overlay, 1, 2, 3, 4, true)]),
        Timeline = [new(1, "compute", "f.grad", 10, 20, -1)],
        TimelineAgents = [(0, "server", 0), (1, "worker", 0)],
        Estimate = [0.1, -0.0, 5e-324, double.NaN, Math.PI],
        EngineBytes = 4096,
        TimeToTarget = 1.7,
        Warnings = ["a warning"],
    };

    [Fact]
    public void Every_field_of_the_example_is_set() => AssertSet(Full, "");

    [Fact]
    public void A_record_reads_back_bit_for_bit() =>
        AssertSame(Full, RecordJson.Read(RecordJson.Write(Full)), "");

    [Fact]
    public void What_is_not_known_stays_unknown()
    {
        var record = Full with { TimeToTarget = null, Estimate = [], UpdateLog = [] };

        AssertSame(record, RecordJson.Read(RecordJson.Write(record)), "");
    }

    [Fact]
    public void A_record_read_back_writes_the_same_run_folder()
    {
        var (facts, folder) = (Records.Facts(), Directory.CreateTempSubdirectory("asyncopt-").FullName);
        try
        {
            RunFolder.Write(Path.Combine(folder, "a"), facts, Full);
            RunFolder.Write(Path.Combine(folder, "b"), facts, RecordJson.Read(RecordJson.Write(Full)));

            var files = Directory.GetFiles(Path.Combine(folder, "a"));
            Assert.True(files.Length > 5);
            Assert.All(files, file => Assert.Equal(
                File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(folder, "b", Path.GetFileName(file)))));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Hash_tuples_and_NaN_have_their_own_forms()
    {
        var json = JsonDocument.Parse(RecordJson.Write(Full)).RootElement;

        Assert.Equal("fedcba9876543211", json.GetProperty("hash").GetString());
        Assert.Equal("""[0,"server",0]""", json.GetProperty("timelineAgents")[0].GetRawText());
        Assert.Equal("NaN", json.GetProperty("metrics")[0].GetProperty("value").GetString());
        Assert.Equal("targetReached", json.GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"hash": 12}""")]
    [InlineData("""{"hash": "xyz"}""")]
    [InlineData("""{"timelineAgents": [[1, "a"]]}""")]
    [InlineData("""{"timelineAgents": [[1, "a", 2, 3]]}""")]
    public void What_is_no_record_is_refused(string text) =>
        Assert.Throws<JsonException>(() => RecordJson.Read(Encoding.UTF8.GetBytes(text)));

    static IEnumerable<PropertyInfo> Fields(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0);

    // A field added later must be added to the example.
    static void AssertSet(object value, string path)
    {
        foreach (var field in Fields(value.GetType()))
        {
            var (at, found) = ($"{path}.{field.Name}", field.GetValue(value));
            Assert.True(found is not null, at);
            if (found is IEnumerable items)
                Assert.True(items.Cast<object>().Any(), at);
            else if (found.GetType().Namespace == typeof(RunRecord).Namespace && !found.GetType().IsEnum)
                AssertSet(found, at);
            else
                Assert.False(found.Equals(RuntimeHelpers.GetUninitializedObject(found.GetType())), at);
        }
    }

    static void AssertSame(object? expected, object? got, string path)
    {
        if (expected is null || got is null || expected is string or ValueType)
            AssertSameValue(expected, got, path);
        else if (expected is IEnumerable list)
        {
            var (a, b) = (list.Cast<object?>().ToList(), ((IEnumerable)got).Cast<object?>().ToList());
            Assert.True(a.Count == b.Count, path);
            for (var i = 0; i < a.Count; i++)
                AssertSame(a[i], b[i], $"{path}[{i}]");
        }
        else
        {
            foreach (var field in Fields(expected.GetType()))
                AssertSame(field.GetValue(expected), field.GetValue(got), $"{path}.{field.Name}");
        }
    }

    static void AssertSameValue(object? expected, object? got, string path)
    {
        // Bits, so that 0 and -0 differ and NaN is itself.
        var same = expected is double a && got is double b
            ? BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b)
            : Equals(expected, got);
        Assert.True(same, $"{path}: expected {expected}, got {got}");
    }

}
