using System.Numerics;
using AsyncOpt.Simulation.Computations;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>
/// Evaluates the computations of all agents of a run on a silo: whatever is pending goes into one batch over the
/// processors, up to a bound, and each result is handed back as an event of its own.
/// </summary>
sealed class Batcher<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A batch this long keeps all processors busy; more would only let the first results wait.
    const int BatchMax = 1024;

    readonly LiveRun<T> _run;
    readonly Lock _lock = new();
    readonly ManualResetEventSlim _wake = new(false);
    readonly Thread _thread;
    readonly ThreadTeam? _crew;
    readonly Action<int> _work;
    readonly int[][] _scratch;
    readonly LiveRequest<T>[] _batch = new LiveRequest<T>[BatchMax];
    readonly Queue<LiveRequest<T>> _pending = [];
    int _count;
    int _next;
    volatile bool _stop;

    public Batcher(LiveRun<T> run, int threads)
    {
        _run = run;
        _work = Work;
        _scratch = [.. Enumerable.Range(0, threads).Select(_ => new int[64])];
        if (threads > 1)
            _crew = new ThreadTeam(threads);
        _thread = new Thread(Loop) { IsBackground = true, Name = "batcher" };
        _thread.UnsafeStart(); // its results are no part of the call that opens the run
    }

    /// <summary>Adds a computation to the next batch.</summary>
    public void Add(LiveRequest<T> request)
    {
        lock (_lock)
        {
            _pending.Enqueue(request);
            _wake.Set();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _stop = true;
            _wake.Set();
        }
        _thread.Join();
        _crew?.Dispose();
        _wake.Dispose();
    }

    void Loop()
    {
        while (true)
        {
            _wake.Wait();
            if (_stop)
                return;
            TakeBatch();
            try
            {
                Evaluate();
            }
#pragma warning disable CA1031 // Whatever an oracle throws ends the run, not the process.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _run.Fail($"an oracle failed: {e.Message}");
            }
            for (var i = 0; i < _count; i++)
            {
                if (_batch[i].Evaluated())
                    CountWasted();
                _run.Evaluated(_batch[i]);
            }
            Array.Clear(_batch, 0, _count);
        }
    }

    void CountWasted()
    {
        lock (_run.RecordLock)
            _run.Record.Wasted++;
    }

    void TakeBatch()
    {
        lock (_lock)
        {
            for (_count = 0; _count < BatchMax && _pending.TryDequeue(out var request);)
            {
                if (!request.IsCancelled)
                    _batch[_count++] = request;
            }
            if (_pending.Count == 0 && !_stop)
                _wake.Reset();
        }
    }

    void Evaluate()
    {
        _next = 0;
        if (_crew is not null && _count > 1)
            _crew.Run(_work);
        else
            Work(0);
        _run.NoteBatch(_count);
    }

    void Work(int thread)
    {
        while (Interlocked.Increment(ref _next) - 1 is var i && i < _count)
            Evaluate(_batch[i], ref _scratch[thread]);
    }

    void Evaluate(LiveRequest<T> r, ref int[] scratch)
    {
        var role = r.Agent.Role;
        r.Result = ResultFor(r.Output);
        r.Result1 = ResultFor(r.Output1);
        r.Result2 = ResultFor(r.Output2);
        var vectors = new OracleVectors<T>
        {
            Input = r.Input?.Data,
            Input1 = r.Input1?.Data,
            Input2 = r.Input2?.Data,
            Output = r.Result,
            Output1 = r.Result1,
            Output2 = r.Result2,
        };
        (r.Scalar, r.Scalar1) = _run.Evaluator.Evaluate(r.Asked, in vectors, ref scratch);

        T[]? ResultFor(int output) => output < 0 ? null : new T[role.Vectors[output].Dimension];
    }
}
