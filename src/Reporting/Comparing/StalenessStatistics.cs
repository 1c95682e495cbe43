using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting.Comparing;

/// <summary>What distributions of staleness come to.</summary>
public static class StalenessStatistics
{
    /// <summary>
    /// The total-variation distance of two distributions, (1/2) sum over s = 0, 1, ... of |p_s - q_s|: the largest
    /// difference of the probabilities that they give to one set. 0 for equal ones, 1 for disjoint ones.
    /// </summary>
    /// <remarks>
    /// What a run did not count one by one is a single value of its own. Where runs count up to different values, all
    /// beyond the lesser one is put together.
    /// </remarks>
    /// <returns>Between 0 and 1; NaN where one of the runs made no update.</returns>
    public static double Distance(StalenessRecord a, StalenessRecord b)
    {
        if (a.Updates == 0 || b.Updates == 0)
            return double.NaN;
        var bound = Math.Min(Bound(a), Bound(b));
        var sum = Math.Abs(ShareFrom(a, bound) - ShareFrom(b, bound));
        for (var s = 0; s < bound; s++)
            sum += Math.Abs(Share(a, s) - Share(b, s));
        // Rounding may carry the distance of disjoint ones beyond 1.
        return Math.Min(1, sum / 2);

        // Up to where values are told apart; that may be beyond the largest that occurred.
        int Bound(StalenessRecord of) =>
            of.Overflow > 0 ? of.Counts.Length : Math.Max(a.Counts.Length, b.Counts.Length);
    }

    /// <summary>The least staleness that a share of all updates does not exceed.</summary>
    /// <param name="of">The distribution.</param>
    /// <param name="share">The share, above 0 and at most 1: 0.5 for the median.</param>
    /// <returns>
    /// 0 without updates; the first value not counted one by one where the quantile lies there or beyond.
    /// </returns>
    public static long Quantile(StalenessRecord of, double share)
    {
        var needed = share * of.Updates;
        long sum = 0;
        for (var s = 0; s < of.Counts.Length; s++)
        {
            sum += of.Counts[s];
            if (sum >= needed)
                return s;
        }
        return of.Counts.Length;
    }

    /// <summary>The share of updates with staleness from <paramref name="first"/> up to below a bound.</summary>
    /// <param name="of">The distribution.</param>
    /// <param name="first">The least staleness.</param>
    /// <param name="end">The least staleness that no longer counts; null for all that is not below the first.</param>
    public static double Share(StalenessRecord of, int first, int? end)
    {
        if (of.Updates == 0)
            return 0;
        var last = Math.Min(end ?? int.MaxValue, of.Counts.Length);
        var sum = end is null ? of.Overflow : 0;
        for (var s = first; s < last; s++)
            sum += of.Counts[s];
        return (double)sum / of.Updates;
    }

    /// <summary>The distribution over the updates of several runs together.</summary>
    public static StalenessRecord Pool(IReadOnlyList<StalenessRecord> runs)
    {
        var counts = new long[runs.Max(r => r.Counts.Length)];
        foreach (var run in runs)
            for (var s = 0; s < run.Counts.Length; s++)
                counts[s] += run.Counts[s];
        return new StalenessRecord(
            counts, runs.Sum(r => r.Overflow), runs.Max(r => r.Max), runs.Sum(r => r.Sum), runs.Sum(r => r.Updates),
            []);
    }

    static double Share(StalenessRecord of, int s) => Share(of, s, s + 1);

    static double ShareFrom(StalenessRecord of, int s) => Share(of, s, null);
}
