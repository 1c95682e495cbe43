using System.Numerics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Testing;

namespace AsyncOpt.Swarm;

/// <summary>
/// Sees a run event by event and counts for itself: what was sent, what was handled and when, what is still on its way.
/// It knows nothing of what the run counts.
/// </summary>
sealed class Witness : IEventObserver
{
    readonly long[] _last;
    readonly HashSet<(int Sender, uint Sequence)> _handled = [];

    // The last message of each link that keeps the order of its messages; null where links do not.
    readonly Dictionary<(int Sender, int Receiver), uint>? _order;

    Witness(int agents, bool keepsOrder)
    {
        (_last, SentBy) = (new long[agents], new long[agents]);
        _order = keepsOrder ? [] : null;
    }

    /// <summary>The record of the run that was seen.</summary>
    public RunRecord Record { get; private set; } = null!;

    /// <summary>What was sent, moves among it, by agent.</summary>
    public long[] SentBy { get; }

    /// <summary>Messages that were handled.</summary>
    public long Messages { get; private set; }

    /// <summary>Moves that came to an end.</summary>
    public long Arrivals { get; private set; }

    /// <summary>Those of them that were lost: the token is where it was.</summary>
    public long LostArrivals { get; private set; }

    /// <summary>Computations that came to an end.</summary>
    public long Computations { get; private set; }

    /// <summary>Crashes of agents.</summary>
    public long Crashes { get; private set; }

    /// <summary>Events that were handled, of any kind.</summary>
    public long Events { get; private set; }

    /// <summary>Messages that are on their way when the run ends.</summary>
    public long MessagesUnderway { get; private set; }

    /// <summary>Tokens that are between two nodes when the run ends.</summary>
    public long TokensUnderway { get; private set; }

    /// <summary>Those of them whose move is lost.</summary>
    public long LostUnderway { get; private set; }

    /// <summary>The first thing that was against the order of time; null for nothing.</summary>
    public string? Disorder { get; private set; }

    /// <summary>Watches a run of a plan from its start to its end.</summary>
    public static Witness Of(RunPlan plan)
    {
        plan = plan with { LogUpdates = true, Partitions = 1, Threads = 1 };
        return plan.Precision == Precision.Float32 ? Watch<float>(plan) : Watch<double>(plan);
    }

    static Witness Watch<T>(RunPlan plan)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var agents = Simulator.LayOut(plan).Agents;
        // Messages that share a card pass it as it comes.
        var witness = new Witness(agents, plan.Links is { Fifo: true, Sharing: null });
        using var engine = new Engine<T>(plan, new RunHooks { Observer = witness });
        witness.Record = engine.Run();
        var underway = engine.PartitionOf(0).Underway;
        (witness.MessagesUnderway, witness.LostUnderway) = (underway.OnLinks(), underway.LostMoves());
        for (var agent = 0; agent < agents; agent++)
        {
            witness.MessagesUnderway += underway.At(agent);
            witness.TokensUnderway += underway.IsMoving(agent) ? 1 : 0;
        }
        return witness;
    }

    void IEventObserver.Started(int agent, long now) => Happens(agent, now, "starts");

    void IEventObserver.Sent(int agent, uint sequence) => SentBy[agent]++;

    void IEventObserver.Handled(in Event e, long now, long service, long number)
    {
        Events++;
        Happens(e.Receiver, now, $"handles {e.Type}");
        switch (e.Type)
        {
            case EventType.Message:
                Messages++;
                if (e.Sent < 0 || e.Time < e.Sent || service < 0 || e.Time + service > now)
                {
                    Disorder ??= $"agent {e.Receiver} handles at {now} ns a message that was sent at {e.Sent} ns, came "
                        + $"at {e.Time} ns and was served for {service} ns";
                }
                if (!_handled.Add((e.Sender, e.Sequence)))
                    Disorder ??= $"agent {e.Receiver} handles message {e.Sequence} of agent {e.Sender} again";
                if (_order is not null)
                    Follows(in e);
                break;
            case EventType.Arrived:
                Arrivals++;
                LostArrivals += e.IsLost ? 1 : 0;
                break;
            case EventType.Computed:
                Computations++;
                break;
            case EventType.Crash:
                Crashes++;
                break;
        }
    }

    void Follows(in Event e)
    {
        var link = (e.Sender, e.Receiver);
        if (_order!.TryGetValue(link, out var before) && before > e.Sequence)
        {
            Disorder ??= $"agent {e.Receiver} handles message {e.Sequence} of agent {e.Sender} after message {before}, "
                + "and links keep the order";
        }
        _order[link] = e.Sequence;
    }

    void Happens(int agent, long now, string what)
    {
        if (now < _last[agent])
            Disorder ??= $"agent {agent} {what} at {now} ns, after something at {_last[agent]} ns";
        _last[agent] = now;
    }
}
