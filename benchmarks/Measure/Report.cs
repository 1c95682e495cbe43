namespace AsyncOpt.Benchmarks.Measure;

/// <summary>What a run of the benchmarks found.</summary>
/// <param name="Facts">What it was measured on, a line each.</param>
/// <param name="Repetitions">How many turns.</param>
/// <param name="Selection">What was measured.</param>
/// <param name="Ratios">Rates beside references.</param>
/// <param name="Amounts">Bytes.</param>
sealed record Report(
    IReadOnlyList<string> Facts,
    int Repetitions,
    Selection Selection,
    IReadOnlyList<Ratio> Ratios,
    IReadOnlyList<Amount> Amounts);
