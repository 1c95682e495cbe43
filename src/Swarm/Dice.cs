using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Swarm;

/// <summary>The choices that make a world: the same for the same seed and number, on any machine.</summary>
/// <param name="seed">The seed of the swarm.</param>
/// <param name="world">The world's number.</param>
sealed class Dice(ulong seed, ulong world)
{
    // One number of each draw: draws name each other's successors, so nothing else need be kept.
    ulong _next;

    /// <summary>A number between 0 and 1.</summary>
    public double Share() => new Draw(seed, Purpose.Search, world, _next++).Uniform();

    /// <summary>True with a probability.</summary>
    public bool Chance(double probability) => Share() < probability;

    /// <summary>A whole number from <paramref name="low"/> to <paramref name="high"/>, all equally likely.</summary>
    public int Whole(int low, int high) => low + (int)(Share() * (high - low + 1.0));

    /// <summary>A number between two, all equally likely; with few digits, as people write it.</summary>
    public double Number(double low, double high) => Short(low + (Share() * (high - low)), low, high);

    /// <summary>A number between two above 0, whose orders of magnitude are equally likely.</summary>
    public double Scale(double low, double high) =>
        Short(low * ExactMath.Exp(Share() * ExactMath.Log(high / low)), low, high);

    /// <summary>A whole number whose orders of magnitude are equally likely.</summary>
    public int WholeScale(int low, int high) =>
        Math.Min(high, (int)((low + 1) * ExactMath.Exp(Share() * ExactMath.Log((high + 2.0) / (low + 1)))) - 1);

    /// <summary>One of some, all equally likely.</summary>
    public T Pick<T>(IReadOnlyList<T> all) => all[Whole(0, all.Count - 1)];

    /// <summary>Some of the whole numbers below n, ascending; at least one, at most half.</summary>
    public List<int> Some(int n)
    {
        var first = Whole(0, n - 1);
        return [.. Enumerable.Range(0, n).Where(i => i == first || Chance(0.3)).Take(Math.Max(1, n / 2))];
    }

    // Three digits, as people write numbers.
    static double Short(double value, double low, double high)
    {
        var digits = 2;
        for (var limit = 1.0; Math.Abs(value) < limit && digits < 12; limit /= 10)
            digits++;
        return Math.Clamp(Math.Round(value, digits), low, high);
    }
}
