using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Scripts;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>
/// Rounds in the role's own memory: block by block of agents, so that what belongs to them stays in a cache.
/// </summary>
sealed unsafe partial class HostRoundArrays<T> : IRoundArrays
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly World<T> _world;
    readonly RoleMemory<T> _role;
    readonly Snapshots<T> _snapshots;
    readonly OracleSet<T> _oracles;
    readonly BatchEvaluator<T> _evaluator;

    // Who hears from whom; null where all hear from a server, and it from them.
    readonly Topology? _topology;
    readonly RoundKernels<T> _kernels;
    readonly RoundOrder _order;
    readonly Ties _ties;
    readonly int _rows;

    // Arrays have the numbers of the vectors, then come spare memory and what all agents hold in a slot.
    readonly int _spare;
    readonly int _model;

    // The agents' chains, beside each other.
    NativeArray<ulong>? _chains;

    // For each vector of the messages that are mixed: it goes there, and changes places with the vector.
    readonly NativeArray<T>?[] _spares = new NativeArray<T>?[MessageKind.VectorsMax];

    // The mixed hash of what each sender's message carries; where it goes to the server, the hash of its vector. Of the
    // wave under way, and of the one that is being sent.
    NativeArray<ulong>? _hashes;
    NativeArray<ulong>? _nextHashes;

    // The round that is being worked on.
    RoundWork _round;
    Wave _due;
    Wave _arrived;
    CohortMessage? _send;
    int _blockRows;
    int _nextBlock;

    // What the message of a server carries to all agents, as a hash.
    ulong _brought;

    // Which spare memory takes a vector when the round mixes it; -1 for none.
    readonly int[] _spareOf;

    // Room for a block, by thread.
    readonly Scratch[] _scratch;
    readonly Action<int> _work;
    readonly Lock _tallyLock = new();
    Tally _tally;

    public HostRoundArrays(
        World<T> world, RoleMemory<T> role, RoundOrder order, OracleSet<T> oracles, BatchEvaluator<T> evaluator,
        Snapshots<T> snapshots)
    {
        (_world, _role, _oracles, _evaluator, _snapshots) = (world, role, oracles, evaluator, snapshots);
        (_order, _topology) = (order, order.Topology);
        (_spare, _model) = (_role.Dimensions.Length, _role.Dimensions.Length + _spares.Length);
        _spareOf = new int[_role.Dimensions.Length];
        _kernels = new RoundKernels<T>(world.Plan.Problem, world.Seed, _model + 1, _role.Dimensions.Max());
        _ties = new Ties(world.Seed);
        _work = Work;
        // Threads take blocks in turn: several each, in whole groups of lanes.
        var share = evaluator.Threads == 1 ? _role.Layout.Agents : _role.Layout.Agents / (4 * evaluator.Threads);
        _rows = Math.Min(_kernels.Rows, Math.Max(8 * Lanes, share / Lanes * Lanes));
        var lanes = HasLanes ? _topology!.InDegreeMax * _rows : 0;
        _scratch = new Scratch[evaluator.Threads];
        for (var i = 0; i < _scratch.Length; i++)
            _scratch[i] = new Scratch(Math.Max(_rows, SharedRows), lanes);
    }

    public long Bytes => _spares.Sum(s => s?.Bytes ?? 0) + (_hashes?.Bytes ?? 0) + (_nextHashes?.Bytes ?? 0)
        + (_senders?.Bytes ?? 0) + (_ranks?.Bytes ?? 0) + (_chains?.Bytes ?? 0);

    public bool Takes(in CohortOp op) => true;

    public bool Reopens => true;

    public void Open(in Wave messages)
    {
        _chains = new NativeArray<ulong>(_role.Layout.Agents);
        for (var i = 0; i < _role.Layout.Agents; i++)
        {
            _chains[i] = _world.Cores[_role.First + i].Chain;
            for (var v = 0; v < _role.Dimensions.Length; v++)
                Unshare(v, i);
        }
        if (HasLanes)
            PrepareLanes();
        if (messages.IsPending && _topology is not null)
            HashMessages(messages.Message!);
    }

    /// <summary>A vector that a snapshot shares gets its memory for itself, to be written.</summary>
    public void Unshare(int vector, int agent)
    {
        var sharing = _role.Sharing(vector, agent);
        if (*sharing != 0)
            _snapshots.Unshare(sharing);
    }

    /// <summary>Fetches what the server will read of an agent's message.</summary>
    public void Expect(int agent, int vector)
    {
        var bytes = Math.Min(Prefetch.BytesMax, (long)_role.Dimensions[vector] * sizeof(T));
        Prefetch.Bytes(_role.Vector(vector, agent), bytes);
        Prefetch.Item(ref _hashes![agent]);
        Prefetch.Item(ref *_role.Sharing(vector, agent));
    }

    /// <summary>The hash of the vector that an agent sent to the server last.</summary>
    public ulong HashOf(int agent) => _hashes![agent];

    void HashMessages(CohortMessage messages)
    {
        _hashes = new NativeArray<ulong>(_role.Layout.Agents);
        for (var v = 0; v < _role.Dimensions.Length; v++)
            _kernels.Bind(v, _role.Vector(v, 0), _role.Dimensions[v]);
        Array.Fill(_spareOf, -1);
        for (var first = 0; first < _role.Layout.Agents; first += _rows)
        {
            var end = Math.Min(_role.Layout.Agents, first + _rows);
            HashMessages(first, end, messages, _hashes, _scratch[0].Words);
        }
    }

    public void Dispose()
    {
        foreach (var spare in _spares)
            spare?.Dispose();
        Array.Clear(_spares);
        _hashes?.Dispose();
        _nextHashes?.Dispose();
        _senders?.Dispose();
        _ranks?.Dispose();
        _chains?.Dispose();
        (_hashes, _nextHashes, _senders, _ranks, _chains) = (null, null, null, null, null);
    }

    public void Settle()
    {
        for (var i = 0; i < _role.Layout.Agents; i++)
            _world.Cores[_role.First + i].Chain = _chains![i];
        StorePassing();
    }

    public RoundTally Handle(in RoundWork work)
    {
        (_round, _due, _arrived) = (work, work.Due, work.Arrived);
        Prepare();
        PreparePassing();
        (_nextBlock, _tally) = (0, new Tally { NotFinite = int.MaxValue });
        _evaluator.Share(_work);
        for (var v = 0; v < _spareOf.Length; v++)
        {
            if (_spareOf[v] is var spare and >= 0)
                _spares[spare] = _role.Exchange(v, _spares[spare]!);
        }
        if (_send is not null)
            (_hashes, _nextHashes) = (_nextHashes, _hashes);
        _evaluator.Clock.Add(_tally.Ticks, _evaluator.Threads);
        return new(_tally.LastCompleted, _tally.NotFinite < int.MaxValue ? _tally.NotFinite : -1);
    }

    /// <summary>Finds the memory of the round's arrays.</summary>
    void Prepare()
    {
        _send = _round.Send?.Message;
        _isByRows = _due.Computation is { } c && IsByRows(c);
        _blockRows = _isByRows && _due.Computation!.Vector < 0 ? SharedRows : _rows;
        _isSentAsComputed = _topology is null && _isByRows && _send?.Vector == _due.Computation!.Output.Index;
        Array.Fill(_spareOf, -1);
        for (var v = 0; v < _role.Dimensions.Length; v++)
            _kernels.Bind(v, _role.Vector(v, 0), _role.Dimensions[v]);
        if (_round.Model >= 0)
            _kernels.BindShared(_model, _snapshots[_round.Model].Data, _snapshots[_round.Model].Dimension);
        if (_arrived.Message is { Snapshot: >= 0 } m)
            _brought = VectorHash.Chain(_snapshots.Hash(m.Snapshot), (ulong)m.Origin.Version);
        foreach (var op in _round.Ops)
        {
            _isSentAsComputed &= op.Kind == CohortOpKind.Send || op.Vector != _send?.Vector;
            switch (op.Kind)
            {
                case CohortOpKind.Mix:
                    PrepareMix(in op);
                    break;
                case CohortOpKind.Step:
                    _kernels.Prepare(op.Optimizer!);
                    break;
                case CohortOpKind.Send:
                    _nextHashes ??= new NativeArray<ulong>(_role.Layout.Agents);
                    break;
            }
        }
    }

    void PrepareMix(in CohortOp mix)
    {
        var d = _role.Dimensions[mix.Vector];
        var length = (long)d * _role.Layout.Agents;
        ref var spare = ref _spares[mix.Row];
        if (spare is null || spare.Length != length)
        {
            StorePassing();
            spare?.Dispose();
            spare = new NativeArray<T>(length);
        }
        _spareOf[mix.Vector] = mix.Row;
        _kernels.Bind(_spare + mix.Row, spare.Pointer, d);
    }

    void Work(int thread)
    {
        var agents = _role.Layout.Agents;
        var scratch = _scratch[thread];
        var tally = new Tally { NotFinite = int.MaxValue };
        while (true)
        {
            var first = (Interlocked.Increment(ref _nextBlock) - 1) * (long)_blockRows;
            if (first >= agents)
                break;
            WorkOn((int)first, (int)Math.Min(agents, first + _blockRows), scratch, ref tally);
        }
        lock (_tallyLock)
        {
            _tally.LastCompleted += tally.LastCompleted;
            _tally.NotFinite = Math.Min(_tally.NotFinite, tally.NotFinite);
            _tally.Ticks += tally.Ticks;
        }
    }

    void WorkOn(int first, int end, Scratch scratch, ref Tally tally)
    {
        if (_due.IsPending)
            Compute(first, end, scratch, ref tally);
        Chain(first, end, scratch.Results, scratch.Payloads, ref tally);
        var mixed = 0;
        foreach (var op in _round.Ops)
            Do(first, end, in op, ref mixed);
        if (_send is null || _isSentAsComputed)
            return;
        if (_topology is not null)
            HashMessages(first, end, _send, _nextHashes!, scratch.Words);
        else
            _kernels.Hash(first, end, _send.Vector, new(_nextHashes!.Pointer + first, end - first));
    }

    /// <summary>Does an operation at some agents.</summary>
    /// <param name="first">The first agent.</param>
    /// <param name="end">The agent after the last.</param>
    /// <param name="op">The operation.</param>
    /// <param name="mixed">
    /// Which vectors are mixed already, a bit for each spare memory: those that come later are still where they were.
    /// </param>
    void Do(int first, int end, in CohortOp op, ref int mixed)
    {
        var (x, y) = (op.X.Kind == OperandKind.Slot ? _model : Place(op.X.Index, mixed), Place(op.Vector, mixed));
        switch (op.Kind)
        {
            case CohortOpKind.Mix:
                mixed |= 1 << op.Row;
                _kernels.Mix(first, end, _world.Plan.Mixing!.At(op.Number), op.Vector, _spare + op.Row);
                break;
            case CohortOpKind.Copy:
                _kernels.Copy(first, end, x, y);
                break;
            case CohortOpKind.Fill:
                _kernels.Fill(first, end, op.Factor, y);
                break;
            case CohortOpKind.Scale:
                _kernels.Scale(first, end, op.Factor, y);
                break;
            case CohortOpKind.Axpy:
                _kernels.Axpy(first, end, op.Factor, x, y);
                break;
            case CohortOpKind.Lerp:
                _kernels.Lerp(first, end, op.Factor, x, y);
                break;
            case CohortOpKind.Step:
                _kernels.Step(first, end, new RoundStep(
                    op.Optimizer!, op.Factor, op.Number, x, y, Place(op.State0, mixed), Place(op.State1, mixed)));
                break;
        }
    }

    /// <summary>The mixed hashes of what agents send to each other: where all that the round mixes is mixed.</summary>
    /// <param name="first">The first agent.</param>
    /// <param name="end">The agent after the last.</param>
    /// <param name="message">What they send.</param>
    /// <param name="all">The hashes of all agents.</param>
    /// <param name="room">Room for as many as here.</param>
    void HashMessages(int first, int end, CohortMessage message, NativeArray<ulong> all, Span<ulong> room)
    {
        const int mixed = -1;
        var vectors = message.Vectors;
        var hashes = new Span<ulong>(all.Pointer + first, end - first);
        var last = VectorHash.Mix((ulong)message.Origin.Version);
        if (vectors.Count == 1)
        {
            _kernels.Hash(first, end, Place(vectors[0], mixed), hashes);
            foreach (ref var hash in hashes)
                hash = VectorHash.Mix(VectorHash.ChainMixed(hash, last));
            return;
        }
        hashes.Clear();
        for (var v = 0; v < vectors.Count; v++)
        {
            _kernels.Hash(first, end, Place(vectors[v], mixed), room);
            for (var i = 0; i < hashes.Length; i++)
                hashes[i] = VectorHash.Chain(hashes[i], VectorHash.ChainMixed(room[i], last));
        }
        foreach (ref var hash in hashes)
            hash = VectorHash.Mix(hash);
    }

    /// <summary>The array of a vector: spare memory where it is mixed already.</summary>
    int Place(int vector, int mixed) =>
        vector >= 0 && _spareOf[vector] is var spare and >= 0 && (mixed >> spare & 1) != 0 ? _spare + spare : vector;

    struct Tally
    {
        public long LastCompleted;
        public int NotFinite;

        // Spent on computations, by all threads.
        public long Ticks;
    }

    /// <summary>What a thread needs for a block.</summary>
    sealed class Scratch(int rows, int payloads)
    {
        // What the completions carry.
        public readonly ulong[] Results = new ulong[rows];
        public readonly ulong[] Words = new ulong[rows];

        // What the messages carry.
        public readonly ulong[] Payloads = new ulong[payloads];

        // Results of one agent, and numbers of samples.
        public T[] Outputs = [];
        public int[] Samples = new int[64];
    }
}
