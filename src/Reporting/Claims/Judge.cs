using AsyncOpt.Core;
using AsyncOpt.Core.Claims;

namespace AsyncOpt.Reporting.Claims;

/// <summary>Judges a claim: pure functions of what run folders hold.</summary>
/// <param name="confidence">Of the intervals.</param>
public sealed class Judge(double confidence)
{
    /// <summary>Every contrast in every case that it is for.</summary>
    /// <exception cref="InputException">A run cannot tell what is asked of it.</exception>
    public IReadOnlyList<ContrastResult> Of(IReadOnlyList<Contrast> contrasts, IReadOnlyList<CaseRuns> cases) =>
    [
        .. from runs in cases
           from contrast in contrasts
           where contrast.Cases.Count == 0 || contrast.Cases.Contains(runs.Name)
           from result in Of(contrast, runs)
           select result,
    ];

    /// <summary>The weakest of some verdicts.</summary>
    public static Verdict Weakest(IEnumerable<Verdict> verdicts) => verdicts.DefaultIfEmpty(Verdict.NotRun).Max();

    /// <summary>The verdict on an effect, and why where it is not reproduced.</summary>
    /// <param name="estimate">The effect.</param>
    /// <param name="expect">What is expected.</param>
    /// <param name="nullEffect">The effect that says nothing; null where there is none.</param>
    /// <param name="strict">Whether the whole interval must be as expected.</param>
    public static (Verdict Verdict, string Reason) Of(
        Estimate estimate, Expectation expect, double? nullEffect, bool strict)
    {
        if (double.IsNaN(estimate.Value))
            return (Verdict.NotReproduced, estimate.How);
        var (low, high) = (expect.Low, expect.High);
        var meets = low <= estimate.Value && estimate.Value <= high;
        if (nullEffect is not { } none || strict || (low < none && none < high))
        {
            if (low <= estimate.Low && estimate.High <= high)
                return (Verdict.Reproduced, "");
            return (Verdict.NotReproduced, meets
                ? "the interval reaches beyond what is expected: undecided"
                : "the estimate is not as expected");
        }
        var up = none <= low;
        var shown = up ? estimate.Low > none : estimate.High < none;
        if (!shown)
            return (Verdict.NotReproduced, (up ? estimate.High < none : estimate.Low > none)
                ? "the opposite is shown"
                : $"the interval includes {Brief.Number(none)}");
        if (meets)
            return (Verdict.Reproduced, "");
        var beyond = up ? estimate.Value > high : estimate.Value < low;
        return (Verdict.InDirectionOnly, beyond ? "more than expected" : "less than expected");
    }

    IEnumerable<ContrastResult> Of(Contrast contrast, CaseRuns runs)
    {
        if (contrast.Slope.Count > 0)
            return [OfSlope(contrast, runs)];
        if (contrast.Order.Count > 0)
            return contrast.Order.Zip(contrast.Order.Skip(1), (below, above) => OfPair(
                contrast with { Expect = contrast.Expect ?? new Expectation { AtLeast = contrast.NullEffect } },
                contrast.Of.Of(above, null), contrast.Of.Of(below, null), runs));
        return [contrast.To is { } to ? OfPair(contrast, contrast.Of, to, runs) : OfValue(contrast, runs)];
    }

    ContrastResult OfValue(Contrast contrast, CaseRuns runs)
    {
        var values = Values(contrast.Of, runs);
        var scale = Measure.ScaleOf(contrast.Of, arm => RunsOf(arm, runs)[0].Record);
        return Result(contrast, runs, Words.Of(contrast.Of), Estimate.OfMean(values, confidence, scale), [(
            Words.Of(contrast.Of), values)]);
    }

