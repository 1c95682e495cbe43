using AsyncOpt.Core.Links;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Rules;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// What was lost and is sent again: an event of its sender, whose transport works on while the agent is down or has
/// stopped. On a FIFO link the messages after a lost one wait in the same way, so that none overtakes it.
/// </summary>
/// <param name="how">When, and how often.</param>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled: the sender.</param>
/// <param name="events">Where it is noted when to send again.</param>
/// <param name="payloads">What messages carry.</param>
sealed class Retries<T>(
    Retransmission how, PartitionMemory<T> memory, AgentTurn<T> turn, PendingEvents<T> events,
    MessagePayloads<T> payloads)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly Links _links = memory.World.Links;
    readonly Slab<Retry> _retries = memory.Retries;
    readonly Recording _record = memory.Record;

    /// <summary>Whether a message waits for another of its link; then it has been taken.</summary>
    /// <param name="route">Its route.</param>
    /// <param name="receiver">Its receiver.</param>
    /// <param name="message">The message.</param>
    /// <param name="sequence">Its rank among what the sender sent.</param>
    /// <param name="sent">When its program sent it, in ns.</param>
    public bool TryHoldBack(in Route route, int receiver, in Message message, uint sequence, long sent)
    {
        if (!_links.IsHeldUp(in route, turn.Now, out var until))
            return false;
        Add(until, new Retry { Event = Of(receiver, in message, sequence, sent) });
        return true;
    }

    /// <summary>A message was lost; false if it is given up.</summary>
    /// <param name="route">Its route.</param>
    /// <param name="receiver">Its receiver.</param>
    /// <param name="message">The message.</param>
    /// <param name="sequence">Its rank among what the sender sent.</param>
    /// <param name="sent">When it was first sent, in ns.</param>
    /// <param name="count">The count that names it among its link's messages.</param>
    /// <param name="tries">How often it was sent after that.</param>
    public bool TryAgain(
        in Route route, int receiver, in Message message, uint sequence, long sent, uint count, int tries)
    {
        if (IsGivenUp(tries))
            return false;
        var due = Due(tries);
        _links.HoldUp(in route, due);
        Add(due, new Retry { Event = Of(receiver, in message, sequence, sent), Count = count, Tries = tries + 1 });
        return true;
    }

    /// <summary>A token's move was lost; false if it is given up.</summary>
    /// <param name="arrival">The move's end, but for when it happens.</param>
    /// <param name="tries">How often it was sent after the first time.</param>
    public bool TryAgain(in Event arrival, int tries)
    {
        if (IsGivenUp(tries))
            return false;
        Add(Due(tries), new Retry { Event = arrival, Tries = tries + 1 });
        return true;
    }

    /// <summary>What an event sends again; its place is free.</summary>
    public Retry Take(in Event e)
    {
        var retry = _retries[e.Payload];
        _retries.Free(e.Payload);
        return retry;
    }

    /// <summary>The message of such an event: its snapshots are held until the turn ends.</summary>
    public Message MessageOf(in Event e)
    {
        var m = payloads.Receive(e with { Time = turn.Now }, service: 0);
        return new(m.Kind)
        {
            Vector = m.Vector,
            Vector1 = m.Vector1,
            Vector2 = m.Vector2,
            Vector3 = m.Vector3,
            Body = m.Contents,
        };
    }

    /// <summary>Counts what is sent again.</summary>
    public void Count(long bytes)
    {
        _record.Traffic[turn.Role.Layout.Index].Bytes += bytes;
        _record.Bytes += bytes;
        _record.Retried++;
    }

    bool IsGivenUp(int tries)
    {
        if (tries < how.Tries)
            return false;
        _record.GivenUp++;
        return true;
    }

    long Due(int tries) => turn.Now + how.Wait(tries).Nanoseconds;

    Event Of(int receiver, in Message message, uint sequence, long sent) => new()
    {
        Sent = sent,
        Sender = turn.Agent,
        Sequence = sequence,
        Receiver = receiver,
        Payload = payloads.Take(in message),
        Kind = (byte)message.Kind.Number,
        Type = EventType.Message,
    };

    void Add(long due, in Retry retry)
    {
        var i = _retries.Take();
        _retries[i] = retry;
        events.InsertHere(new Event
        {
            Time = due,
            Sent = turn.Now,
            // After looks at cards; those of an agent are in the order in which it sent.
            Tie = 1,
            Sender = turn.Agent,
            Sequence = retry.Event.Sequence,
            Receiver = turn.Agent,
            Payload = i,
            Type = EventType.Retry,
        });
    }
}
