using AsyncOpt.Core;

namespace AsyncOpt.Experiments.Tests;

/// <summary>
/// What takes the reader long is refused. Work is told by the memory it takes, which is the same on every machine.
/// </summary>
public class LargeFileTests
{
    static (string Message, long Bytes) Refused(string text, bool sweep = false)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var e = Assert.Throws<InputException>(
            () => Experiment.Parse(text, "f.yaml", AppContext.BaseDirectory, new LoadOptions { Sweep = sweep }));
        return (e.Message, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    static string Lines(int count, Func<int, string> line) =>
        string.Concat(Enumerable.Range(0, count).Select(i => line(i) + "\n"));

    [Fact]
    public void After_a_thousand_unknown_keys_no_others_are_looked_for()
    {
        var (message, bytes) = Refused(Lines(20_000, i => $"key-{i}: 1"));
        var (_, fewer) = Refused(Lines(2_000, i => $"key-{i}: 1"));

        Assert.Equal(1000, message.Split('\n').Count(line => line.Contains("unknown key", StringComparison.Ordinal)));
        Assert.EndsWith("after 1000 problems nothing is looked for", message, StringComparison.Ordinal);
        // Reading ten times the keys takes more, but each of them no more than its line.
        Assert.True(bytes - fewer < 18_000 * 3_000L, $"{bytes} and {fewer} bytes");
    }

    [Fact]
    public void So_many_arms_are_refused_before_any_is_read()
    {
        var (message, _) = Refused("method: none\narms:\n" + Lines(10_001, i => $"  a{i}: {{}}"));

        Assert.Contains("10001 arms; expected at most 10000", message, StringComparison.Ordinal);
    }

    [Fact]
    public void So_many_values_or_keys_of_a_sweep_are_refused_before_they_are_compared()
    {
        var values = string.Join(", ", Enumerable.Range(0, 10_001));
        var best = "best: { metric: loss }";

        Assert.Contains("10001 values; expected at most 10000",
            Refused($"sweep: {{ grid: {{ method.step: [{values}] }}, {best} }}\n", sweep: true).Message,
            StringComparison.Ordinal);
        var keys = string.Join(", ", Enumerable.Range(0, 1001).Select(i => $"a{i}: [1]"));
        Assert.Contains("1001 keys; expected at most 1000",
            Refused($"sweep: {{ grid: {{ {keys} }}, {best} }}\n", sweep: true).Message, StringComparison.Ordinal);
    }
}
