using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Rules;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// A message's way: the sender's card, the link and the faults, the receiver's card, the receiver's queue.
/// </summary>
sealed unsafe partial class Partition<T>
{
    public override void Send(Peer to, in Message message)
    {
        if (_collects && _turn.Agent == _serverRounds!.Server && TryCollect(to, in message))
            return;
        CheckContents(in message);
        // The receiver's own memory is most likely in no cache.
        var role = _world.RoleOf(to.Id).Layout;
        var route = _world.Links.Find(_turn.Role.Layout, _turn.Core->Place, role, role.PlaceOf(to.Id));
        if (Compresses(message.Kind))
            _transport.Send(in route, to.Id, Compressed(in message, to.Id));
        else
            _transport.Send(in route, to.Id, in message);
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
            _transport.Send(in route, _turn.Role.First + route.To, in message);
        }
    }

    public override void Move(int node) => _transport.Move(node);
}
