namespace AsyncOpt.Core.Runs;

/// <summary>
/// What a run drew for computations and messages, which another run may take instead of drawing. By agent and number,
/// and by way and number.
/// </summary>
/// <param name="Tasks">The computations, reductions not among them.</param>
/// <param name="Messages">The messages over links, and the moves of tokens.</param>
public sealed record Schedule(IReadOnlyList<ScheduledTask> Tasks, IReadOnlyList<ScheduledMessage> Messages);

/// <summary>A computation of a schedule.</summary>
/// <param name="Role">The role of the agent that computed.</param>
/// <param name="Index">Its rank within the role.</param>
/// <param name="Task">The rank of the computation among what the agent asked for, from 0.</param>
/// <param name="Factor">What the time of its work was multiplied by: speed, jitter and slowdowns.</param>
public readonly record struct ScheduledTask(string Role, int Index, long Task, double Factor);

/// <summary>A message of a schedule, or a try of one that was sent again.</summary>
/// <param name="Way">How it went.</param>
/// <param name="From">The sender's place, -1 for a server; the token of a move, by its number as an agent.</param>
/// <param name="To">The receiver's place; of no account over overlays and for moves.</param>
/// <param name="Message">Its rank on that way, from 0.</param>
/// <param name="Delay">How long it took once it had left its sender, in ns; 0 where it was lost.</param>
/// <param name="IsLost">Whether a fault lost it.</param>
public readonly record struct ScheduledMessage(
    MessageWay Way, int From, int To, long Message, long Delay, bool IsLost);

/// <summary>The ways of messages, each of which counts its own.</summary>
public enum MessageWay
{
    /// <summary>None: sender and receiver are at one place.</summary>
    Here,

    /// <summary>A link between two places.</summary>
    Link,

    /// <summary>All that a place sends to agents without links between them.</summary>
    Overlay,

    /// <summary>The moves of a token.</summary>
    Token,
}
