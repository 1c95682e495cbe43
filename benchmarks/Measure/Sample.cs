namespace AsyncOpt.Benchmarks.Measure;

/// <summary>Repeated measurements in short.</summary>
readonly record struct Sample(double Median, double Min, double Max)
{
    public static Sample Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var n = sorted.Length;
        return new Sample((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[0], sorted[^1]);
    }
}
