using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Links;

/// <summary>
/// A latency, and then the bytes of a message at the rate that TCP gives to one flow alone: the link's, or a window for
/// each round trip, whichever is less.
/// </summary>
/// <remarks>
/// <para>
/// A message of b bytes takes a L + b / min(f B / (1 + c), W / (2 L)), with L the latency, B the rate, W the window,
/// and three numbers that were fitted to packet simulations: a, latency-factor, for the slow start; f,
/// bandwidth-factor, for headers; c, cross-traffic, for the acknowledgements. With a = f = 1 and c = 0, as they are
/// unless given, it is SimGrid's model CM02; with a = 13.01, f = 0.97 and c = 0.05 it is LV08.
/// </para>
/// <para>
/// Messages do not share the rate. Where an agent's messages should, give cards a rate (send-rate, receive-rate)
/// instead.
/// </para>
/// </remarks>
/// <param name="options">The link and the factors.</param>
[Link("tcp", Source = "CM02: Casanova and Marchal, INRIA RR-4596 (2002); LV08: Velho and Legrand, SIMUTools 2009; "
    + "both as in SimGrid")]
public sealed class TcpDelay(TcpDelay.Options options) : LinkDelay
{
    readonly double _rate = Math.Min(
        options.BandwidthFactor * options.Rate / (1 + options.CrossTraffic),
        options.Latency > VirtualTime.Zero ? options.Window / (2 * options.Latency.Seconds) : double.PositiveInfinity);

    /// <summary>Options of <see cref="TcpDelay"/>.</summary>
    public sealed record Options
    {
        /// <summary>The latency in one direction, half a round trip.</summary>
        [Range(0, 1e6)]
        public required VirtualTime Latency { get; init; }

        /// <summary>The link's rate, in bytes per second.</summary>
        [Range(1e-3, 1e18)]
        public required double Rate { get; init; }

        /// <summary>The greatest number of bytes that are on the way unacknowledged.</summary>
        [Range(1.0, 1e18)]
        public double Window { get; init; } = 4_194_304;

        /// <summary>What latencies are multiplied with, but for the round trip of a window.</summary>
        [Range(0, 1e6)]
        public double LatencyFactor { get; init; } = 1;

        /// <summary>The share of the rate that is left by headers.</summary>
        [Range(1e-6, 1.0)]
        public double BandwidthFactor { get; init; } = 1;

        /// <summary>What a flow's acknowledgements take of the link, as a share of the flow.</summary>
        [Range(0, 1.0)]
        public double CrossTraffic { get; init; }
    }

    /// <inheritdoc/>
    public override VirtualTime Floor(int from, int to) => FloorOverall;

    /// <inheritdoc/>
    public override VirtualTime FloorOverall => options.Latency.Times(options.LatencyFactor);

    /// <inheritdoc/>
    public override bool IsUniform => true;

    /// <inheritdoc/>
    public override bool IsRandom => true;

    /// <inheritdoc/>
    public override bool SeesMessages => true;

    /// <inheritdoc/>
    public override VirtualTime Sample(int from, int to, in Draw draw) => FloorOverall;

    /// <inheritdoc/>
    public override VirtualTime Sample(in MessageContext message, in Draw draw) =>
        FloorOverall + VirtualTime.FromSeconds(message.Bytes / _rate);
}
