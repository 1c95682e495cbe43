using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels;

namespace AsyncOpt.Simulation;

/// <summary>A round's work: block by block of agents, so that what belongs to them stays in a cache.</summary>
sealed unsafe partial class Rounds<T>
{
    readonly int _spare;
    readonly Ties _ties;
    NativeArray<T>? _spareMemory;

    // The mixed hash of what each sender's message carries: of the wave under way, and of the one that is being sent.
    NativeArray<ulong>? _hashes;
    NativeArray<ulong>? _nextHashes;

    // The round that is being worked on.
    Wave _due;
    Wave _arrived;
    RoundOp? _mix;
    RoundOp? _send;
    int _nextBlock;
    Moment _now;

    // A computation whose results passed by; the spare memory holds its input.
    Wave _passed;

    // Room for a block, by thread: hashes of its results, and of what its messages carry.
    readonly ulong[][] _results;
    readonly ulong[][] _payloads;
    readonly Action<int> _work;
    readonly Lock _tally = new();
    long _tiesOfRound;
    long _lastCompleted;
    int _notFinite;

    void Execute(in Round round, Moment now)
    {
        _now = now;
        _due = round.Oracle is null ? default : _completions;
        _arrived = round.Kind is null ? default : _messages;
        Prepare();
        PreparePassing();
        (_nextBlock, _tiesOfRound, _lastCompleted, _notFinite) = (0, 0, 0, int.MaxValue);
        _evaluator.Share(_work);
        Note(in round);
        if (_mix is { } mix)
            _spareMemory = _role.Exchange(mix.Vector, _spareMemory!);
        if (_send is not null)
            (_hashes, _nextHashes) = (_nextHashes, _hashes);
        Advance(in round);
    }

    /// <summary>Finds the memory of the round's arrays.</summary>
    void Prepare()
    {
        (_mix, _send) = (null, null);
        for (var v = 0; v < _role.Dimensions.Length; v++)
            _kernels.Bind(v, _role.Vector(v, 0), _role.Dimensions[v]);
        foreach (var op in _script.Ops)
        {
            switch (op.Kind)
            {
                case RoundOpKind.Mix:
                    _mix = op;
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
                case RoundOpKind.Step:
                    _kernels.Prepare(op.Optimizer!);
                    break;
                case RoundOpKind.Send:
                    _send = op;
                    _nextHashes ??= new NativeArray<ulong>(_role.Layout.Agents);
                    break;
            }
        }
    }

    /// <summary>What the round's events and effects count.</summary>
    void Note(in Round round)
    {
        long agents = _role.Layout.Agents;
        var edges = _topology.Edges;
        _record.Cohorts++;
        _record.Events += (_due.IsPending ? agents : 0) + (_arrived.IsPending ? edges : 0);
        _record.Ties += _tiesOfRound;
        if (_notFinite < int.MaxValue)
            _record.NotFinite = Recording.Earlier(_record.NotFinite, (_now.Time, _role.First + _notFinite));
        if (_due.IsPending)
        {
            if (_due.Oracle!.CountsGradient)
                _record.Gradients += agents;
            _record.Samples += SamplesOf(_due.Batch);
            _record.Batches++;
            _record.BatchMax = Math.Max(_record.BatchMax, agents);
            _record.Evaluations += agents;
        }
        foreach (var op in _script.Ops)
        {
            if (op.Kind == RoundOpKind.Send)
            {
                var bytes = edges * _world.KindBytes[op.Message!.Number];
                ref var traffic = ref _record.Traffic[_role.Layout.Index];
                traffic = (traffic.Messages + edges, traffic.Bytes + bytes);
                _record.Messages += edges;
                _record.Bytes += bytes;
            }
            else if (op.Kind == RoundOpKind.Update)
            {
                var staleness = op.Number - (_due.IsPending ? round.ComputedOrigin : round.MessageOrigin).Version;
                _record.CountUpdates(staleness, agents);
                CollectionsMarshal.GetValueRefOrAddDefault(_updates, staleness, out _)++;
                if (_due.IsPending)
                    _record.AddAges(round.ComputedOrigin, _lastCompleted);
                if (_arrived.IsPending)
                    _record.AddAges(round.MessageOrigin, agents - _lastCompleted);
            }
        }
    }

