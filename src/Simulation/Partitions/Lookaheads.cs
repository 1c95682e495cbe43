using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Simulation.Partitions;

/// <summary>How far ahead partitions may run.</summary>
static class Lookaheads
{
    /// <summary>Where nothing ever crosses.</summary>
    public const long Unlimited = long.MaxValue / 4;

    /// <summary>The least delay of a link, in ns: a drawn one is at least 1, and none is below the quantum.</summary>
    /// <param name="links">The links.</param>
    /// <param name="floor">The floor of this one.</param>
    public static long Of(LinkModel links, VirtualTime floor)
    {
        var ns = Math.Max(floor.Nanoseconds, links.Quantum.Nanoseconds);
        return links.Delay.IsRandom ? Math.Max(1, ns) : ns;
    }
}
