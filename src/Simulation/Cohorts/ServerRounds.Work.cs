using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Scripts;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>What the workers do in a round, block by block of them.</summary>
sealed unsafe partial class ServerRounds<T>
{
    // Results that are hashed and looked at together.
    const int NotedBytes = 128 << 10;

    readonly Action<int> _work;
    readonly Scratch[] _scratch;
    readonly Lock _tally = new();
    Moment _now;
    int _nextBlock;
    int _notFinite;
    long _samples;
    long _ticks;

    // What the workers' handlers read as their slot, and what a message from the server carries.
    T* _model;
    int _modelLength;
    ulong _vectorHash;
    Asked _asked;
    bool _isByRows;
    bool _hasVectorOps;

    // Whether what workers send is what they computed, so that it need not be hashed twice.
    bool _isSentAsComputed;

    void Execute(Moment now)
    {
        (_now, _nextBlock, _notFinite, _samples, _ticks) = (now, 0, int.MaxValue, 0, 0);
        Prepare();
        _evaluator.Share(_work);
        _evaluator.Clock.Add(_ticks, _evaluator.Threads);
        Note();
        Advance();
    }

    void Prepare()
    {
        if (Down.Message is { } message)
        {
            _vectorHash = VectorHash.Chain(_snapshots.Hash(message.Snapshot), (ulong)message.Origin.Version);
            TakeModel(message.Snapshot);
        }
        if (Held is var (_, snapshot, _))
        {
            _model = _snapshots[snapshot].Data;
            _modelLength = _snapshots[snapshot].Dimension;
        }
        if (Computing.Computation is { } c)
        {
            _asked = _evaluator.Evaluator.Resolve(c.Request, _workers.First, 0, Computing.Before.Computations);
            _isByRows = c.Input.Kind == OperandKind.Slot && c.Batch > 0
                && _modelLength == _workers.Dimensions[c.Output.Index]
                && (c.Oracle is LocalSteps ? KeepsStates(c) : c.Oracle.InputCount == 1 && c.Oracle.Outputs.Count == 1);
        }
        _hasVectorOps = _script.Ops.Any(op => op.Kind is not (CohortOpKind.Compute or CohortOpKind.Send));
        if (_script.Sent is not { } sent)
            return;
        _hashes ??= new NativeArray<ulong>(_workers.Layout.Agents);
        _isSentAsComputed = _isByRows && sent.Vector == Computing.Computation?.Output.Index
            && _script.Ops.All(op => op.Kind == CohortOpKind.Send || op.Vector != sent.Vector);
    }

    // Whether the optimizer's states stay in the vectors where they are.
    static bool KeepsStates(CohortComputation c)
    {
        static bool Stays(Operand input, Vector output, CohortComputation c) =>
            input.Kind == OperandKind.Vector && input.Index == output.Index && output.Index != c.Output.Index;

        var states = c.Oracle.InputCount - 1;
        return (states < 1 || Stays(c.Input1, c.Output1, c))
            && (states < 2 || (Stays(c.Input2, c.Output2, c) && c.Output2.Index != c.Output1.Index));
    }

    /// <summary>All workers hold what the server sent, or nobody does.</summary>
    void TakeModel(int model)
    {
        if (_script.HeldSlot is not { } slot)
            return;
        if (Held is var (_, before, _))
            _snapshots.Release(before);
        for (var i = 0; Held is null && i < _workers.Layout.Agents; i++)
        {
            var record = _workers.Slot(slot.Index, i);
            if (record->Snapshot != 0)
                _snapshots.Release(record->Snapshot - 1);
            record->Snapshot = 0;
        }
        _snapshots.AddReference(model);
        Held = (slot, model, Down.OriginAt(_now.Time));
    }

    void Work(int thread)
    {
        var agents = _workers.Layout.Agents;
        var scratch = _scratch[thread];
        (scratch.NotFinite, scratch.Samples, scratch.Ticks) = (int.MaxValue, 0, 0);
        while (true)
        {
            var first = (Interlocked.Increment(ref _nextBlock) - 1) * (long)BlockRows;
            if (first >= agents)
                break;
            WorkOn((int)first, (int)Math.Min(agents, first + BlockRows), scratch);
        }
        lock (_tally)
        {
            (_notFinite, _samples) = (Math.Min(_notFinite, scratch.NotFinite), _samples + scratch.Samples);
            _ticks += scratch.Ticks;
        }
    }

