namespace AsyncOpt.Core.Numerics;

/// <summary>
/// A Markov chain with two states, inside and outside, that is stationary from its first step on. Where it is at a step
/// is a function of that step's draw and those before it: it keeps nothing, and steps may be asked for in any order.
/// </summary>
/// <remarks>
/// One uniform number decides a step: from outside, the chain enters below <paramref name="Enter"/>; from inside, it
/// stays below 1 - <paramref name="Leave"/>. A number below or above both decides whatever came before, so no more than
/// 1 / (enter + leave) steps are looked back on average.
/// </remarks>
/// <param name="Enter">The probability of a step from outside to inside, above 0 and at most 1.</param>
/// <param name="Leave">The probability of a step from inside to outside, above 0 and at most 1.</param>
public readonly record struct TwoStateChain(double Enter, double Leave)
{
    /// <summary>The probability of being inside at any step.</summary>
    public double Share => Enter / (Enter + Leave);

    /// <summary>Whether the chain is inside at a step.</summary>
    /// <param name="step">The step's rank, from 0.</param>
    /// <param name="draw">
    /// The step's draw, of which number 0 is used; that of the step before is one rank earlier.
    /// </param>
    public bool IsInside(long step, in Draw draw)
    {
        var (low, high) = (Math.Min(Enter, 1 - Leave), Math.Max(Enter, 1 - Leave));
        // Between the two the chain stays where it was, or, where it changes more often than not, goes elsewhere.
        var turns = Enter > 1 - Leave;
        var isTurned = false;
        for (long back = 0; back < step; back++)
        {
            var u = draw.Earlier(back).Uniform();
            if (u < low || u >= high)
                return u < low != isTurned;
            isTurned ^= turns;
        }
        return draw.Earlier(step).Uniform() < Share != isTurned;
    }
}
