using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Computations of a partition that nobody has evaluated yet: many at once, oldest first, before the first of them is
/// due, where that keeps threads or a device busy, and each when it is due elsewhere.
/// </summary>
sealed unsafe class PendingComputations<T>(PartitionMemory<T> memory, BatchEvaluator<T> evaluator)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    // Multiplications that count as an event, where cancellation is looked at once per so many of these.
    const int WorkPerEvent = 128;

    // A device begins when half as many requests are pending as it had last: so it works while events make the rest.
    const int BeginLeast = 1024;

    readonly Requests<T> _requests = memory.Requests;
    readonly Snapshots<T> _snapshots = memory.Snapshots;
    readonly AgentCores<T> _cores = memory.World.Cores;

    // Requests in the order in which they were made, with their generation: a ring.
    (int Request, int Generation)[] _ring = new (int, int)[64];
    int _head;
    int _count;
    int[] _batch = new int[64];
    int _beginAt = BeginLeast;

    /// <summary>Notes a request whose inputs are frozen.</summary>
    public void Append(int i, int generation)
    {
        if (!IsGathered(i))
            return;
        if (_count == _ring.Length)
        {
            var larger = new (int, int)[2 * _ring.Length];
            for (var k = 0; k < _count; k++)
                larger[k] = _ring[(_head + k) & (_ring.Length - 1)];
            (_ring, _head) = (larger, 0);
        }
        _ring[(_head + _count++) & (_ring.Length - 1)] = (i, generation);
        if (_count >= _beginAt && evaluator.CanBegin)
            Begin();
    }

    /// <summary>Evaluates the one that is due, and others with it where they are gathered, within bounds.</summary>
    /// <returns>How many events it took as long as; <see cref="int.MaxValue"/> for a batch.</returns>
    public int Evaluate(int due)
    {
        if (!IsGathered(due))
        {
            TakeResults(due);
            return EvaluateAlone(due);
        }
        var (count, bytes) = TakeOldest();
        if (!_batch.AsSpan(0, count).Contains(due))
            AddToBatch(due, ref count, ref bytes);
        Note(count);
        evaluator.Evaluate(_requests, _snapshots, _batch, count);
        return int.MaxValue;
    }

    /// <summary>Evaluates a request that is due, has one result and is not gathered.</summary>
    /// <param name="due">The request.</param>
    /// <param name="result">Memory for its result.</param>
    /// <returns>How many events it took as long as.</returns>
    public int EvaluateInto(int due, T* result)
    {
        ref var r = ref _requests[due];
        Count(in r);
        r.Result = result;
        return EvaluateAlone(due);
    }

    int EvaluateAlone(int due)
    {
        Note(1);
        evaluator.Evaluate(_requests, _snapshots, due);
        return (int)Math.Min(int.MaxValue, BatchEvaluator<T>.WorkOf(_requests, _snapshots, due) / WorkPerEvent);
    }

    /// <summary>Has the device begin with what is pending; events go on, until the first of it is due.</summary>
    void Begin()
    {
        var (count, _) = TakeOldest();
        Note(count);
        evaluator.Begin(_requests, _snapshots, _batch, count);
    }

    void Note(int count)
    {
        _beginAt = Math.Max(BeginLeast, count / 2);
        memory.Record.Batches++;
        memory.Record.BatchMax = Math.Max(memory.Record.BatchMax, count);
        memory.Record.Evaluations += count;
    }

    (int Count, long Bytes) TakeOldest()
    {
        var count = 0;
        long bytes = 0;
        while (_count > 0 && (count < evaluator.BatchLeast || bytes < evaluator.BatchBytesMax))
        {
            var (i, generation) = _ring[_head];
            _head = (_head + 1) & (_ring.Length - 1);
            _count--;
            if (_requests[i].Generation != generation || _requests[i].State != RequestState.Pending)
                continue;
            AddToBatch(i, ref count, ref bytes);
        }
        return (count, bytes);
    }

    void AddToBatch(int i, ref int count, ref long bytes)
    {
        TakeResults(i);
        bytes += ResultBytes(in _requests[i]);
        if (count == _batch.Length)
            Array.Resize(ref _batch, 2 * _batch.Length);
        _batch[count++] = i;
    }

    /// <summary>Gives a request private buffers for its results.</summary>
    void TakeResults(int i)
    {
        ref var r = ref _requests[i];
        if (_cores.RoleOf(r.Agent).HasMoving)
            evaluator.Hashes.Begin(i);
        Count(in r);
        r.Result = TakeResult(in r, r.Output);
        if (r.Extras == 0)
            return;
        ref var x = ref _requests.ExtrasOf(in r);
        x.Result1 = TakeResult(in r, x.Output1);
        x.Result2 = TakeResult(in r, x.Output2);
    }

    // What an evaluation passes over: each input and each output.
    void Count(in Request<T> r)
    {
        var (input0, input1, input2) = _requests.InputsOf(in r);
        foreach (var input in (ReadOnlySpan<int>)[input0, input1, input2])
        {
            if (input >= 0)
                _snapshots.Passes.Read += _snapshots[input].Dimension;
        }
        _snapshots.Passes.Written += ResultBytes(in r) / sizeof(T);
    }

    T* TakeResult(in Request<T> r, int output) =>
        output < 0 ? null : _snapshots.Buffers.Take(DimensionOf(in r, output));

    long ResultBytes(in Request<T> r)
    {
        var (output, output1, output2) = _requests.OutputsOf(in r);
        return sizeof(T) * ((long)DimensionOf(in r, output) + DimensionOf(in r, output1) + DimensionOf(in r, output2));
    }

    int DimensionOf(in Request<T> r, int output) =>
        output < 0 ? 0 : _cores.RoleOf(r.Agent).Dimensions[output];

    /// <summary>Whether a request waits for others, to be evaluated with them.</summary>
    public bool IsGathered(int i) => !evaluator.IsAlone
        && evaluator.Gathers(BatchEvaluator<T>.WorkOf(_requests, _snapshots, i), ResultBytes(in _requests[i]));
}
