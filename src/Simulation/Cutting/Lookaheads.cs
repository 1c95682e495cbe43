using AsyncOpt.Core.Links;

namespace AsyncOpt.Simulation.Cutting;

/// <summary>How far ahead partitions may run.</summary>
static class Lookaheads
{
    /// <summary>Where nothing ever crosses.</summary>
    public const long Unlimited = long.MaxValue / 4;

    /// <summary>The least delay of a link, in ns: a drawn one is at least 1, and none is below the quantum.</summary>
    /// <param name="links">The links.</param>
    /// <param name="floor">The floor of this one, in seconds.</param>
    public static long Of(LinkModel links, double floor)
    {
        var ns = Math.Max(Links.Nanoseconds(floor), Links.Nanoseconds(links.Quantum));
        return links.Delay.IsRandom ? Math.Max(1, ns) : ns;
    }
}