    void WorkOn(int first, int end, Scratch scratch)
    {
        if (Computing.IsPending)
        {
            var start = WallClock.Now;
            if (_isByRows)
                EvaluateRows(first, end, scratch);
            else
            {
                for (var i = first; i < end; i++)
                    Evaluate(i, out scratch.Hashes[i - first], scratch);
            }
            scratch.Ticks += WallClock.Now - start;
        }
        Chain(first, end, scratch.Hashes);
        for (var i = first; i < end && _hasVectorOps; i++)
        {
            foreach (var op in _script.Ops)
                Do(in op, i);
        }
        if (_script.Sent is { } sent && !_isSentAsComputed)
        {
            VectorHash.OfRows<T>(
                Vectors(sent.Vector, first, end - first), new Span<ulong>(_hashes!.Pointer + first, end - first));
        }
    }

    ReadOnlySpan<T> Read(Operand x, int worker) => x.Kind == OperandKind.Slot
        ? new(_model, _modelLength)
        : new(_workers.Vector(x.Index, worker), _workers.Dimensions[x.Index]);

    Span<T> Vector(int v, int worker) => new(_workers.Vector(v, worker), _workers.Dimensions[v]);

    void Do(in CohortOp op, int worker)
    {
        var y = Vector(op.Vector, worker);
        switch (op.Kind)
        {
            case CohortOpKind.Copy:
                Read(op.X, worker).CopyTo(y);
                break;
            case CohortOpKind.Fill:
                y.Fill(T.CreateTruncating(op.Factor));
                break;
            case CohortOpKind.Scale:
                VectorMath<T>.Scale(op.Factor, y);
                break;
            case CohortOpKind.Axpy:
                VectorMath<T>.Axpy(op.Factor, Read(op.X, worker), y);
                break;
            case CohortOpKind.Lerp:
                VectorMath<T>.Lerp(op.Factor, Read(op.X, worker), y);
                break;
        }
    }

    BatchKey KeyOf(int worker) => Computing.Computation!.KeyNumber is { } number
        ? new BatchKey(worker, number)
        : new BatchKey(_workers.First + worker, Computing.Before.Computations);

    /// <summary>What consecutive workers compute at the server's model, in its place at once.</summary>
    void EvaluateRows(int first, int end, Scratch scratch)
    {
        var (d, count, steps, c) = (_modelLength, end - first, _asked.Steps, Computing.Computation!);
        var key = KeyOf(first);
        var states = c.Oracle.Outputs.Count - 1;
        var batch = _asked.Samples / steps;
        var samples = _world.Plan.Problem.Sampler is { } sampler
            ? scratch.Draw(sampler, first, key, _world.Seed, batch, count, steps)
            : [];
        _oracles.Form(_asked.Oracle).EvaluateRows(new()
        {
            Count = count,
            Dimension = d,
            Inputs = new(_model, d),
            IsShared = true,
            Outputs = Vectors(c.Output.Index, first, count),
            States0 = states > 0 ? Vectors(c.Output1.Index, first, count) : [],
            States1 = states > 1 ? Vectors(c.Output2.Index, first, count) : [],
            Batch = samples.IsEmpty ? 0 : batch,
            Samples = samples,
            Steps = c.Oracle is LocalSteps ? steps : 0,
            RateStep = _asked.RateStep,
            OptimizerStep = _asked.OptimizerStep,
            FirstPlace = first,
            Seed = _world.Seed,
            FirstAgent = key.Agent,
            Number = key.Number,
        });
        // The scalars, which such oracles leave 0.
        scratch.Hashes.AsSpan(0, count).Fill(VectorHash.Chain(0, 0));
        foreach (var output in (ReadOnlySpan<int>)[c.Output.Index, c.Output1.Index, c.Output2.Index])
        {
            if (output >= 0)
                NoteResults(output, first, count, scratch);
        }
        scratch.Samples += (long)_asked.Samples * count;
    }