    long SamplesOf(int batch)
    {
        if (batch > 0)
            return (long)batch * _role.Layout.Agents;
        long samples = 0;
        for (var i = 0; i < _role.Layout.Agents; i++)
            samples += _evaluator.Evaluator.ShardSize(i);
        return samples;
    }

    /// <summary>The waves after the round: what was due is gone, what was asked for is pending.</summary>
    void Advance(in Round round)
    {
        if (_due.IsPending)
            _completions = default;
        if (_script.HasMixed)
            _heldMessages = default;
        if (_arrived.IsPending)
        {
            if (_script.Held.Rows >= 0 && _script.KeepsMessages)
                _heldMessages = _arrived;
            _messages = default;
        }
        _held = _script.Held;
        foreach (var op in _script.Ops)
        {
            if (op.Kind == RoundOpKind.Compute)
            {
                _completions = WaveOf(in op, ComputingTime(in op)) with
                {
                    Oracle = op.Oracle,
                    OracleNumber = _oracles.Find(op.Oracle!),
                    Batch = op.Batch,
                    Output = op.Output,
                };
                _sent.Computations++;
            }
            else if (op.Kind == RoundOpKind.Send)
            {
                _messages = WaveOf(in op, _delay) with { Kind = op.Message };
                _sent.Messages++;
            }
        }
    }

    Wave WaveOf(in RoundOp op, long delay) => new()
    {
        IsPending = true,
        Due = new Moment(_now.Time + delay, delay == 0 ? _now.Depth + 1 : 0),
        Sent = _now.Time,
        Before = _sent,
        Vector = op.Vector,
        Origin = op.Origin,
    };

    long ComputingTime(in RoundOp op)
    {
        var computation = new Computation(op.Oracle!, 0, op.Batch);
        var asked = _evaluator.Evaluator.Resolve(in computation, _role.First, _sent.Computations);
        return Durations.Of(_world.Plan, _role.Layout, _role.First, 0, _sent.Computations, in asked);
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
        lock (_tally)
        {
            _tiesOfRound += tally.Ties;
            _lastCompleted += tally.LastCompleted;
            _notFinite = Math.Min(_notFinite, tally.NotFinite);
        }
    }

    void WorkOn(int first, int end, ulong[] results, ulong[] payloads, ref Tally tally)
    {
        if (_due.IsPending)
        {
            var gradient = GradientOf(in _due);
            _kernels.Gradient(first, end, in gradient);
            _kernels.Hash(first, end, _due.Output, results);
            if (_kernels.FindNotFinite(first, end, _due.Output) is var bad and >= 0)
                tally.NotFinite = Math.Min(tally.NotFinite, bad);
        }
        Chain(first, end, results, payloads, ref tally);
        foreach (var op in _script.Ops)
        {
            if (op.Kind == RoundOpKind.Mix)
                _kernels.Mix(first, end, _world.Plan.Mixing!.At(op.Number), op.Vector, _spare);
            else if (op.Kind == RoundOpKind.Step)
            {
                _kernels.Step(first, end, new RoundStep(
                    op.Optimizer!, op.Rate, op.Number, Written(op.Gradient), Written(op.Vector), Written(op.State0),
                    Written(op.State1)));
            }
        }
        if (_send is { } send)
            HashSent(first, end, in send);
    }

    void HashSent(int first, int end, in RoundOp send)
    {
        var hashes = new Span<ulong>(_nextHashes!.Pointer + first, end - first);
        _kernels.Hash(first, end, Written(send.Vector), hashes);
        var version = VectorHash.Mix((ulong)send.Origin.Version);
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
        foreach (var op in _script.Ops)
        {
            passes &= op.Kind is RoundOpKind.Mix or RoundOpKind.Update
                || (op.Vector != _due.Output && (op.Kind != RoundOpKind.Step
                    || (op.State0 != _due.Output && op.State1 != _due.Output)));
        }
        if (!passes || _passed.Output != _due.Output)
            StorePassing();
        if (!passes)
            return;
        _passed = _due;
        _kernels.Bind(_due.Output, null, _role.Dimensions[_due.Output]);
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
        public long Ties;
        public long LastCompleted;
        public int NotFinite;
    }
}
