using System.Runtime.CompilerServices;
using AsyncOpt.Core.Codecs;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Rules;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>What the handlers of agents ask for, in virtual time.</summary>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled.</param>
/// <param name="vectors">The agent's vectors.</param>
/// <param name="computations">Its computations and timers.</param>
/// <param name="transport">The way of its messages.</param>
/// <param name="payloads">What they carry.</param>
/// <param name="broadcast">Collects what a server sends to all workers; null where no rounds can come of it.</param>
/// <param name="drawsAhead">Draws of programs that are made already.</param>
/// <param name="longVectors">Does operations on long vectors; null where there is one thread.</param>
sealed unsafe class AgentEffects<T>(
    PartitionMemory<T> memory, AgentTurn<T> turn, AgentVectors<T> vectors, AgentComputations<T> computations,
    Transport<T> transport, MessagePayloads<T> payloads, ServerBroadcast<T>? broadcast,
    ProgramDrawsAhead<T> drawsAhead, LongVectors<T>? longVectors)
    : VectorEffects<T>(memory.World.Plan, longVectors)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly AgentTurn<T> _turn = turn;
    readonly ProgramDrawsAhead<T> _drawsAhead = drawsAhead;
    readonly DrawsInRow _drawsInRow = new(memory.World.Seed);
    readonly World<T> _world = memory.World;
    readonly Snapshots<T> _snapshots = memory.Snapshots;
    readonly Recording _record = memory.Record;

    public override Peer Self => new(_turn.Agent);

    public override int Index => _turn.Index;

    public override int Place => _turn.Core->Place;

    protected override RoleLayout RoleLayout => _turn.Role.Layout;

    protected override ReadOnlySpan<T> Row(NeighbourRows rows, int k, long iteration) =>
        vectors.Row(rows, k, iteration);

    protected override void ReleaseRows(NeighbourRows rows, int count, long iteration) =>
        vectors.ReleaseRows(rows, count, iteration);

    public override int Held(NeighbourRows rows, long iteration) =>
        *_turn.Role.RowsHeld(rows.Index, _turn.Index, iteration);

    public override bool IsComplete(NeighbourRows rows, long iteration) =>
        Held(rows, iteration) == _turn.Role.Layout.Topology.PhaseAt(iteration).InDegree(_turn.Core->Place);

    public override Snapshot Snapshot(Vector x, long version) => vectors.Take(x, version);

    public override Snapshot Snapshot(Vector x, in Origin origin) => vectors.Take(x, in origin);

    public override Snapshot Snapshot(Fragment x, long version) => vectors.Take(x, version);

    public override Snapshot Snapshot(Fragment x, in Origin origin) => vectors.Take(x, in origin);

    public override Snapshot Compress(Codec codec, Operand x, in Origin origin, Vector kept)
    {
        // Write first: unsharing moves a snapshot that x may be.
        var rest = kept.Index < 0 ? [] : Write(kept);
        var source = Read(x);
        var i = vectors.TakeOwned(source.Length, in origin, out var sent);
        var draws = new CodecDraws(_world.Seed, _turn.Agent, _turn.Core->Compressed++);
        _snapshots[i].WireBytes = checked(Encode(codec, source, rest, sent, in draws) + 1);
        return new Snapshot(i);
    }

    protected override Origin OriginOf(Snapshot x) => _snapshots.OriginAt(x.Index, _turn.Now, 0, 0);

    public override void Hold(Slot slot, in Received m)
    {
        var turn = _turn;
        Release(slot);
        ref var s = ref _snapshots[m.Vector.Index];
        s.References++;
        var record = turn.Role.Slot(slot.Index, turn.Index);
        record->Snapshot = m.Vector.Index + 1;
        record->Compute = m.Origin.Compute - s.Compute;
        record->Wire = m.Origin.Wire - s.Wire;
    }

    public override void Hold(Slot slot, Snapshot own)
    {
        Release(slot);
        _snapshots[own.Index].References++;
        *_turn.Role.Slot(slot.Index, _turn.Index) = new SlotRecord { Snapshot = own.Index + 1 };
    }

    public override void Release(Slot slot)
    {
        var record = _turn.Role.Slot(slot.Index, _turn.Index);
        if (record->Snapshot == 0)
            return;
        _snapshots.Release(record->Snapshot - 1);
        record->Snapshot = 0;
    }

    public override void Hold(NeighbourRows rows, long iteration, in Received m)
    {
        var sender = _world.RoleOf(m.Sender.Id).Layout.PlaceOf(m.Sender.Id);
        var k = RankOf(sender, rows, iteration, m.Kind);
        var held = *_turn.Role.Row(rows.Index, _turn.Core->Place, k, iteration);
        if (held == 0 || !Keeps(_snapshots[held - 1].Version, sender, iteration, in m))
            Put(rows, k, iteration, in m);
    }

    public override void HoldLatest(NeighbourRows rows, in Received m)
    {
        var sender = _world.RoleOf(m.Sender.Id).Layout.PlaceOf(m.Sender.Id);
        var k = RankOf(sender, rows, 0, m.Kind);
        var held = *_turn.Role.Row(rows.Index, _turn.Core->Place, k, 0);
        if (held == 0 || _snapshots[held - 1].Version < m.Version)
            Put(rows, k, 0, in m);
    }

    void Put(NeighbourRows rows, int k, long iteration, in Received m)
    {
        for (var i = 0; i < rows.Vectors; i++)
        {
            var row = _turn.Role.Row(rows.Index + i, _turn.Core->Place, k, iteration);
            if (*row != 0)
                _snapshots.Release(*row - 1);
            else
                (*_turn.Role.RowsHeld(rows.Index + i, _turn.Index, iteration))++;
            var vector = m.VectorAt(i).Index;
            _snapshots.AddReference(vector);
            *row = vector + 1;
        }
        if (_turn.Role.Layout.NeighbourRowSets[rows.Index].HasBodies)
            *_turn.Role.RowBody(rows.Index, _turn.Core->Place, k, iteration) = m.Contents;
    }

    internal override bool TryBody(
        NeighbourRows rows, long iteration, int k, out MessageBody body, out MessageKind kind)
    {
        kind = _turn.Role.Layout.NeighbourRowSets[rows.Index].Kind;
        var isHeld = *_turn.Role.Row(rows.Index, _turn.Core->Place, k, iteration) != 0;
        body = isHeld ? *_turn.Role.RowBody(rows.Index, _turn.Core->Place, k, iteration) : default;
        return isHeld;
    }

    public override Span<double> Numbers(Table table) => _turn.Role.Table(table.Index, _turn.Index);

    protected override ReadOnlySpan<T> Read(Operand x) => vectors.Read(x);

    protected override Span<T> Write(Vector y) => vectors.Write(y);

    protected override Span<T> Overwrite(Vector y) => vectors.Overwrite(y);

    protected override Span<T> Rewrite(Vector y, out ReadOnlySpan<T> before) => vectors.Rewrite(y, out before);

    public override void Send(Peer to, in Message message)
    {
        var turn = _turn;
        if (broadcast is { IsOpen: true } && turn.Agent == broadcast.Server)
        {
            if (broadcast.IsEmpty)
                CheckContents(in message);
            if (broadcast.TryTake(to, in message))
                return;
        }
        CheckContents(in message);
        // The receiver's own memory is most likely in no cache.
        var role = _world.RoleOf(to.Id).Layout;
        var route = _world.Links.Find(turn.Role.Layout, turn.Core->Place, role, role.PlaceOf(to.Id));
        if (Compresses(message.Kind))
            SendCompressed(in route, to, in message);
        else
            transport.Send(in route, to.Id, in message);
    }

    // Apart, so that sending has no room to clear for the other message.
    [MethodImpl(MethodImplOptions.NoInlining)]
    void SendCompressed(in Route route, Peer to, in Message message) =>
        transport.Send(in route, to.Id, Compressed(in message, to.Id));

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
        var turn = _turn;
        var topology = turn.Role.Layout.Topology;
        var node = turn.Core->Place;
        var phase = topology.PhaseAt(iteration);
        var degree = phase.OutDegree(node);
        for (var k = 0; k < degree; k++)
        {
            var route = Route.Of(topology, phase, node, k);
            transport.Send(in route, turn.Role.First + route.To, in message);
        }
    }

    public override void Move(int node) => transport.Move(node);

    public override ComputationId Compute(in Computation c)
    {
        CheckSteps(in c);
        return computations.Request(in c);
    }

    public override TimerId SetTimer(VirtualTime delay, int tag = 0)
    {
        CheckTimer(delay);
        return computations.SetTimer(delay, tag);
    }

    public override void Cancel(ComputationId computation) => computations.Cancel(computation.Number, timer: false);

    public override void Cancel(TimerId timer) => computations.Cancel(timer.Number, timer: true);

    public override double Uniform()
    {
        var (agent, rank) = (_turn.Agent, _turn.Core->Draws++);
        return TryTake(agent, rank, out var words)
            ? Draw.ToUniform((uint)words, (uint)(words >> 32))
            : NameDraw(agent, rank).Uniform(0);
    }

    public override int Below(int n)
    {
        var (agent, rank) = (_turn.Agent, _turn.Core->Draws++);
        return TryTake(agent, rank, out var words) && Draw.TryBelow(n, (uint)words, out var below)
            ? below
            : NameDraw(agent, rank).Below(n, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    bool TryTake(int agent, uint rank, out ulong words) =>
        _drawsAhead.TryTake(agent, rank, out words) || _drawsInRow.TryTake(agent, rank, out words);

    public override Draw ParticipationDraw(long round) =>
        new(_world.Seed, Purpose.Participation, (ulong)_turn.Agent, (ulong)round);

    Draw NameDraw(int agent, uint rank) => new(_world.Seed, Purpose.Program, (ulong)agent, rank);

    public override void RecordUpdate(long staleness, in Origin origin, Peer of)
    {
        if (staleness < 0 || origin.Queue < 0)
            throw new InvalidOperationException(
                $"agent {_turn.Agent} records staleness {staleness} and {origin.Queue} ns at rest: "
                + "neither can be negative");
        _record.Update(_turn.Agent, _turn.Now, staleness, in origin, of.Id);
    }

    public override void RecordWaste(WasteReason reason, in Received m) =>
        _record.Waste.Count(reason, payloads.WorkIn(reason, in m), payloads.BytesOf(in m));

    public override void Stop()
    {
        _turn.Core->Flags |= AgentFlags.Stopped;
        _record.Stopped = Recording.Earlier(_record.Stopped, (_turn.Now, _turn.Agent));
    }
}
