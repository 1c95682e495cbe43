using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>
/// Messages are lost in bursts: each link is good or bad, may change with each message, and loses messages with a
/// probability of its state. With the defaults all are lost while it is bad, and bursts have 1 / leave messages on
/// average.
/// </summary>
/// <remarks>
/// The model of Gilbert and Elliott. It counts messages, not time: the state of a link changes between one message and
/// the next, however far apart they are. Links begin in the stationary law, so the share of messages lost is
/// (leave loss-good + enter loss-bad) / (enter + leave) from the first message on. The moves of a token count as one
/// link.
/// </remarks>
/// <param name="options">The probabilities.</param>
[Fault("bursty-loss", Source = "Gilbert, Bell Syst. Tech. J. 39 (1960) 1253; Elliott, ibid. 42 (1963) 1977")]
public sealed class BurstyLossFault(BurstyLossFault.Options options) : Fault
{
    readonly TwoStateChain _bad = new(options.Enter, options.Leave);

    /// <summary>Options of <see cref="BurstyLossFault"/>.</summary>
    public sealed record Options
    {
        /// <summary>The probability that a good link is bad at the next message.</summary>
        [Range(1e-6, 1.0)]
        public required double Enter { get; init; }

        /// <summary>The probability that a bad link is good at the next message.</summary>
        [Range(1e-3, 1.0)]
        public required double Leave { get; init; }

        /// <summary>The probability that a good link loses a message.</summary>
        [Range(0, 1.0)]
        public double LossGood { get; init; }

        /// <summary>The probability that a bad link loses a message.</summary>
        [Range(0, 1.0)]
        public double LossBad { get; init; } = 1;
    }

    /// <inheritdoc/>
    public override bool JudgesMessages => options.LossGood > 0 || options.LossBad > 0;

    /// <inheritdoc/>
    public override bool LosesMessages => JudgesMessages;

    /// <inheritdoc/>
    public override bool CountsPerLink => true;

    /// <inheritdoc/>
    public override Verdict Judge(in MessageContext message, in Draw draw)
    {
        var loss = _bad.IsInside(message.Sequence, in draw) ? options.LossBad : options.LossGood;
        return draw.Uniform(1) < loss ? Verdict.Drop : Verdict.Pass;
    }
}
