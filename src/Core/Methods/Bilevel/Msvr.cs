using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods.Bilevel;

/// <summary>
/// The multi-block single-probe variance-reduced estimator: a tracker u_i of a quantity q_i of block i, of which only I
/// of m are sampled in a round. A sampled one becomes
/// <c>u := (1 - a) u + (a + gamma) q(now) - gamma q(before)</c>, both values from the same samples, the others stay.
/// gamma = (m - I) / (I (1 - a)) + (1 - a) makes up for what the tracker missed while its block was not sampled; gamma
/// = 0 is a moving average, and for I = m it is STORM.
/// </summary>
/// <remarks>
/// Jiang et al., "Multi-block-Single-probe Variance Reduced Estimator", NeurIPS 2022, equation 4 and lemma 2.
/// </remarks>
/// <param name="weight">a as a function of the round.</param>
/// <param name="gamma">gamma; null for the value above.</param>
public sealed class Msvr(StepSchedule weight, double? gamma)
{
    int _blocks = 1, _sampled = 1;

    /// <summary>The gamma of the theory.</summary>
    /// <param name="blocks">m.</param>
    /// <param name="sampled">I.</param>
    /// <param name="weight">a, below 1 unless I = m.</param>
    public static double Gamma(int blocks, int sampled, double weight) =>
        (blocks == sampled ? 0 : (blocks - sampled) / (sampled * (1 - weight))) + (1 - weight);

    /// <summary>Whether the value before is needed at all.</summary>
    public bool Corrects => gamma != 0;

    /// <summary>Tells m and I.</summary>
    /// <param name="blocks">m.</param>
    /// <param name="sampled">I.</param>
    public void Bind(int blocks, int sampled) => (_blocks, _sampled) = (blocks, sampled);

    /// <summary>Updates the tracker of a sampled block.</summary>
    /// <param name="e">The effects.</param>
    /// <param name="round">The round.</param>
    /// <param name="now">q at this round's point.</param>
    /// <param name="before">q at the point before, on the same samples; not read where gamma is 0.</param>
    /// <param name="tracker">u.</param>
    public void Update(Effects e, long round, Operand now, Operand before, Vector tracker)
    {
        var a = weight.At(round);
        var g = gamma ?? Gamma(_blocks, _sampled, a);
        e.Scale(1 - a, tracker);
        e.Axpy(a + g, now, tracker);
        if (g != 0)
            e.Axpy(-g, before, tracker);
    }

    /// <summary>What is wrong with a and gamma for m and I.</summary>
    /// <param name="blocks">m.</param>
    /// <param name="sampled">I.</param>
    public IEnumerable<string> Errors(int blocks, int sampled)
    {
        var a = weight.At(0);
        if (a is not (> 0 and <= 1))
            yield return $"tracking: the weight a of a new batch lies in (0, 1], it begins with {Counted.Digits(a, 4)}";
        else if (gamma is null && a == 1 && sampled < blocks)
            yield return "tracking: with a = 1 and not all blocks sampled, the theory's gamma is infinite; give gamma";
    }
}
