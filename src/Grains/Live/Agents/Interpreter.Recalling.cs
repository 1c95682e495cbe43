using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Rules;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>Senders that send again what they sent before: as in the simulation.</summary>
sealed unsafe partial class Interpreter<T>
{
    /// <summary>The message with the vectors that its sender lets it carry; those that it should are kept.</summary>
    Message Recalled(Recalling recalling, in Route route, int receiver, in Message message)
    {
        var kept = message.Vector.Index < 0 || route.Id == Links.Local ? 0 : recalling.Kept(route.From);
        if (kept == 0)
            return message;
        var before = _agent.Recollection ??= new(kept);
        LiveVector?[] own = [At(message.Vector), At(message.Vector1), At(message.Vector2), At(message.Vector3)];
        var bytes = BytesOf(message.Kind, own);
        var sending = new Sending(_now, _agent.Id, receiver, before.Count++, message.Kind, bytes);
        var kind = message.Kind.Number;
        var recalled = message;
        if (recalling.Ago(in route, in sending, out var fault) is > 0 and var ago
            && before.TryFind(receiver, kind, ago, out var earlier)
            && own.Zip(earlier).All(pair => pair.First?.Dimension == pair.Second?.Dimension))
        {
            _run.Fire(fault, FaultDeed.Repeated);
            recalled = message with
            {
                Vector = Again(own[0], earlier[0]),
                Vector1 = Again(own[1], earlier[1]),
                Vector2 = Again(own[2], earlier[2]),
                Vector3 = Again(own[3], earlier[3]),
            };
        }
        before.Keep(receiver, kind, own, out _);
        return recalled;
    }

    Snapshot Again(LiveVector? own, LiveVector? earlier) => own is null
        ? Core.Programs.Snapshot.None
        : Note(new LiveVector<T>(((LiveVector<T>)earlier!).Data)
        {
            Version = own.Version,
            Birth = own.Birth,
            Compute = own.Compute,
            Wire = own.Wire,
            WireBytes = own.WireBytes,
        });
}
