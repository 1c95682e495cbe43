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
    readonly Topology _topology;
    readonly OracleSet<T> _oracles;
    readonly BatchEvaluator<T> _evaluator;
    readonly RoundKernels<T> _kernels;
    readonly RoundOrder _order;
    readonly Ties _ties;
    readonly int _rows;
    readonly int _spare;

    // The agents' chains, beside each other.
    NativeArray<ulong>? _chains;

    // For each vector of the messages that are mixed: it goes there, and changes places with the vector.
    readonly NativeArray<T>?[] _spares = new NativeArray<T>?[MessageKind.VectorsMax];

    // The mixed hash of what each sender's message carries: of the wave under way, and of the one that is being sent.
    NativeArray<ulong>? _hashes;
    NativeArray<ulong>? _nextHashes;

    // The round that is being worked on.
    RoundWork _round;
    Wave _due;
    Wave _arrived;
    CohortOp? _send;
    int _nextBlock;

    // Which spare memory takes a vector when the round mixes it; -1 for none.
    readonly int[] _spareOf;

    // A computation whose results passed by, and the spare memory that holds its input.
    Wave _passed;
    int _passedSpare;

    // Room for a block, by thread: hashes of its results, and of what its messages carry.
    readonly ulong[][] _results;
    readonly ulong[][] _payloads;
    readonly Action<int> _work;
    readonly Lock _tallyLock = new();
    Tally _tally;

    public HostRoundArrays(World<T> world, OracleSet<T> oracles, BatchEvaluator<T> evaluator)
    {
        (_world, _role, _oracles, _evaluator) = (world, world.Roles[0], oracles, evaluator);
        _topology = _role.Layout.Topology;
        // Spare memory has the numbers after those of the vectors.
        _spare = _role.Dimensions.Length;
        _spareOf = new int[_role.Dimensions.Length];
        _kernels = new RoundKernels<T>(
            world.Plan.Problem, world.Seed, _role.Dimensions.Length + _spares.Length, _role.Dimensions.Max());
        _ties = new Ties(world.Seed);
        _order = new RoundOrder(_topology, _ties, _role.First);
        _work = Work;
        // Threads take blocks in turn: several each, in whole groups of lanes.
        var share = evaluator.Threads == 1 ? _role.Layout.Agents : _role.Layout.Agents / (4 * evaluator.Threads);
        _rows = Math.Min(_kernels.Rows, Math.Max(8 * Lanes, share / Lanes * Lanes));
        var lanes = HasLanes ? _topology.InDegreeMax * _rows : 0;
        _results = [.. Enumerable.Range(0, evaluator.Threads).Select(_ => new ulong[_rows])];
        _payloads = [.. Enumerable.Range(0, evaluator.Threads).Select(_ => new ulong[lanes])];
    }

    public long Bytes => _spares.Sum(s => s?.Bytes ?? 0) + (_hashes?.Bytes ?? 0) + (_nextHashes?.Bytes ?? 0)
        + (_senders?.Bytes ?? 0) + (_ranks?.Bytes ?? 0) + (_chains?.Bytes ?? 0);

    public bool Takes(in CohortOp op) => true;

    public bool Reopens => true;

    public void Open(in Wave messages)
    {
        _chains = new NativeArray<ulong>(_role.Layout.Agents);
        for (var i = 0; i < _role.Layout.Agents; i++)
            _chains[i] = _world.Cores[_role.First + i].Chain;
        if (HasLanes)
            PrepareLanes();
        if (messages.IsPending)
            HashMessages(messages.Message!);
    }

    void HashMessages(CohortMessage messages)
    {
        _hashes = new NativeArray<ulong>(_role.Layout.Agents);
        for (var v = 0; v < _role.Dimensions.Length; v++)
            _kernels.Bind(v, _role.Vector(v, 0), _role.Dimensions[v]);
        Array.Fill(_spareOf, -1);
        for (var first = 0; first < _role.Layout.Agents; first += _rows)
        {
            var end = Math.Min(_role.Layout.Agents, first + _rows);
            Hash(first, end, messages, _hashes, _results[0]);
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
        _send = _round.Send;
        Array.Fill(_spareOf, -1);
        for (var v = 0; v < _role.Dimensions.Length; v++)
            _kernels.Bind(v, _role.Vector(v, 0), _role.Dimensions[v]);
        foreach (var op in _round.Ops)
        {
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
        var (results, payloads) = (_results[thread], _payloads[thread]);
        var tally = default(Tally);
        tally.NotFinite = int.MaxValue;
        while (true)
        {
            var first = (Interlocked.Increment(ref _nextBlock) - 1) * (long)_rows;
            if (first >= agents)
                break;
            WorkOn((int)first, (int)Math.Min(agents, first + _rows), results, payloads, ref tally);
        }
        lock (_tallyLock)
        {
            _tally.LastCompleted += tally.LastCompleted;
            _tally.NotFinite = Math.Min(_tally.NotFinite, tally.NotFinite);
            _tally.Ticks += tally.Ticks;
        }
    }

    void WorkOn(int first, int end, ulong[] results, ulong[] payloads, ref Tally tally)
    {
        if (_due.IsPending)
        {
            var (gradient, output) = (GradientOf(in _due), _due.Computation!.Output.Index);
            var start = WallClock.Now;
            _kernels.Gradient(first, end, in gradient);
            tally.Ticks += WallClock.Now - start;
            _kernels.Hash(first, end, output, results);
            if (_kernels.FindNotFinite(first, end, output) is var bad and >= 0)
                tally.NotFinite = Math.Min(tally.NotFinite, bad);
        }
        Chain(first, end, results, payloads, ref tally);
        var mixed = 0;
        foreach (var op in _round.Ops)
            Do(first, end, in op, ref mixed);
        if (_send is { Message: { } message })
            Hash(first, end, message, _nextHashes!, results);
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
        var (x, y) = (Place(op.X.Index, mixed), Place(op.Vector, mixed));
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

    /// <summary>The mixed hashes of what agents send: where all that the round mixes is mixed.</summary>
    /// <param name="first">The first agent.</param>
    /// <param name="end">The agent after the last.</param>
    /// <param name="message">What they send.</param>
    /// <param name="all">The hashes of all agents.</param>
    /// <param name="room">Room for as many as here.</param>
    void Hash(int first, int end, CohortMessage message, NativeArray<ulong> all, Span<ulong> room)
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

    RoundGradient<T> GradientOf(in Wave wave)
    {
        var c = wave.Computation!;
        return new(
            _oracles.Form(_oracles.Find(c.Oracle)), c.Vector, c.Output.Index, c.Batch, _role.First,
            wave.Before.Computations);
    }

    /// <summary>
    /// Results that only steps of their own agents read pass by, without a place in memory, as long as the point that
    /// they were computed at is still there to compute them again.
    /// </summary>
    void PreparePassing()
    {
        // Diagnostics may look at any vector at any sampling instant.
        var (computed, passed) = (_due.Computation, _passed.Computation);
        var passes = computed is not null && _spareOf[computed.Vector] >= 0 && _world.Plan.Diagnostics.Count == 0;
        var (mixes, output) = (false, computed?.Output.Index ?? -1);
        foreach (var op in _round.Ops)
        {
            mixes |= op.Kind == CohortOpKind.Mix;
            passes &= op.Kind switch
            {
                CohortOpKind.Update => true,
                CohortOpKind.Mix or CohortOpKind.Compute => op.Vector != output,
                CohortOpKind.Send => !op.Message!.Vectors.Contains(output),
                CohortOpKind.Step => !op.Writes(output),
                _ => false,
            };
        }
        // Those that passed by before are needed where this round uses them, or loses the point.
        if (passed is not null && passed.Output.Index == output)
            _passed = default;
        else if (passed is not null && (mixes || Uses(passed.Output.Index)))
            StorePassing();
        if (!passes)
            return;
        (_passed, _passedSpare) = (_due, _spareOf[computed!.Vector]);
        _kernels.Bind(output, null, _role.Dimensions[output]);
    }

    /// <summary>Whether the round reads or writes a vector.</summary>
    bool Uses(int vector)
    {
        if (_due.Computation is { } c && (c.Vector == vector || c.Output.Index == vector))
            return true;
        foreach (var op in _round.Ops)
        {
            if (op.Kind != CohortOpKind.Update && (op.Vector == vector || op.Writes(vector) || op.Reads(vector)
                || op.Message?.Vectors.Contains(vector) == true))
                return true;
        }
        return false;
    }

    /// <summary>Gives results that passed by their place, where they have not been stored since.</summary>
    void StorePassing()
    {
        if (_passed.Computation is not { } c)
            return;
        var output = c.Output.Index;
        _kernels.Bind(output, _role.Vector(output, 0), _role.Dimensions[output]);
        var input = _spare + _passedSpare;
        _kernels.Bind(input, _spares[_passedSpare]!.Pointer, _role.Dimensions[c.Vector]);
        var gradient = GradientOf(in _passed) with { Input = input };
        for (var first = 0; first < _role.Layout.Agents; first += _rows)
            _kernels.Gradient(first, Math.Min(_role.Layout.Agents, first + _rows), in gradient);
        _passed = default;
    }

    /// <summary>The array of a vector: spare memory where it is mixed already.</summary>
    int Place(int vector, int mixed) =>
        vector >= 0 && _spareOf[vector] is var spare and >= 0 && (mixed >> spare & 1) != 0 ? _spare + spare : vector;

    struct Tally
    {
        public long LastCompleted;
        public int NotFinite;

        // Spent on gradients, by all threads.
        public long Ticks;
    }
}
