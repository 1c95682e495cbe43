using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace Doors;

/// <summary>In the second half of each period, messages between odd and even places wait for its end.</summary>
/// <param name="options">The period.</param>
[Fault("curfew")]
public sealed class Curfew(Curfew.Options options) : Fault
{
    /// <summary>Options of <see cref="Curfew"/>.</summary>
    public sealed record Options
    {
        /// <summary>The period, above 0.</summary>
        public required VirtualTime Every { get; init; }
    }

    /// <inheritdoc/>
    public override bool JudgesMessages => true;

    /// <inheritdoc/>
    public override Verdict Judge(in MessageContext message, in Draw draw)
    {
        var (every, now) = (options.Every.Nanoseconds, message.Now.Nanoseconds);
        return (message.From ^ message.To) % 2 == 0 || now % every < every / 2
            ? Verdict.Pass
            : Verdict.Hold(new(now - (now % every) + every));
    }
}
