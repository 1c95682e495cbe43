using System.Globalization;
using AsyncOpt.Core;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Experiments;

/// <summary>What a user wants to know of links, speeds and budgets before running: what was taken for what.</summary>
static class SettingFacts
{
    /// <summary>The facts, each with its key, a name and a value.</summary>
    public static IEnumerable<(string Key, string Name, string Value)> Of(RunPlan plan)
    {
        foreach (var note in plan.Links.Notes)
            yield return ("links", "note", note);
        if (Speeds(plan) is { } speeds)
            yield return ("compute", "speeds", speeds);
        foreach (var note in plan.Compute.Notes)
            yield return ("compute", "note", note);
        foreach (var (name, value) in TheoryFacts.Of(plan))
            yield return ("theory", name, value);
        foreach (var (name, limit) in Counts(plan.Stop))
        {
            var every = plan.SampleEvery.Seconds;
            yield return ("stop", name, string.Create(CultureInfo.InvariantCulture,
                $"{limit:N0}, judged at sampling instants, every {Counted.Digits(every, 5)} s: "
                    + $"a run may go beyond it"));
        }
    }

    static string? Speeds(RunPlan plan)
    {
        var factors = plan.Compute.Factors;
        var (least, most) = (factors.Min(), factors.Max());
        if (least == most)
            return null;
        var places = new AgentRole(plan.Topology is null ? "worker" : "node", factors.Length)
        {
            Labels = plan.Topology?.Labels,
        };
        var mean = PairwiseSum.Sum(factors) / factors.Length;
        return string.Create(CultureInfo.InvariantCulture, $"{Counted.Digits(least, 5)} to "
            + $"{Counted.Digits(most, 5)}, {Counted.Digits(mean, 5)} on average; the "
            + $"slowest is {places.NameOf(Array.IndexOf(factors, most))}");
    }

    static IEnumerable<(string Name, long Limit)> Counts(StopRules stop)
    {
        (string Name, long? Limit)[] counts =
        [
            ("updates", stop.Updates), ("gradients", stop.Gradients), ("samples", stop.Samples),
            ("messages", stop.Messages), ("bytes", stop.Bytes),
        ];
        return counts.Where(c => c.Limit is not null).Select(c => (c.Name, c.Limit!.Value));
    }
}
