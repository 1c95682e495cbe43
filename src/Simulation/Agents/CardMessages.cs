using AsyncOpt.Core.Links;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Rules;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Messages at network cards whose rate is shared: when one leaves depends on those that come after it, so it is an
/// event of the card's agent. What is sent on takes no less than the link's floor from then on, so lookaheads hold.
/// </summary>
/// <param name="cards">The cards.</param>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled: the agent of the card.</param>
/// <param name="events">Where it is noted when to look at a card.</param>
/// <param name="payloads">What messages carry.</param>
sealed class CardMessages<T>(
    SharedCards cards, PartitionMemory<T> memory, AgentTurn<T> turn, PendingEvents<T> events,
    MessagePayloads<T> payloads)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly Slab<CardMessage> _messages = memory.AtCards;

    /// <summary>Whether messages of a route pass a card at their sender.</summary>
    public bool PassSender(in Route route) => route.Id != Links.Local && cards.AreSending;

    /// <summary>A message that is not lost comes to its sender's card.</summary>
    /// <param name="route">Its route.</param>
    /// <param name="e">The message, but for when it arrives.</param>
    /// <param name="fate">What becomes of it.</param>
    /// <param name="isCopy">Whether its fate is that of the copy a fault made.</param>
    public void Send(in Route route, in Event e, Fate fate, bool isCopy)
    {
        var i = _messages.Take();
        _messages[i] = new()
        {
            Event = e,
            Delay = isCopy ? fate.CopyDelay : fate.Delay,
            HeldUntil = fate.HeldUntil,
            Link = route.Id,
            From = route.From,
            To = route.To,
        };
        // The copy comes first: the other comes along with it.
        Join(i, payloads.BytesOf(in e), isSending: true, isCopy: !isCopy && fate.Deliveries == 2);
    }

    /// <summary>A message that is lost takes its time at its sender's card.</summary>
    public void SendLost(int receiver, MessageKind kind, long bytes)
    {
        var i = _messages.Take();
        var lost = new Event { Sender = turn.Agent, Receiver = receiver, Kind = (byte)kind.Number, Payload = -1 };
        (lost.Type, lost.IsLost) = (EventType.AtCard, true);
        _messages[i] = new() { Event = lost };
        Join(i, bytes, isSending: true);
    }

    /// <summary>A message comes to its receiver's card.</summary>
    public void Receive(in Event e)
    {
        var i = _messages.Take();
        _messages[i] = new() { Event = e };
        Join(i, payloads.BytesOf(in e), isSending: false);
    }

    /// <summary>The card that an event is a look at; false where a later look took its place.</summary>
    public bool TryLook(in Event e, out SharedCard card)
    {
        card = cards.Of(turn.Agent, IsSending(in e));
        if (card.Look != e.Extra)
            return false;
        card.Scheduled = SharedCard.Never;
        return true;
    }

    /// <summary>Whether the card that an event is a look at is that of a sender.</summary>
    public static bool IsSending(in Event look) => look.Payload == 1;

    /// <summary>Takes the next message that has passed a card and is not lost; false if there is none.</summary>
    public bool TryTake(SharedCard card, out CardMessage message)
    {
        while (card.TryTake(turn.Now, out var i))
        {
            message = _messages[i];
            _messages.Free(i);
            if (!message.Event.IsLost)
                return true;
        }
        message = default;
        return false;
    }

    /// <summary>Sees to it that the card is looked at when the next message leaves it; sooner does no harm.</summary>
    public void LookAt(SharedCard card, bool isSending)
    {
        var due = Math.Max(turn.Now, card.Next);
        if (due >= card.Scheduled)
            return;
        card.Scheduled = due;
        card.Look++;
        events.InsertHere(new Event
        {
            Time = due,
            Sent = turn.Now,
            Depth = turn.DepthOf(due),
            Sender = turn.Agent,
            Receiver = turn.Agent,
            Payload = isSending ? 1 : 0,
            Extra = card.Look,
            Type = EventType.AtCard,
        });
    }

    /// <summary>How many messages that are not lost are at the cards of the current agent.</summary>
    public int MessagesHere() =>
        MessagesAt(cards.Find(turn.Agent, isSending: true)) + MessagesAt(cards.Find(turn.Agent, isSending: false));

    int MessagesAt(SharedCard? card) => card?.Items.Count(i => !_messages[i].Event.IsLost) ?? 0;

    /// <summary>Writes what is at the cards of the current agent.</summary>
    public void Save(BinaryWriter to, SnapshotIds ids, EventImages<T> images)
    {
        foreach (var isSending in (ReadOnlySpan<bool>)[true, false])
        {
            var card = cards.Find(turn.Agent, isSending);
            to.Write(card is not null);
            card?.Save(to, i =>
            {
                ref var message = ref _messages[i];
                images.Save(in message.Event, to, ids);
                to.Write(message.Delay);
                to.Write(message.HeldUntil);
                to.Write(message.Link);
                to.Write(message.From);
                to.Write(message.To);
            });
        }
    }

    /// <summary>Reads what is at the cards of the current agent.</summary>
    public void Load(BinaryReader from, SnapshotStore<T> store, EventImages<T> images)
    {
        foreach (var isSending in (ReadOnlySpan<bool>)[true, false])
        {
            if (!from.ReadBoolean())
                continue;
            cards.Of(turn.Agent, isSending).Load(from, () =>
            {
                var i = _messages.Take();
                _messages[i] = new()
                {
                    Event = images.Load(from, store),
                    Delay = from.ReadInt64(),
                    HeldUntil = from.ReadInt64(),
                    Link = from.ReadInt64(),
                    From = from.ReadInt32(),
                    To = from.ReadInt32(),
                };
                return i;
            });
        }
    }

    void Join(int message, long bytes, bool isSending, bool isCopy = false)
    {
        ref var e = ref _messages[message].Event;
        var card = cards.Of(turn.Agent, isSending);
        var transfer = new Transfer(isSending, e.Sender, e.Receiver, memory.World.Kinds[e.Kind], bytes);
        cards.Add(card, turn.Now, in transfer, message, isCopy);
        LookAt(card, isSending);
    }
}
