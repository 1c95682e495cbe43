namespace AsyncOpt.Core.Numerics;

/// <summary>
/// A random walk with standard normal steps, W_n = W_(n-1) + e_n and W_0 = 0. Where it is after n steps is a function
/// of some of the steps' draws: it keeps nothing, and steps may be asked for in any order.
/// </summary>
/// <remarks>
/// W_1 is normal, and W_2h is W_h plus a normal number of variance h. Between two steps 2h apart where the walk is
/// known, the one in the middle is normal given these, with their mean for its mean and variance h / 2 (Levy's
/// construction). So step n takes about 2 log2 n draws, each that of the step it is of.
/// </remarks>
public static class NormalWalk
{
    /// <summary>Where the walk is after a number of steps; variance <paramref name="step"/>.</summary>
    /// <param name="step">How many steps, 0 to 2^47.</param>
    /// <param name="first">The draw of step 0, at rank 0; that of step n is n ranks later.</param>
    public static double At(long step, in Draw first)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(step, 1L << 47);
        if (step == 0)
            return 0;
        var (at, left) = (1L, first.Later(1).Normal());
        while (at <= step / 2)
        {
            left += Math.Sqrt(at) * first.Later(2 * at).Normal();
            at *= 2;
        }
        if (at == step)
            return left;
        var right = left + (Math.Sqrt(at) * first.Later(2 * at).Normal());
        for (var half = at / 2; ; half /= 2)
        {
            var middle = at + half;
            var w = (0.5 * (left + right)) + (Math.Sqrt(0.5 * half) * first.Later(middle).Normal());
            if (middle == step)
                return w;
            if (middle < step)
                (at, left) = (middle, w);
            else
                right = w;
        }
    }
}
