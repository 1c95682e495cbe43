using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Rules;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// What agents sent before, where a fault lets them send it again: snapshots, of the last messages of each link and
/// kind.
/// </summary>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled: the sender.</param>
/// <param name="payloads">What messages carry.</param>
sealed unsafe class Recollections<T>(PartitionMemory<T> memory, AgentTurn<T> turn, MessagePayloads<T> payloads)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly Recalling _recalling = memory.World.Links.Recalling!;
    readonly Snapshots<T> _snapshots = memory.Snapshots;
    readonly Recording _record = memory.Record;
    readonly Dictionary<int, SentBefore<Vectors>> _agents = [];

    // The numbers of a message's snapshots; -1 for none.
    readonly record struct Vectors(int Vector, int Vector1, int Vector2, int Vector3)
    {
        public ReadOnlySpan<int> Write(Span<int> to)
        {
            (to[0], to[1], to[2], to[3]) = (Vector, Vector1, Vector2, Vector3);
            return to;
        }
    }

    /// <summary>The message with the vectors that its sender lets it carry; those that it should are kept.</summary>
    public Message Recall(in Route route, int receiver, in Message message)
    {
        var kept = message.Vector.Index < 0 || route.Id == Links.Local ? 0 : _recalling.Kept(route.From);
        if (kept == 0)
            return message;
        if (!_agents.TryGetValue(turn.Agent, out var before))
            _agents.Add(turn.Agent, before = new(kept));
        var sending = new Sending(
            turn.Now, turn.Agent, receiver, before.Count++, message.Kind, payloads.BytesOf(in message));
        var own = new Vectors(
            message.Vector.Index, message.Vector1.Index, message.Vector2.Index, message.Vector3.Index);
        var kind = message.Kind.Number;
        var recalled = message;
        if (_recalling.Ago(in route, in sending, out var fault) is > 0 and var ago
            && before.TryFind(receiver, kind, ago, out var earlier) && AreAlike(in own, in earlier))
        {
            _record.Faults.Count(fault, FaultDeed.Repeated);
            recalled = message with
            {
                Vector = Again(own.Vector, earlier.Vector),
                Vector1 = Again(own.Vector1, earlier.Vector1),
                Vector2 = Again(own.Vector2, earlier.Vector2),
                Vector3 = Again(own.Vector3, earlier.Vector3),
            };
        }
        Keep(before, receiver, kind, in own);
        return recalled;
    }

    /// <summary>Writes what the current agent sent before.</summary>
    public void Save(BinaryWriter to, SnapshotIds ids)
    {
        var before = _agents.GetValueOrDefault(turn.Agent);
        to.Write(before?.Count ?? 0);
        if (before is null)
            return;
        (int Receiver, int Kind)[] lines = [.. before.Lines];
        to.Write(lines.Length);
        Span<int> snapshots = stackalloc int[4];
        foreach (var (receiver, kind) in lines)
        {
            Vectors[] kept = [.. before.KeptOf(receiver, kind)];
            to.Write(receiver);
            to.Write(kind);
            to.Write(before.SentOf(receiver, kind));
            to.Write(kept.Length);
            foreach (var vectors in kept)
            {
                foreach (var snapshot in vectors.Write(snapshots))
                    to.Write(ids.Of(memory.Number, snapshot));
            }
        }
    }

    /// <summary>Reads what the current agent sent before.</summary>
    public void Load(BinaryReader from, SnapshotStore<T> store)
    {
        var count = from.ReadUInt32();
        if (count == 0)
            return;
        var before = new SentBefore<Vectors>(_recalling.Kept(turn.Core->Place)) { Count = count };
        _agents.Add(turn.Agent, before);
        for (var lines = from.ReadInt32(); lines > 0; lines--)
        {
            var (receiver, kind) = (from.ReadInt32(), from.ReadInt32());
            before.Begin(receiver, kind, from.ReadInt64());
            for (var kept = from.ReadInt32(); kept > 0; kept--)
                before.Keep(receiver, kind, new(Next(), Next(), Next(), Next()), out _);
        }

        int Next() => store.Take(from.ReadInt32(), memory.Number, _snapshots);
    }

    // Fragments of vectors may be of other lengths.
    bool AreAlike(in Vectors a, in Vectors b)
    {
        Span<int> ofA = stackalloc int[4], ofB = stackalloc int[4];
        a.Write(ofA);
        b.Write(ofB);
        for (var i = 0; i < 4; i++)
        {
            if (ofA[i] < 0 != ofB[i] < 0
                || (ofA[i] >= 0 && _snapshots[ofA[i]].Dimension != _snapshots[ofB[i]].Dimension))
                return false;
        }
        return true;
    }

    /// <summary>A snapshot that contains what an earlier one does, and says of itself what another says.</summary>
    Snapshot Again(int own, int earlier)
    {
        if (own < 0)
            return Core.Programs.Snapshot.None;
        var s = _snapshots[own];
        var i = _snapshots.TakeOwned(s.Dimension, s.Version, s.Birth, s.Compute, s.Wire);
        _snapshots[i].WireBytes = s.WireBytes;
        new Span<T>(_snapshots[earlier].Data, s.Dimension).CopyTo(new Span<T>(_snapshots[i].Data, s.Dimension));
        turn.Hold(i);
        return new Snapshot(i);
    }

    void Keep(SentBefore<Vectors> before, int receiver, int kind, in Vectors own)
    {
        Span<int> snapshots = stackalloc int[4];
        foreach (var snapshot in own.Write(snapshots))
        {
            if (snapshot >= 0)
                _snapshots[snapshot].References++;
        }
        if (!before.Keep(receiver, kind, own, out var givenUp))
            return;
        foreach (var snapshot in givenUp.Write(snapshots))
        {
            if (snapshot >= 0)
                _snapshots.Release(snapshot);
        }
    }
}
