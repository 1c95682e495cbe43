using AsyncOpt.Core.Codecs;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Replay;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>The memory of vectors, and the places that hold received ones.</summary>
sealed unsafe partial class Interpreter<T>
{
    public override int Held(NeighbourRows rows, long iteration)
    {
        var held = _agent.RowsHeld[rows.Index];
        return held[(int)(iteration % held.Length)];
    }

    public override bool IsComplete(NeighbourRows rows, long iteration) =>
        Held(rows, iteration) == _agent.Role.Topology.PhaseAt(iteration).InDegree(_agent.Place);

    public override Snapshot Snapshot(Vector x, long version) => Take(x, version, _now, 0, 0);

    public override Snapshot Snapshot(Vector x, in Origin origin) =>
        Take(x, origin.Version, origin.Birth, origin.Compute, origin.Wire);

    Snapshot Take(Vector x, long version, long birth, long compute, long wire)
    {
        ref var cell = ref _agent.Vectors[x.Index];
        cell.IsShared = true;
        return Note(new LiveVector<T>(cell.Data)
        {
            Version = version,
            Birth = birth,
            Compute = compute,
            Wire = wire,
        });
    }

    public override Snapshot Snapshot(Fragment x, long version) =>
        TakeFragment(x, new Origin(version, _now, 0, 0, _now));

    public override Snapshot Snapshot(Fragment x, in Origin origin) => TakeFragment(x, in origin);

    Snapshot TakeFragment(Fragment x, in Origin origin) =>
        NoteOwned([.. Read(x)], in origin, checked(x.Count * sizeof(T)));

    public override Snapshot Compress(Codec codec, Operand x, in Origin origin, Vector kept)
    {
        var rest = kept.Index < 0 ? [] : Write(kept);
        var source = Read(x);
        var sent = new T[source.Length];
        var draws = new CodecDraws(_run.Plan.Seeds.Run, _agent.Id, _agent.Compressed++);
        return NoteOwned(sent, in origin, Encode(codec, source, rest, sent, in draws));
    }

    Snapshot NoteOwned(T[] data, in Origin origin, int wireBytes) => Note(new LiveVector<T>(data)
    {
        Version = origin.Version,
        Birth = origin.Birth,
        Compute = origin.Compute,
        Wire = origin.Wire,
        WireBytes = wireBytes,
    });

    protected override Origin OriginOf(Snapshot x)
    {
        var v = _snapshots[x.Index];
        return new Origin(v.Version, v.Birth, v.Compute, v.Wire, _now);
    }

    Snapshot Note(LiveVector<T> vector)
    {
        _snapshots.Add(vector);
        return new Snapshot(_snapshots.Count - 1);
    }

    LiveVector<T>? At(Snapshot snapshot) => snapshot.Index < 0 ? null : _snapshots[snapshot.Index];

    public override void Hold(Slot slot, in Received m)
    {
        var vector = _snapshots[m.Vector.Index];
        _agent.Slots[slot.Index] = new HeldVector<T>
        {
            Vector = vector,
            Compute = m.Origin.Compute - vector.Compute,
            Wire = m.Origin.Wire - vector.Wire,
        };
    }

    public override void Hold(Slot slot, Snapshot own) =>
        _agent.Slots[slot.Index] = new HeldVector<T> { Vector = _snapshots[own.Index] };

    public override void Release(Slot slot) => _agent.Slots[slot.Index] = default;

    public override void Hold(NeighbourRows rows, long iteration, in Received m)
    {
        var sender = m.Sender.Id - _run.Layout.RoleOf(m.Sender.Id).First;
        var k = RankOf(sender, rows, iteration, m.Kind);
        if (_agent.Row(rows.Index, k, iteration) is not { } held || !Keeps(held.Version, sender, iteration, in m))
            Put(rows, k, iteration, in m);
    }

    public override void HoldLatest(NeighbourRows rows, in Received m)
    {
        var k = RankOf(m.Sender.Id - _run.Layout.RoleOf(m.Sender.Id).First, rows, 0, m.Kind);
        if (_agent.Row(rows.Index, k, 0) is not { } held || held.Version < m.Version)
            Put(rows, k, 0, in m);
    }

