using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Methods.Rounds;

/// <summary>
/// Which workers take part in a round of a server, how long the round waits for them, and what becomes of answers that
/// come later. By default all take part, and a round lasts until all have answered.
/// </summary>
/// <remarks>
/// A round ends with the answer that makes K, or, once its timeout has passed, as soon as there are as many as the
/// quorum. Where there are fewer when it passes, as many workers as are missing are asked, first those that were not
/// asked yet, then again those that have not answered, and the timeout begins anew.
/// </remarks>
public sealed record Participation : ICheckedOptions
{
    /// <summary>K: how many answers a round takes; by default those of all workers.</summary>
    [Range(1, 1 << 24)]
    public int? Workers { get; init; }

    /// <summary>K as a share of the workers: K = max(1, round(fraction n)).</summary>
    [Range(1e-9, 1.0)]
    public double? Fraction { get; init; }

    /// <summary>With which chance workers are drawn, without replacement; the same in every arm.</summary>
    public SelectionRule By { get; init; }

    /// <summary>
    /// How many workers are asked for one answer: min(n, ceil(over-selection K)) are, and the first K answers make the
    /// round (Bonawitz et al., MLSys 2019, where it is 1.3).
    /// </summary>
    [Range(1.0, 1e6)]
    public double OverSelection { get; init; } = 1;

    /// <summary>How long a round waits for K answers; without, until they are there.</summary>
    [Range(1e-9, 1e9)]
    public VirtualTime? Timeout { get; init; }

    /// <summary>How many answers end a round whose timeout has passed; by default 1.</summary>
    [Range(1, 1 << 24)]
    public int? Quorum { get; init; }

    /// <summary>What becomes of an answer whose round is over.</summary>
    public LateAnswers Late { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Violations()
    {
        if (Workers is not null && Fraction is not null)
            yield return "give either workers or fraction, not both";
        if (Quorum is not null && Timeout is null)
            yield return "quorum says what is enough once the timeout has passed; give timeout, too";
        if (Quorum > Workers)
            yield return $"quorum: {Quorum} answers are more than the {Workers} that a round takes";
        if (!Samples && By != SelectionRule.Uniform)
            yield return "by says how workers are drawn, and all take part; give workers or fraction";
        if (!Samples && OverSelection > 1)
            yield return "over-selection asks more workers than a round takes, and it takes all; give workers or "
                + "fraction";
        if (Late == LateAnswers.Fold && Timeout is null && OverSelection == 1)
            yield return "late: fold concerns answers whose round is over, and every round waits for all that it "
                + "asked; give timeout or over-selection";
    }

    /// <summary>Whether it says anything else than that all workers take part in rounds without end.</summary>
    internal bool IsGiven => Samples || Timeout is not null;

    /// <summary>K for n workers.</summary>
    internal int Needed(int n) =>
        Workers ?? (Fraction is { } share ? Math.Max(1, (int)Math.Round(share * n)) : n);

    /// <summary>How many of n workers a round asks.</summary>
    internal int Asked(int n) => (int)Math.Min(n, Math.Ceiling(OverSelection * Needed(n)));

    /// <summary>What is impossible with n workers.</summary>
    internal IEnumerable<string> Errors(int n)
    {
        if (Needed(n) > n)
            yield return $"participation: {Needed(n)} of {n} workers cannot take part; take {n} or fewer";
        else if (Quorum > Needed(n))
            yield return $"participation: a quorum of {Quorum} is more than the {Needed(n)} answers that a round takes";
    }

    bool Samples => Workers is not null || Fraction is not null;
}
