using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Claims;

namespace AsyncOpt.Reporting.Claims;

/// <summary>Judges a claim: pure functions of what run folders hold.</summary>
/// <remarks>
/// The intervals of all headlines of a claim hold together with the given confidence, over all its looks (Bonferroni):
/// with h headlines and l looks each has confidence 1 - (1 - confidence) / (h l). A control has the confidence itself.
/// </remarks>
/// <param name="confidence">Of the intervals.</param>
/// <param name="looks">How often the claim has been measured.</param>
public sealed class ClaimJudge(double confidence, int looks = 1)
{
    /// <summary>Every contrast in every case that it is for.</summary>
    /// <exception cref="InputException">A run cannot tell what is asked of it.</exception>
    public IReadOnlyList<ContrastResult> Of(IReadOnlyList<Contrast> contrasts, IReadOnlyList<CaseRuns> cases)
    {
        var judged = (from runs in cases
                      from contrast in contrasts
                      where contrast.Cases.Count == 0 || contrast.Cases.Contains(runs.Name)
                      select (Contrast: contrast, Runs: runs)).ToList();
        var headlines = judged.Select(j => j.Contrast).Where(c => c.Role == ContrastRole.Headline).Sum(Rows);
        var each = Each(confidence, headlines, looks);
        return
        [
            .. judged.SelectMany(j => Of(
                j.Contrast, j.Runs, j.Contrast.Role == ContrastRole.Headline ? each : confidence)),
        ];
    }

    /// <summary>The confidence of each of several intervals that hold together.</summary>
    /// <param name="confidence">Of all together.</param>
    /// <param name="headlines">How many there are.</param>
    /// <param name="looks">How often they were measured.</param>
    public static double Each(double confidence, int headlines, int looks) =>
        1 - (1 - confidence) / (Math.Max(1, headlines) * looks);

    /// <summary>The weakest of some verdicts.</summary>
    public static Verdict Weakest(IEnumerable<Verdict> verdicts) => verdicts.DefaultIfEmpty(Verdict.NotRun).Max();

    /// <summary>
    /// The verdict on a claim: the weakest of its headlines, and at best undecided where a control does not hold.
    /// </summary>
    public static Verdict Of(IReadOnlyList<ContrastResult> results)
    {
        var headlines = Weakest(results.Where(r => r.Role == ContrastRole.Headline).Select(r => r.Verdict));
        var holds = results.All(r => r.Role == ContrastRole.Headline || r.Verdict == Verdict.Reproduced);
        return holds || headlines > Verdict.Undecided ? headlines : Verdict.Undecided;
    }

    /// <summary>The verdict on an effect, and why where it is not reproduced.</summary>
    /// <param name="estimate">The effect.</param>
    /// <param name="expect">What is expected.</param>
    /// <param name="nullEffect">The effect that says nothing; null where there is none.</param>
    /// <param name="predicted">The value that theory predicts; null where it predicts none.</param>
    public static (Verdict Verdict, string Reason) Of(
        Estimate estimate, Expectation expect, double? nullEffect, double? predicted = null)
    {
        if (double.IsNaN(estimate.Value))
            return (Verdict.Undecided, estimate.How); // nothing is shown, for or against
        // Where the effect that says nothing is itself expected, there is no direction to show.
        var none = nullEffect is { } n && !(expect.Low < n && n < expect.High) ? nullEffect : null;
        var up = none <= expect.Low;
        var shown = none is not null && (up ? estimate.Low > none : estimate.High < none);
        if (none is not null && (up ? estimate.High < none : estimate.Low > none))
            return (Verdict.NotReproduced, "the opposite is shown");
        if (estimate.High < expect.Low || estimate.Low > expect.High)
            return shown
                ? (Verdict.DirectionOnly, up == estimate.High < expect.Low ? "less than expected"
                    : "more than expected")
                : (Verdict.NotReproduced, none is null ? "not as expected" : "no effect as large as expected");
        if (predicted < estimate.Low || predicted > estimate.High)
            return (Verdict.TheoryExcluded, $"the interval excludes {Brief.Number(predicted.Value)}");
        if (none is not null && !shown)
            return estimate.Low == none && estimate.High == none
                ? (Verdict.NotReproduced, "no effect")
                : (Verdict.Undecided, $"the interval includes {Brief.Number(none.Value)}");
        return expect.Low <= estimate.Low && estimate.High <= expect.High
            ? (Verdict.Reproduced, "")
            : (Verdict.Undecided, "the interval reaches beyond what is expected");
    }

    static int Rows(Contrast contrast) => Math.Max(1, contrast.Order.Count - 1);

    static IEnumerable<ContrastResult> Of(Contrast contrast, CaseRuns runs, double confidence)
    {
        if (contrast.Slope.Count > 0)
            return [OfSlope(contrast, runs, confidence)];
        if (contrast.Order.Count > 0)
            return contrast.Order.Zip(contrast.Order.Skip(1), (below, above) => OfPair(
                contrast with { Expect = contrast.Expect ?? new Expectation { AtLeast = contrast.NullEffect } },
                contrast.Of.Of(above, null), contrast.Of.Of(below, null), runs, confidence));
        return [contrast.To is { } to ? OfPair(contrast, contrast.Of, to, runs, confidence)
            : OfValue(contrast, runs, confidence)];
    }

    static ContrastResult OfValue(Contrast contrast, CaseRuns runs, double confidence)
    {
        var values = Values(contrast.Of, runs);
        var scale = Measure.ScaleOf(contrast.Of, arm => RunsOf(arm, runs)[0].Record);
        return Result(contrast, runs, Words.Of(contrast.Of), Estimate.OfMean(values, confidence, scale), [(
            Words.Of(contrast.Of), values)]);
    }

    static ContrastResult OfPair(Contrast contrast, Quantity of, Quantity to, CaseRuns runs, double confidence)
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
    static ContrastResult OfSlope(Contrast contrast, CaseRuns runs, double confidence)
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
        var (verdict, reason) = Of(estimate, contrast.Expect!, contrast.NullEffect, contrast.Predicted);
        return new(
            runs.Name, contrast.Name, what, Words.Of(contrast.Expect!, contrast.Predicted), estimate, contrast.Role,
            verdict, reason, values);
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
            : throw new InputException($"arm '{arm}' has no runs"
                + NearestName.Hint(arm, runs.Arms.Keys, $"there are {string.Join(", ", runs.Arms.Keys)}"));

    static IReadOnlyList<double> Stretched(IReadOnlyList<double> values, int count) =>
        values.Count == count ? values : [.. Enumerable.Repeat(values[0], count)];
}
