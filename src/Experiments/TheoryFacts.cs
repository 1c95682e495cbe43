using System.Globalization;
using AsyncOpt.Core;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Theory;

namespace AsyncOpt.Experiments;

/// <summary>What theory says of a run before it is made, and what that rests on.</summary>
static class TheoryFacts
{
    /// <summary>The facts, each with a name and a value.</summary>
    public static IEnumerable<(string Name, string Value)> Of(RunPlan plan)
    {
        if (StalenessTheory.Of(plan) is not { } theory)
            yield break;
        yield return ("staleness", Staleness(theory));
        foreach (var condition in theory.Conditions.Where(c => c.IsMet != true))
            yield return ("staleness,", condition.ToString());
        if (theory.Conditions.Where(c => c.IsMet == true).Select(c => c.Text).ToList() is { Count: > 0 } met)
            yield return ("staleness,", $"met: {string.Join("; ", met)}");
        if (RateBias.Of(plan, theory) is not { } bias)
            yield break;
        yield return ("bias", string.Create(CultureInfo.InvariantCulture,
            $"small steps lead to the mean of the targets weighted by how often each worker answers: "
                + $"gap {Counted.Digits(bias.Gap, 4)}, squared-error {Counted.Digits(bias.SquaredError, 4)}"));
    }

    static string Staleness(StalenessTheory theory)
    {
        var (slowest, fastest) = (theory.SlowestWorker, theory.FastestWorker);
        var mean = $"{Counted.Digits(theory.Mean, 4)} in the mean";
        return theory.MeanOf(slowest) == theory.MeanOf(fastest) ? mean
            : string.Create(CultureInfo.InvariantCulture, $"{mean}; {Worker(slowest)}; {Worker(fastest)}");

        string Worker(int worker) => string.Create(CultureInfo.InvariantCulture,
            $"{Counted.Digits(theory.MeanOf(worker), 4)} of worker {worker}, "
                + $"with {100 * theory.ShareOf(worker):g3} % of the updates");
    }
}
