namespace AsyncOpt.Core.Numerics;

/// <summary>
/// A chain of normal numbers with mean 0 and variance 1, of which those n steps apart have correlation a^n: the
/// autoregression z_k = a z_(k-1) + sqrt(1 - a^2) e_k, stationary from its first step on. Where it is at a step is a
/// function of some of the steps' draws: it keeps nothing, and steps may be asked for in any order.
/// </summary>
/// <remarks>
/// Steps that are multiples of a power of two, B, are drawn by themselves: B is such that a^B is below 2^-53, where
/// float64 does not tell a correlation from none. Between two steps 2h apart whose numbers are known, the one in the
/// middle is normal given these, as the chain is Markov: with c = a^h, its mean is c / (1 + c^2) times their sum, and
/// its variance (1 - c^2) / (1 + c^2). Halving the distance leads to any step with 2 + log2 B draws, each that of the
/// step it is of.
/// </remarks>
public sealed class NormalChain
{
    const double Nothing = 1.0 / (1UL << 53);

    // By level, h = 2^level: what the middle takes of its two neighbours, and its deviation.
    readonly (double Weight, double Deviation)[] _levels;

    /// <summary>The chain of a correlation.</summary>
    /// <param name="correlation">That of neighbours, a: 0 to 0.9999.</param>
    public NormalChain(double correlation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(correlation);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(correlation, CorrelationMax);
        var levels = new List<(double, double)>();
        for (var c = correlation; c > Nothing; c *= c)
            levels.Add((c / (1 + (c * c)), Math.Sqrt((1 - (c * c)) / (1 + (c * c)))));
        _levels = [.. levels];
    }

    /// <summary>The largest correlation of neighbours.</summary>
    public const double CorrelationMax = 0.9999;

    /// <summary>The chain's number at a step.</summary>
    /// <param name="step">The step's rank, from 0.</param>
    /// <param name="draw">The step's draw; that of the step before is one rank earlier.</param>
    public double At(long step, in Draw draw)
    {
        var block = 1L << _levels.Length;
        var first = step & -block;
        var left = Own(first, step, in draw);
        if (first == step)
            return left;
        var right = Own(first + block, step, in draw);
        for (var level = _levels.Length - 1; ; level--)
        {
            var middle = first + (1L << level);
            var (weight, deviation) = _levels[level];
            var z = (weight * (left + right)) + (deviation * Own(middle, step, in draw));
            if (middle == step)
                return z;
            if (middle < step)
                (first, left) = (middle, z);
            else
                right = z;
        }
    }

    static double Own(long step, long asked, in Draw draw) => draw.Later(step - asked).Normal();
}
