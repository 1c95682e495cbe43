using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Rules;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// A message's way: the sender's card, the link and the faults, the receiver's card, the receiver's queue.
/// </summary>
sealed unsafe partial class Partition<T>
{
    readonly Fate _fate = new();

    public override void Send(Peer to, in Message message)
    {
        if (_collects && _turn.Agent == _serverRounds!.Server && TryCollect(to, in message))
            return;
        CheckContents(in message);
        // The receiver's own memory is most likely in no cache.
        var role = _world.RoleOf(to.Id).Layout;
        var route = _world.Links.Find(_turn.Role.Layout, _turn.Core->Place, role, role.PlaceOf(to.Id));
        if (Compresses(message.Kind))
            SendAlong(in route, to.Id, Compressed(in message, to.Id));
        else
            SendAlong(in route, to.Id, in message);
    }

    public override void SendToNeighbours(in Message message, long iteration = 0)
    {
        CheckContents(in message);
        if (Compresses(message.Kind))
            SendAround(Compressed(in message, receiver: -1, iteration), iteration);
        else
            SendAround(in message, iteration);
    }

    void SendAround(in Message message, long iteration)
    {
        var topology = _turn.Role.Layout.Topology;
        var node = _turn.Core->Place;
        var phase = topology.PhaseAt(iteration);
        var degree = phase.OutDegree(node);
        for (var k = 0; k < degree; k++)
        {
            var route = Route.Of(topology, phase, node, k);
            SendAlong(in route, _turn.Role.First + route.To, in message);
        }
    }

    public override void Move(int node)
    {
        ref var traffic = ref Record.Traffic[_turn.Role.Layout.Index];
        traffic.Messages++;
        var bytes = _turn.Role.VectorBytes;
        traffic.Bytes += bytes;
        Record.Messages++;
        Record.Bytes += bytes;
        Record.Tally?.Sent(_turn.Agent, _turn.Now, _turn.Agent, null, bytes);
        var sequence = _turn.Core->Sent++;
        var from = _turn.Core->Place;
        _turn.Core->Flags |= AgentFlags.Moving;
        if (_isTapped && IsMoveTaken(sequence, from, node))
            return;
        var sending = new Sending(_turn.Now, _turn.Agent, _turn.Agent, sequence, null, bytes);
        _world.Links.DecideMove(from, node, in sending, _fate);
        var lost = _fate.Deliveries == 0;
        if (lost)
        {
            Record.Lost++;
            Record.Tally?.Lost(_turn.Agent, _turn.Now, _turn.Agent);
        }
        CountFired();
        var due = _fate.Due;
        _events.Insert(new Event
        {
            Time = due,
            Sent = _turn.Now,
            Depth = _turn.DepthOf(due),
            Tie = _events.Ties.Of(_turn.Agent, sequence),
            Sender = _turn.Agent,
            Sequence = sequence,
            Receiver = _turn.Agent,
            Payload = node,
            Extra = from,
            Type = EventType.Arrived,
            IsLost = lost,
        });
    }

    void SendAlong(in Route route, int receiver, in Message message)
    {
        var bytes = _payloads.BytesOf(in message);
        ref var traffic = ref Record.Traffic[_turn.Role.Layout.Index];
        traffic.Messages++;
        traffic.Bytes += bytes;
        Record.Messages++;
        Record.Bytes += bytes;
        Record.Tally?.Sent(_turn.Agent, _turn.Now, receiver, message.Kind, bytes);
        var sequence = _turn.Core->Sent++;
        var sending = new Sending(_turn.Now, _turn.Agent, receiver, sequence, message.Kind, bytes);
        if (_isTapped && IsSendTaken(in route, in sending, in message))
            return;
        _world.Links.Decide(in route, in sending, _fate);
        if (!_fate.HasFired)
            Deliver(in route, receiver, in message, sequence);
        else if (_fate is { IsCorrupt: true, Deliveries: > 0 })
            DeliverByRules(in route, receiver, _payloads.Corrupt(in message, _fate), sequence);
        else
            DeliverByRules(in route, receiver, in message, sequence);
    }

    /// <summary>The message of a fate that rules had a hand in.</summary>
    void DeliverByRules(in Route route, int receiver, in Message message, uint sequence)
    {
        CountFired();
        if (_fate.Deliveries == 0)
        {
            Record.Lose(_turn.Agent, receiver, _turn.Now);
            return;
        }
        if (_fate.Deliveries == 2)
        {
            Record.Duplicated++;
            if (_fate.CopyRaised > 0)
                Record.Raise(_fate.CopyRaised);
            Dispatch(in route, _fate.CopyDue, receiver, in message, sequence);
            sequence = _turn.Core->Sent++;
        }
        Deliver(in route, receiver, in message, sequence);
    }

    void Deliver(in Route route, int receiver, in Message message, uint sequence)
    {
        if (_fate.Raised > 0)
            Record.Raise(_fate.Raised);
        Dispatch(in route, _fate.Due, receiver, in message, sequence);
    }

    void CountFired()
    {
        if (!_fate.HasFired)
            return;
        for (var fault = _fate.NextFired(0); fault >= 0; fault = _fate.NextFired(fault + 1))
            Record.Fired[fault]++;
    }

    void Dispatch(in Route route, long due, int receiver, in Message message, uint sequence)
    {
        var depth = due == _turn.Now ? _turn.Depth + 1 : 0;
        var tie = _events.Ties.Of(_turn.Agent, sequence);
        _world.Links.KeepOrder(in route, ref due, ref depth, ref tie);
        var atCard = _world.Links.HasReceiverCards && route.Id != Links.Local;
        _events.Insert(new Event
        {
            Time = due,
            Sent = _turn.Now,
            Depth = _turn.CheckDepth(depth),
            Tie = tie,
            Sender = _turn.Agent,
            Sequence = sequence,
            Receiver = receiver,
            Payload = _payloads.Take(in message),
            Kind = (byte)message.Kind.Number,
            Type = atCard ? EventType.AtReceiverCard : EventType.Message,
        });
    }

    void PassReceiverCard(in Event e)
    {
        var free = _world.Links.PassReceiverCard(_turn.Agent, _turn.Now, _payloads.BytesOf(in e));
        var passed = e;
        passed.Type = EventType.Message;
        passed.Time = free;
        passed.Depth = _turn.DepthOf(free);
        _events.Insert(in passed);
    }
}
