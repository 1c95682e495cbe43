namespace AsyncOpt.Benchmarks.Measure;

/// <summary>
/// Warming up until the rate has settled: the runtime compiles what runs often a second time, with what it has seen, and
/// when that is done depends on the program and on the machine, not on how often something ran.
/// </summary>
static class Settling
{
    /// <summary>A rate has settled when it rises by less than this share.</summary>
    public const double Tolerance = 0.03;

    /// <summary>After so many runs it counts as settled: some never do on a machine that is busy.</summary>
    public const int RunsMax = 30;

    // Runs whose median is compared with that of as many before.
    const int Span = 3;

    /// <summary>Runs something until its rate has settled.</summary>
    /// <param name="rate">Does the work once; returns units of work per second.</param>
    /// <returns>The rates, in order.</returns>
    public static IReadOnlyList<double> Run(Func<double> rate)
    {
        var rates = new List<double>();
        while (rates.Count < RunsMax && !HasSettled(rates))
            rates.Add(rate());
        return rates;
    }

    static bool HasSettled(List<double> rates) => rates.Count >= 2 * Span
        && Median(rates, rates.Count - Span) <= Median(rates, rates.Count - (2 * Span)) * (1 + Tolerance);

    static double Median(List<double> rates, int first) => Sample.Of(rates.GetRange(first, Span)).Median;
}
