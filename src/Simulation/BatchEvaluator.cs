using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation;

/// <summary>
/// Evaluates pending computations together, over several threads. Each result depends on its own request alone, so
/// neither the composition of a batch nor the number of threads changes a bit.
/// </summary>
sealed unsafe class BatchEvaluator<T> : IDisposable
    where T : unmanaged
{
    // Below this many multiplications (coordinates times samples) waking other threads costs more than it saves.
    const long ParallelWorkMin = 200_000;

    readonly Crew? _crew;
    readonly int[][] _samples;

    Slab<Request<T>> _requests = null!;
    Snapshots<T> _snapshots = null!;
    int[] _batch = [];
    int _count;
    int _next;

    public BatchEvaluator(Problem problem, OracleSet<T> oracles, ulong seed, int threads)
    {
        Evaluator = new OracleEvaluator<T>(problem, oracles, seed);
        Threads = threads;
        _samples = new int[threads][];
        for (var i = 0; i < threads; i++)
            _samples[i] = new int[64];
        if (threads > 1)
            _crew = new Crew(threads, Work);
    }

    /// <summary>The evaluator of a run, with as many threads as its plan says.</summary>
    public static BatchEvaluator<T> Of(RunPlan plan, Layout layout, OracleSet<T> oracles) => new(
        plan.Problem, oracles, plan.Seeds.Run, plan.Threads == 0 ? Environment.ProcessorCount : plan.Threads)
    {
        OutputDimensions = oracles.OutputDimensions(layout.Context.Dimension),
    };

    public OracleEvaluator<T> Evaluator { get; }

    public int Threads { get; }

    /// <summary>Results evaluated early wait until they are due; those of a batch stay in the caches.</summary>
    public long BatchBytesMax => (256L << 10) * Threads;

    /// <summary>Where results are larger than that, this many at once still keep all threads busy.</summary>
    public int BatchLeast => 4 * Threads;

    public void Dispose() => _crew?.Dispose();

    /// <summary>Evaluates the given requests; their results are in their buffers afterwards.</summary>
    public void Evaluate(Slab<Request<T>> requests, Snapshots<T> snapshots, int[] batch, int count)
    {
        (_requests, _snapshots, _batch, _count, _next) = (requests, snapshots, batch, count, 0);
        if (_crew is not null && count > 1 && WorkOf(batch[0]) * count >= ParallelWorkMin)
            _crew.Run();
        else
            EvaluateAll();
    }

    void EvaluateAll()
    {
        for (var i = 0; i < _count; i++)
            EvaluateOne(ref _requests[_batch[i]], ref _samples[0]);
    }

    long WorkOf(int request)
    {
        ref var r = ref _requests[request];
        return (long)_snapshots[r.Input].Dimension * Math.Max(1, r.Asked.Samples);
    }

    void Work(int thread)
    {
        while (true)
        {
            var i = Interlocked.Increment(ref _next) - 1;
            if (i >= _count)
                return;
            EvaluateOne(ref _requests[_batch[i]], ref _samples[thread]);
        }
    }

    void EvaluateOne(ref Request<T> r, ref int[] scratch)
    {
        var vectors = new OracleVectors<T>
        {
            Input = InputOf(r.Input),
            Input1 = InputOf(r.Input1),
            Input2 = InputOf(r.Input2),
            Output = OutputOf(r.Result, r.Asked.Oracle, 0),
            Output1 = OutputOf(r.Result1, r.Asked.Oracle, 1),
            Output2 = OutputOf(r.Result2, r.Asked.Oracle, 2),
        };
        (r.Scalar, r.Scalar1) = Evaluator.Evaluate(in r.Asked, in vectors, ref scratch);
        r.State = RequestState.Evaluated;
    }

    ReadOnlySpan<T> InputOf(int snapshot) =>
        snapshot < 0 ? [] : new ReadOnlySpan<T>(_snapshots[snapshot].Data, _snapshots[snapshot].Dimension);

    Span<T> OutputOf(T* result, int oracle, int output) =>
        result == null ? [] : new Span<T>(result, OutputDimension(oracle, output));

    int OutputDimension(int oracle, int output) => OutputDimensions[oracle][output];

    /// <summary>Resolved dimensions of each oracle's outputs.</summary>
    public required int[][] OutputDimensions { get; init; }
}

/// <summary>Threads that wait for work, so that handing out a batch allocates nothing.</summary>
sealed class Crew : IDisposable
{
    readonly Action<int> _work;
    readonly Thread[] _threads;
    readonly SemaphoreSlim _begin = new(0);
    readonly CountdownEvent _done = new(1);
    volatile bool _stop;
    Exception? _failure;

    public Crew(int threads, Action<int> work)
    {
        _work = work;
        _threads = [.. Enumerable.Range(1, threads - 1).Select(i => new Thread(() => Wait(i)) { IsBackground = true })];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>Runs the work on all threads, this one as number 0; returns when all are done.</summary>
    public void Run()
    {
        _done.Reset(_threads.Length + 1);
        _begin.Release(_threads.Length);
        try
        {
            _work(0);
        }
        finally
        {
            _done.Signal();
            _done.Wait();
        }
        if (_failure is { } failure)
            throw new InvalidOperationException($"an oracle failed: {failure.Message}", failure);
    }

    public void Dispose()
    {
        _stop = true;
        _begin.Release(_threads.Length);
        foreach (var thread in _threads)
            thread.Join();
        _begin.Dispose();
        _done.Dispose();
    }

    void Wait(int number)
    {
        while (true)
        {
            _begin.Wait();
            if (_stop)
                return;
            try
            {
                _work(number);
            }
#pragma warning disable CA1031 // Whatever an oracle throws must reach the caller's thread.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _failure = e;
            }
            finally
            {
                _done.Signal();
            }
        }
    }
}
