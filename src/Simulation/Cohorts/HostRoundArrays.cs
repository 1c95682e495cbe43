using AsyncOpt.Core.Numerics;
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
    NativeArray<T>? _spareMemory;

    // The mixed hash of what each sender's message carries: of the wave under way, and of the one that is being sent.
    NativeArray<ulong>? _hashes;
    NativeArray<ulong>? _nextHashes;

    // The round that is being worked on.
    RoundWork _round;
    Wave _due;
    Wave _arrived;
    CohortOp? _mix;
    CohortOp? _send;
    int _nextBlock;

    // A computation whose results passed by; the spare memory holds its input.
    Wave _passed;

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
        // One array more than vectors: what is mixed goes there, and changes places with the vector.
        _spare = _role.Dimensions.Length;
        _kernels = new RoundKernels<T>(
            world.Plan.Problem, world.Seed, _role.Dimensions.Length + 1, _role.Dimensions.Max());
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

    public long Bytes => (_spareMemory?.Bytes ?? 0) + (_hashes?.Bytes ?? 0) + (_nextHashes?.Bytes ?? 0)
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
            HashMessages(in messages);
    }

    void HashMessages(in Wave messages)
    {
        _hashes = new NativeArray<ulong>(_role.Layout.Agents);
        var version = VectorHash.Mix((ulong)messages.Origin.Version);
        for (var i = 0; i < _role.Layout.Agents; i++)
        {
            var vector = new ReadOnlySpan<T>(_role.Vector(messages.Vector, i), _role.Dimensions[messages.Vector]);
            _hashes[i] = VectorHash.Mix(VectorHash.ChainMixed(VectorHash.Of(vector), version));
        }
    }

    public void Dispose()
    {
        _spareMemory?.Dispose();
        _hashes?.Dispose();
        _nextHashes?.Dispose();
        _senders?.Dispose();
        _ranks?.Dispose();
        _chains?.Dispose();
        (_spareMemory, _hashes, _nextHashes, _senders, _ranks, _chains) = (null, null, null, null, null, null);
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
        if (_mix is { } mix)
            _spareMemory = _role.Exchange(mix.Vector, _spareMemory!);
        if (_send is not null)
            (_hashes, _nextHashes) = (_nextHashes, _hashes);
        _evaluator.Clock.Add(_tally.Ticks, _evaluator.Threads);
        return new(_tally.LastCompleted, _tally.NotFinite < int.MaxValue ? _tally.NotFinite : -1);
    }

    /// <summary>Finds the memory of the round's arrays.</summary>
    void Prepare()
    {
        (_mix, _send) = (_round.Mix, _round.Send);
        for (var v = 0; v < _role.Dimensions.Length; v++)
            _kernels.Bind(v, _role.Vector(v, 0), _role.Dimensions[v]);
        foreach (var op in _round.Ops)
        {
            switch (op.Kind)
            {
                case CohortOpKind.Mix:
                    var d = _role.Dimensions[op.Vector];
                    var length = (long)d * _role.Layout.Agents;
                    if (_spareMemory is null || _spareMemory.Length != length)
                    {
                        StorePassing();
                        _spareMemory?.Dispose();
                        _spareMemory = new NativeArray<T>(length);
                    }
                    _kernels.Bind(_spare, _spareMemory.Pointer, d);
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
            var gradient = GradientOf(in _due);
            var start = WallClock.Now;
            _kernels.Gradient(first, end, in gradient);
            tally.Ticks += WallClock.Now - start;
            _kernels.Hash(first, end, _due.Output, results);
            if (_kernels.FindNotFinite(first, end, _due.Output) is var bad and >= 0)
                tally.NotFinite = Math.Min(tally.NotFinite, bad);
        }
        Chain(first, end, results, payloads, ref tally);
        foreach (var op in _round.Ops)
        {
            Do(first, end, in op);
        }
        if (_send is { } send)
            HashSent(first, end, in send);
    }

    void Do(int first, int end, in CohortOp op)
    {
        var (x, y) = (Written(op.X.Index), Written(op.Vector));
        switch (op.Kind)
        {
            case CohortOpKind.Mix:
                _kernels.Mix(first, end, _world.Plan.Mixing!.At(op.Number), op.Vector, _spare);
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
                    op.Optimizer!, op.Factor, op.Number, x, y, Written(op.State0), Written(op.State1)));
                break;
        }
    }

    void HashSent(int first, int end, in CohortOp send)
    {
        var hashes = new Span<ulong>(_nextHashes!.Pointer + first, end - first);
        _kernels.Hash(first, end, Written(send.Vector), hashes);
        var version = VectorHash.Mix((ulong)send.Message!.Origin.Version);
        foreach (ref var hash in hashes)
            hash = VectorHash.Mix(VectorHash.ChainMixed(hash, version));
    }

    RoundGradient<T> GradientOf(in Wave wave) => new(
        _oracles.Form(wave.OracleNumber), wave.Vector, wave.Output, wave.Batch, _role.First, wave.Before.Computations);

    /// <summary>
    /// Results that only steps of their own agents read pass by, without a place in memory, as long as the point that
    /// they were computed at is still there to compute them again.
    /// </summary>
    void PreparePassing()
    {
        // Diagnostics may look at any vector at any sampling instant.
        var passes = _due.IsPending && _mix is { } mix && mix.Vector == _due.Vector
            && _world.Plan.Diagnostics.Count == 0;
        foreach (var op in _round.Ops)
        {
            passes &= op.Kind switch
            {
                CohortOpKind.Mix or CohortOpKind.Update => true,
                CohortOpKind.Compute or CohortOpKind.Send => op.Vector != _due.Output,
                CohortOpKind.Step => !op.Writes(_due.Output),
                _ => false,
            };
        }
        // Those that passed by before are needed where this round uses them, or loses the point.
        if (_due.IsPending && _due.Output == _passed.Output)
            _passed = default;
        else if (_mix is not null || Uses(_passed.Output))
            StorePassing();
        if (!passes)
            return;
        _passed = _due;
        _kernels.Bind(_due.Output, null, _role.Dimensions[_due.Output]);
    }

    /// <summary>Whether the round reads or writes a vector.</summary>
    bool Uses(int vector)
    {
        if (_due.IsPending && (_due.Vector == vector || _due.Output == vector))
            return true;
        foreach (var op in _round.Ops)
        {
            if (op.Kind != CohortOpKind.Update && (op.Vector == vector || op.Writes(vector) || op.Reads(vector)))
                return true;
        }
        return false;
    }

    /// <summary>Gives results that passed by their place, where they have not been stored since.</summary>
    void StorePassing()
    {
        if (!_passed.IsPending)
            return;
        var output = _role.Vector(_passed.Output, 0);
        _kernels.Bind(_passed.Output, output, _role.Dimensions[_passed.Output]);
        _kernels.Bind(_spare, _spareMemory!.Pointer, _role.Dimensions[_passed.Vector]);
        var gradient = GradientOf(in _passed) with { Input = _spare };
        for (var first = 0; first < _role.Layout.Agents; first += _rows)
            _kernels.Gradient(first, Math.Min(_role.Layout.Agents, first + _rows), in gradient);
        _passed = default;
    }

    /// <summary>Where a vector is written in this round.</summary>
    int Written(int vector) => _mix is { } mix && mix.Vector == vector ? _spare : vector;

    struct Tally
    {
        public long LastCompleted;
        public int NotFinite;

        // Spent on gradients, by all threads.
        public long Ticks;
    }
}