    void Put(NeighbourRows rows, int k, long iteration, in Received m)
    {
        for (var i = 0; i < rows.Vectors; i++)
        {
            ref var row = ref _agent.Row(rows.Index + i, k, iteration);
            var held = _agent.RowsHeld[rows.Index + i];
            held[(int)(iteration % held.Length)] += row is null ? 1 : 0;
            row = _snapshots[m.VectorAt(i).Index];
        }
        if (_agent.Role.NeighbourRowSets[rows.Index].HasBodies)
            _agent.RowBody(rows.Index, k, iteration) = m.Contents;
    }

    internal override bool TryBody(
        NeighbourRows rows, long iteration, int k, out MessageBody body, out MessageKind kind)
    {
        kind = _agent.Role.NeighbourRowSets[rows.Index].Kind;
        var isHeld = _agent.Row(rows.Index, k, iteration) is not null;
        body = isHeld ? _agent.RowBody(rows.Index, k, iteration) : default;
        return isHeld;
    }

    public override Span<double> Numbers(Table table) => _agent.Tables[table.Index];

    protected override ReadOnlySpan<T> Row(NeighbourRows rows, int k, long iteration) =>
        _agent.Row(rows.Index, k, iteration)?.Data;

    protected override void ReleaseRows(NeighbourRows rows, int count, long iteration)
    {
        for (var k = 0; k < count; k++)
            _agent.Row(rows.Index, k, iteration) = null;
        var held = _agent.RowsHeld[rows.Index];
        held[(int)(iteration % held.Length)] = 0;
    }

    protected override ReadOnlySpan<T> Read(Operand x) => x.Kind switch
    {
        OperandKind.Vector => _agent.Vectors[x.Index].Data,
        OperandKind.Slot => (_agent.Slots[x.Index].Vector ?? throw new InvalidOperationException(
            $"role '{_agent.Role.Name}' reads slot {x.Index}, which is empty")).Data,
        OperandKind.Snapshot when x.Index >= 0 => _snapshots[x.Index].Data,
        OperandKind.Fragment => _agent.Vectors[x.Index].Data.AsSpan(x.First, x.Count),
        _ => throw new InvalidOperationException($"role '{_agent.Role.Name}' reads a vector that is not there"),
    };

    /// <summary>The vector's memory, for writing: snapshots keep what they had, the vector gets a copy.</summary>
    protected override Span<T> Write(Vector y)
    {
        ref var cell = ref _agent.Vectors[y.Index];
        if (cell.IsShared)
        {
            cell.Data = [.. cell.Data];
            cell.IsShared = false;
        }
        return cell.Data;
    }

    /// <summary>The hash of the agent's state: see <see cref="AgentStateHash"/>.</summary>
    ulong StateHash()
    {
        var hash = new AgentStateHash();
        hash.Agent(
            _agent.Place, IsOver, IsDown, _agent.Computations, _agent.TimersSet, _agent.Draws, _agent.Compressed);
        hash.State(_agent.State, _run.UsedStateBytes(_agent.Role));
        for (var v = 0; v < _agent.Vectors.Length; v++)
        {
            if (!Resting.Rests<T>(_agent.Role.Vectors[v]))
                hash.Vector<T>(_agent.Vectors[v].Data);
        }
        foreach (var table in _agent.Tables)
            hash.Table(table);
        for (var s = 0; s < _agent.Slots.Length; s++)
        {
            ref var slot = ref _agent.Slots[s];
            if (slot.Vector is { } v)
                hash.Slot<T>(s, v.Data, v.Version, v.Birth, v.Compute + slot.Compute, v.Wire + slot.Wire);
        }
        for (var set = 0; set < _agent.Rows.Length; set++)
        {
            var iterations = _agent.RowsHeld[set].Length;
            for (var i = 0; i < _agent.Rows[set].Length; i++)
            {
                if (_agent.Rows[set][i] is not { } row)
                    continue;
                hash.Row<T>(set, i / iterations, i % iterations, row.Data, row.Version);
                if (_agent.Role.NeighbourRowSets[set] is { HasBodies: true, Kind: var kind })
                    hash.Body(_agent.RowBodies[set][i][..kind.BodyWords]);
            }
        }
        return hash.Value;
    }
}
