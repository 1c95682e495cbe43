using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Links;

/// <summary>
/// The transport sends again what faults lost on a link: a message or a token's move. Its sender learns of a loss by a
/// time-out alone, which acknowledgements that take no bandwidth and are never lost would end.
/// </summary>
/// <remarks>
/// With independent losses of probability p, a time-out T and R tries, a message takes longer by T p / (1 - p) on
/// average where R is large and backoff is 1, and is given up with probability p^(R + 1).
/// </remarks>
public sealed record Retransmission : ICheckedOptions
{
    /// <summary>The most tries after the first sending.</summary>
    public const int TriesMax = 255;

    // Tries beyond this are beyond what a run lasts.
    const double SecondsMax = 1e9;

    /// <summary>The time from a sending to the next, as long as it is the first.</summary>
    [Range(1e-9, SecondsMax)]
    public required VirtualTime Timeout { get; init; }

    /// <summary>What each further time-out is longer by: time-out k, from 0, is timeout * backoff^k.</summary>
    [Range(1, 1e3)]
    public double Backoff { get; init; } = 1;

    /// <summary>How often a message is sent again before it is given up.</summary>
    [Range(1, TriesMax)]
    public int Tries { get; init; } = 8;

    /// <summary>How long it is until the next try.</summary>
    /// <param name="tries">How many tries there were after the first sending, from 0.</param>
    public VirtualTime Wait(int tries)
    {
        // One product after the other: powers of whole numbers are exact.
        var factor = 1.0;
        for (var k = 0; k < tries && Backoff > 1; k++)
            factor *= Backoff;
        return Timeout.Times(factor);
    }

    /// <inheritdoc/>
    public IEnumerable<string> Violations()
    {
        if (Wait(Tries - 1).Seconds > SecondsMax)
        {
            yield return $"the last of {Tries} tries would come more than 1e9 s after the one before; give fewer "
                + "tries, or a smaller backoff";
        }
    }
}