    /// <summary>Hashes what consecutive workers have computed, and looks for what is not finite.</summary>
    void NoteResults(int output, int first, int count, Scratch scratch)
    {
        var d = _workers.Dimensions[output];
        // As many at once as stay in a cache from the one to the other.
        var most = Math.Max(1, NotedBytes / (d * sizeof(T)));
        for (var i = 0; i < count; i += most)
        {
            var hashes = scratch.VectorHashes.AsSpan(i, Math.Min(most, count - i));
            var values = Vectors(output, first + i, hashes.Length);
            VectorHash.OfRows<T>(values, hashes);
            if (VectorMath<T>.IsFinite(values))
                continue;
            var bad = i;
            while (VectorMath<T>.IsFinite(Vector(output, first + bad)))
                bad++;
            scratch.NotFinite = Math.Min(scratch.NotFinite, first + bad);
        }
        for (var i = 0; i < count; i++)
            scratch.Hashes[i] = VectorHash.Chain(scratch.Hashes[i], scratch.VectorHashes[i]);
        if (_isSentAsComputed && output == _script.Sent!.Vector)
            scratch.VectorHashes.AsSpan(0, count).CopyTo(new(_hashes!.Pointer + first, count));
    }

    /// <summary>A vector of consecutive workers, shape (count, d).</summary>
    Span<T> Vectors(int v, int first, int count) =>
        new(_workers.Vector(v, first), count * _workers.Dimensions[v]);

    void Evaluate(int worker, out ulong hash, Scratch scratch)
    {
        var c = Computing.Computation!;
        var outputs = (ReadOnlySpan<int>)[c.Output.Index, c.Output1.Index, c.Output2.Index];
        var room = 0;
        foreach (var v in outputs)
            room += v < 0 ? 0 : _workers.Dimensions[v];
        if (scratch.Results.Length < room)
            scratch.Results = new T[room];
        var at = 0;
        Span<T> Room(int v, Scratch scratch)
        {
            if (v < 0)
                return [];
            var result = scratch.Results.AsSpan(at, _workers.Dimensions[v]);
            at += result.Length;
            return result;
        }
        var vectors = new OracleVectors<T>
        {
            Input = Read(c.Input, worker),
            Input1 = c.Oracle.InputCount > 1 ? Read(c.Input1, worker) : [],
            Input2 = c.Oracle.InputCount > 2 ? Read(c.Input2, worker) : [],
            Output = Room(outputs[0], scratch),
            Output1 = Room(outputs[1], scratch),
            Output2 = Room(outputs[2], scratch),
        };
        var asked = _asked with { Place = worker, Key = KeyOf(worker) };
        if (asked.WholeShard)
            asked.Samples = asked.Steps * _evaluator.Evaluator.ShardSize(worker);
        _evaluator.Evaluator.Evaluate(in asked, in vectors, ref scratch.Numbers);
        scratch.Samples += asked.Samples;
        // The scalars, which such oracles leave 0.
        hash = VectorHash.Chain(0, 0);
        Keep(outputs[0], vectors.Output, worker, ref hash, scratch);
        Keep(outputs[1], vectors.Output1, worker, ref hash, scratch);
        Keep(outputs[2], vectors.Output2, worker, ref hash, scratch);
    }

    void Keep(int output, ReadOnlySpan<T> values, int worker, ref ulong hash, Scratch scratch)
    {
        if (output < 0)
            return;
        values.CopyTo(Vector(output, worker));
        hash = VectorHash.Chain(hash, VectorHash.Of(values));
        if (!VectorMath<T>.IsFinite(values))
            scratch.NotFinite = Math.Min(scratch.NotFinite, worker);
    }

    /// <summary>Folds the one event of each worker into its chain.</summary>
    void Chain(int first, int end, ulong[] results)
    {
        var now = VectorHash.Mix((ulong)_now.Time);
        var down = Down.Message;
        var word = down is not null
            ? ((ulong)EventType.Message << 48) | ((ulong)down.Kind.Number << 32)
            : ((ulong)EventType.Computed << 48) | Computing.SequenceOf(1);
        var sequence = Down.SequenceOf(0);
        for (var i = first; i < end; i++)
        {
            var chain = VectorHash.ChainMixed(_chains![i], now);
            chain = VectorHash.Chain(chain, down is not null ? word | (sequence + (uint)i) : word);
            chain = VectorHash.Chain(chain, down is not null ? (uint)Server : (uint)(_workers.First + i));
            _chains[i] = VectorHash.Chain(chain, down?.Payload(_vectorHash, i) ?? results[i - first]);
        }
    }

