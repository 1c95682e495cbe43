using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods.Bilevel;

/// <summary>How the coordinator makes its direction z of the sampled blocks' gradients.</summary>
public enum DirectionRule
{
    /// <summary>z is their mean.</summary>
    Plain,

    /// <summary>A moving average: z := (1 - beta) z + beta mean.</summary>
    Average,

    /// <summary>
    /// STORM: z := (1 - beta)(z - mean before) + mean now, both from the same blocks and samples.
    /// </summary>
    Storm,
}

/// <summary>
/// The coordinator's direction, z. For STORM a block sends its share <c>now - (1 - beta) before</c>, one vector, and
/// the coordinator adds the mean share to (1 - beta) z; in the first round, where both are one point, z is the mean
/// itself.
/// </summary>
/// <remarks>STORM: Cutkosky and Orabona, NeurIPS 2019.</remarks>
/// <param name="rule">The rule.</param>
/// <param name="weight">beta as a function of the round; not read for plain means.</param>
public sealed class Storm(DirectionRule rule, StepSchedule weight)
{
    /// <summary>Whether blocks need their gradient at the point before.</summary>
    public bool Corrects => rule == DirectionRule.Storm;

    /// <summary>The factor of the old z.</summary>
    /// <param name="round">The coordinator's round.</param>
    public double Keep(long round) => rule == DirectionRule.Plain ? 0 : 1 - weight.At(round);

    /// <summary>The factor of the mean share.</summary>
    /// <param name="round">The coordinator's round.</param>
    public double Take(long round) => rule switch
    {
        DirectionRule.Plain => 1,
        DirectionRule.Average => round == 0 ? 1 : weight.At(round),
        _ => round == 0 ? 1 / weight.At(0) : 1,
    };

    /// <summary>Makes a block's share of its gradient.</summary>
    /// <param name="e">The effects.</param>
    /// <param name="round">The round that the block computes.</param>
    /// <param name="before">The gradient at the point before; not read unless the rule is STORM.</param>
    /// <param name="now">The gradient, then the share.</param>
    public void Share(Effects e, long round, Operand before, Vector now)
    {
        if (Corrects)
            e.Axpy(weight.At(round) - 1, before, now);
    }

    /// <summary>What is wrong with beta.</summary>
    public IEnumerable<string> Errors()
    {
        if (rule != DirectionRule.Plain && weight.At(0) is not (> 0 and <= 1))
            yield return $"momentum: the weight beta lies in (0, 1], it begins with {Counted.Digits(weight.At(0), 4)}";
    }
}
