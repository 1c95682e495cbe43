using System.Diagnostics;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>
/// Spans of agents' turns, for a share of them: a turn is the handling of one event. Which ones depends on the agent
/// and on how many events it has handled, and on nothing that the run could feel.
/// </summary>
/// <param name="share">Of the turns, from 0 to 1.</param>
/// <param name="run">The run's span, the parent of all turns: a message's sender is linked, or every turn would be a
/// child of the one before it.</param>
sealed class TurnTracing(double share, ActivityContext run)
{
    readonly ulong _below = share >= 1 ? ulong.MaxValue : (ulong)(share * ulong.MaxValue);

    /// <summary>Whether an agent's turn gets a span.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="turn">The turn's rank among the agent's.</param>
    public bool Takes(int agent, long turn)
    {
        // The finalizer of SplitMix64: neighbouring numbers give unrelated ones.
        var z = ((ulong)agent << 40) + (ulong)turn + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (z ^ (z >> 31)) <= _below;
    }

    /// <summary>Begins the span of a turn; null where nobody listens.</summary>
    /// <param name="role">The agent's role.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="e">What it handles.</param>
    /// <param name="kinds">The method's kinds of messages.</param>
    public Activity? Begin(RoleLayout role, int agent, LiveEvent e, MessageKind[] kinds)
    {
        var message = e as LiveMessage;
        ActivityLink[]? links = ActivityContext.TryParse(message?.Trace, null, out var sender)
            ? [new ActivityLink(sender)]
            : null;
        var span = LiveTelemetry.Source.StartActivity(
            ActivityKind.Consumer, run, links: links, name: $"turn {role.Name}");
        if (span is not { IsAllDataRequested: true })
            return span;
        span.SetTag("asyncopt.agent.role", role.Name);
        span.SetTag("asyncopt.agent.id", agent);
        span.SetTag("asyncopt.event.kind", KindOf(e));
        if (message is null)
            return span;
        span.SetTag("asyncopt.message.kind", kinds[message.Kind].Name);
        span.SetTag("asyncopt.message.sender", message.Sender);
        return span;
    }

    static string KindOf(LiveEvent e) => e switch
    {
        LiveMessage => "message",
        LiveTimer => "timer",
        LiveMove => "arrival",
        LiveSignal signal => signal.Signal.ToString().ToLowerInvariant(),
        _ => "computation",
    };
}