    /// <summary>What the wave and its effects count.</summary>
    void Note()
    {
        long agents = _workers.Layout.Agents;
        _record.Cohorts++;
        _record.Events += agents;
        if (_notFinite < int.MaxValue)
            _record.NotFinite ??= (_now.Time, _workers.First + _notFinite);
        if (Computing.Computation is { } c)
        {
            if (c.Oracle.CountsGradient)
                _record.Gradients += agents * _asked.Steps;
            _record.Samples += _samples;
            _record.Batches++;
            _record.BatchMax = Math.Max(_record.BatchMax, agents);
            _record.Evaluations += agents;
        }
        if (_script.Sent is { } sent)
            CountMessages(_workers.Layout.Index, sent.Kind, agents);
        var sampled = Math.Min(_record.SampledLast, _workers.First + (int)agents - 1);
        for (var agent = _workers.First; agent <= sampled; agent++)
        {
            if (Down.Message is { } message && _now.Time > Down.Sent)
                _record.Span(agent, "wire", message.Kind.Name, Down.Sent, _now.Time, Server);
            else if (Computing.Computation is { } computed && _now.Time > Computing.Sent)
                _record.Span(agent, "compute", computed.Oracle.Name, Computing.Sent, _now.Time, -1);
        }
    }

    /// <summary>Counts messages of one kind from agents of a role.</summary>
    public void CountMessages(int role, MessageKind kind, long messages)
    {
        var bytes = messages * _world.KindBytes[kind.Number];
        ref var traffic = ref _record.Traffic[role];
        traffic = (traffic.Messages + messages, traffic.Bytes + bytes);
        _record.Messages += messages;
        _record.Bytes += bytes;
    }

    /// <summary>The wave after the round: what was due is gone, what was asked for is pending.</summary>
    void Advance()
    {
        if (Down.Message is { } down)
            _snapshots.Release(down.Snapshot);
        (Down, Computing) = (default, default);
        if (_script.Computation is { } c)
            Compute(c);
        else if (_script.Sent is { } message)
        {
            Up = WaveAfter(_delays.Up) with { Message = message };
            _sent++;
        }
    }

    void Compute(CohortComputation c)
    {
        var number = Counters.Computations;
        var asked = _evaluator.Evaluator.Resolve(c.Request, _workers.First, 0, number);
        var duration = Durations.Of(_world.Plan, _workers.Layout, _workers.First, 0, number, in asked);
        var origin = c.Input.Kind == OperandKind.Slot && Held is { } held && held.Origin.Version >= 0
            ? held.Origin
            : new Origin(Origin.Unversioned, _now.Time, 0, 0, _now.Time);
        Computing = WaveAfter(duration) with { Computation = c with { Origin = origin } };
        (_sent, _requested) = (_sent + 1, _requested + 1);
    }

    Wave WaveAfter(long delay) => new() { Due = _now.After(delay), Sent = _now.Time, Before = Counters };

    /// <summary>What a thread needs beside the agents' memory.</summary>
    sealed class Scratch
    {
        public readonly ulong[] Hashes = new ulong[BlockRows];
        public readonly ulong[] VectorHashes = new ulong[BlockRows];
        public T[] Results = [];
        public int[] Numbers = new int[64];
        public int NotFinite;
        public long Samples;
        public long Ticks;

        /// <summary>Numbers of samples, shape (count, steps, batch).</summary>
        public ReadOnlySpan<int> Draw(
            BatchSampler sampler, int first, BatchKey key, ulong seed, int batch, int count, int steps)
        {
            var length = checked(count * steps * batch);
            if (Numbers.Length < length)
                Numbers = new int[length];
            var samples = Numbers.AsSpan(0, length);
            if (steps == 1)
            {
                sampler.DrawMany(first, key, seed, batch, samples);
                return samples;
            }
            for (var k = 0; k < count * steps; k++)
            {
                var own = new BatchKey(key.Agent + (k / steps), key.Number + (k % steps));
                sampler.Draw(first + (k / steps), own, seed, samples.Slice(k * batch, batch));
            }
            return samples;
        }
    }
}