    ContrastResult OfPair(Contrast contrast, Quantity of, Quantity to, CaseRuns runs)
    {
        var (a, b) = (Values(of, runs), Values(to, runs));
        var (s, t) = (Seeds(of, runs), Seeds(to, runs));
        var paired = s is null || t is null || s.SequenceEqual(t);
        var n = Math.Max(a.Count, b.Count);
        if (paired)
            (a, b) = (Stretched(a, n), Stretched(b, n));
        var estimate = (contrast.Comparison, paired) switch
        {
            (Effect.Difference, true) => Estimate.OfDifference(a, b, confidence),
            (Effect.Difference, false) => Estimate.OfUnpaired(a, b, confidence),
            (Effect.Ratio, true) => Estimate.OfRatio(a, b, confidence),
            (Effect.RatioOfMeans, true) => Estimate.OfRatioOfMeans(a, b, confidence),
            _ => Estimate.OfUnpairedRatio(a, b, confidence),
        };
        var sign = contrast.Comparison == Effect.Difference ? '-' : '/';
        return Result(contrast, runs, Words.Of(of, sign, to), estimate,
            [(Words.Of(of), a), (Words.Of(to), b)]);
    }

    // A slope per seed, of the logarithms, by least squares.
    ContrastResult OfSlope(Contrast contrast, CaseRuns runs)
    {
        var points = contrast.Slope.Select(p => (X: Math.Log(p.Place), Of: contrast.Of.Of(p.Arm, p.At))).ToList();
        var values = points.Select(p => Values(p.Of, runs)).ToList();
        var seeds = values.Min(v => v.Count);
        var what = $"log-log slope of {Words.Of(contrast.Of)}, {points.Count} points";
        var all = points.Zip(values, (p, v) => (Words.Of(p.Of), v)).ToList();
        if (values.SelectMany(v => v).Any(v => !(v > 0) || double.IsInfinity(v)))
            return Result(
                contrast, runs, what, Estimate.Undefined(seeds, "a run of a point failed, or is not positive"), all);
        var mean = points.Average(p => p.X);
        var spread = points.Sum(p => (p.X - mean) * (p.X - mean));
        var slopes = Enumerable.Range(0, seeds)
            .Select(k => points.Zip(values, (p, v) => (p.X - mean) * Math.Log(v[k])).Sum() / spread).ToList();
        return Result(contrast, runs, what, Estimate.OfMean(slopes, confidence), all);
    }

    static ContrastResult Result(
        Contrast contrast, CaseRuns runs, string what, Estimate estimate,
        IReadOnlyList<(string Name, IReadOnlyList<double> PerSeed)> values)
    {
        var (verdict, reason) = Of(estimate, contrast.Expect!, contrast.NullEffect, contrast.Strict);
        return new(runs.Name, contrast.Name, what, Words.Of(contrast.Expect!), estimate, verdict, reason, values);
    }

    // One value a seed; a number has one value for all.
    static IReadOnlyList<double> Values(Quantity quantity, CaseRuns runs)
    {
        var arms = quantity.All.Select(q => q.Arm).OfType<string>().Distinct().ToList();
        if (arms.Count == 0)
            return [Measure.Of(quantity, _ => throw new InvalidOperationException("a number needs no run"))];
        var seeds = arms.Min(arm => RunsOf(arm, runs).Count);
        return [.. Enumerable.Range(0, seeds).Select(k => Of(quantity, k, runs))];
    }

    static double Of(Quantity quantity, int repetition, CaseRuns runs)
    {
        try
        {
            return Measure.Of(quantity, arm => RunsOf(arm, runs)[repetition].Record);
        }
        catch (InputException e)
        {
            var where = runs.Name.Length == 0 ? "" : $"case '{runs.Name}', ";
            throw new InputException($"{where}repetition {repetition}: {e.Message}", e);
        }
    }

    static List<ulong>? Seeds(Quantity quantity, CaseRuns runs) =>
        quantity.Arm is { } arm ? [.. RunsOf(arm, runs).Select(r => r.Seed)] : null;

    static IReadOnlyList<StoredRun> RunsOf(string arm, CaseRuns runs) =>
        runs.Arms.TryGetValue(arm, out var found)
            ? found
            : throw new InputException($"arm '{arm}' has no runs; there are {string.Join(", ", runs.Arms.Keys)}");

    static IReadOnlyList<double> Stretched(IReadOnlyList<double> values, int count) =>
        values.Count == count ? values : [.. Enumerable.Repeat(values[0], count)];
}
