using AsyncOpt.Core.Claims;

namespace AsyncOpt.Reporting.Claims;

/// <summary>What came of something that a claim says, the best first.</summary>
public enum Verdict
{
    /// <summary>The whole interval is as expected.</summary>
    Reproduced,

    /// <summary>The direction is shown, and so is that the effect is less, or more, than expected.</summary>
    DirectionOnly,

    /// <summary>The interval excludes the value that theory predicts, though not all that is expected.</summary>
    TheoryExcluded,

    /// <summary>The interval reaches beyond what is expected: the runs do not tell.</summary>
    Undecided,

    /// <summary>No effect as expected, or the opposite; also where a run failed that had to tell.</summary>
    NotReproduced,

    /// <summary>Data were missing.</summary>
    NotRun,
}

/// <summary>One contrast of a claim, judged in one case; of an order, one pair.</summary>
/// <param name="Case">The case; empty for a claim without cases.</param>
/// <param name="Contrast">The contrast's name.</param>
/// <param name="What">What was measured, in words.</param>
/// <param name="Expected">What was expected, in words.</param>
/// <param name="Estimate">What came out.</param>
/// <param name="Role">Whether it is a headline of the claim or a control.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">Why, in a few words; empty where it is reproduced.</param>
/// <param name="Values">The measured values of each side, or of each point of a slope, per seed.</param>
public sealed record ContrastResult(
    string Case, string Contrast, string What, string Expected, Estimate Estimate, ContrastRole Role, Verdict Verdict,
    string Reason, IReadOnlyList<(string Name, IReadOnlyList<double> PerSeed)> Values);

/// <summary>The runs of one case.</summary>
/// <param name="Name">The case; empty for a claim without cases.</param>
/// <param name="Arms">The runs of each arm, by repetition.</param>
public sealed record CaseRuns(string Name, IReadOnlyDictionary<string, IReadOnlyList<StoredRun>> Arms);
