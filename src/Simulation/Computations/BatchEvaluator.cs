using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Kernels;
using AsyncOpt.Kernels.Devices;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Computations;

/// <summary>
/// Evaluates pending computations together, over several threads. Each result depends on its own request alone, so
/// neither the composition of a batch nor the number of threads changes a bit.
/// </summary>
sealed unsafe class BatchEvaluator<T> : IDisposable
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// For fewer multiplications (coordinates times samples) waking other threads costs more than it saves.
    /// </summary>
    public const long ParallelLeast = 200_000;

    // Results of a device's batch that wait until they are due: enough for every core of the device to have work.
    const long DeviceBatchBytes = 64L << 20;

    // Evaluations between two steps of fetching.
    const int Ahead = 3;

    readonly ThreadTeam? _crew;
    readonly Action<int> _work;
    readonly int[][] _samples;
    readonly DeviceBatches<T>? _device;

    Requests<T> _requests = null!;
    Snapshots<T> _snapshots = null!;
    int[] _batch = [];
    int _count;

    // Snapshots that are hashed on the way.
    int[] _unhashed = [];
    int _unhashedCount;
    int _next;

    // Batches of so many multiplications go over several threads.
    readonly long _parallelLeast;

    public BatchEvaluator(
        Problem problem, OracleSet<T> oracles, ulong seed, int threads, IBatchDevice? device = null,
        long parallelLeast = ParallelLeast)
    {
        _parallelLeast = parallelLeast;
        Evaluator = new OracleEvaluator<T>(problem, oracles, seed);
        Threads = threads;
        _samples = new int[threads][];
        for (var i = 0; i < threads; i++)
            _samples[i] = new int[64];
        _work = Work;
        if (threads > 1)
            _crew = new ThreadTeam(threads);
        if (device is not null)
            _device = new DeviceBatches<T>(device, problem, oracles, Evaluator);
    }

    /// <summary>The evaluator of a run, or of one of its partitions, with so many threads.</summary>
    public static BatchEvaluator<T> Of(
        RunPlan plan, Layout layout, OracleSet<T> oracles, int threads, IBatchDevice? device = null,
        long parallelLeast = ParallelLeast) =>
        new(plan.Problem, oracles, plan.Seeds.Run, threads, device, parallelLeast)
        {
            OutputDimensions = oracles.OutputDimensions(layout.Context.Dimension),
        };

    public OracleEvaluator<T> Evaluator { get; }

    /// <summary>Results of so many bytes are hashed by who evaluates them; none where vectors do not move.</summary>
    public long LongLeast { get; set; } = long.MaxValue;

    /// <summary>The hashes of long results.</summary>
    public ResultHashes Hashes { get; } = new();

    public int Threads { get; }

    /// <summary>How long computations take.</summary>
    public ComputationClock Clock { get; } = new();

    /// <summary>The device that evaluates some of the run's oracles; null where the processor evaluates all.</summary>
    public IBatchDevice? Device => _device is { HasKernels: true } ? _device.Device : null;

    /// <summary>Results evaluated early wait until they are due; those of a batch stay in the caches.</summary>
    public long BatchBytesMax => _device is null ? (256L << 10) * Threads : DeviceBatchBytes;

    /// <summary>Where results are larger than that, this many at once still keep all threads busy.</summary>
    public int BatchLeast => 4 * Threads;

    /// <summary>Whether one thread evaluates all.</summary>
    public bool IsAlone => Threads == 1 && _device is null;

    /// <summary>
    /// Whether requests are better evaluated many at once: on a device, or where a batch of them keeps several threads
    /// busy. Any other is when it is due: its results go from the cache to where they belong instead of through memory,
    /// nothing is evaluated in vain, and nobody waits meanwhile.
    /// </summary>
    /// <param name="work">What <see cref="WorkOf"/> says of such a request.</param>
    /// <param name="bytes">Bytes of its results.</param>
    public bool Gathers(long work, long bytes) => _device is not null
        || (Threads > 1 && work * Math.Max(BatchLeast, BatchBytesMax / Math.Max(1, bytes)) >= _parallelLeast);

    public void Dispose()
    {
        _crew?.Dispose();
        _device?.Dispose();
    }

    /// <summary>Whether a device could begin with what is pending before the first of it is due.</summary>
    public bool CanBegin => _device is { HasKernels: true, IsBusy: false };

    /// <summary>Lets every thread do a share of some other work, by the thread's number.</summary>
    public void Share(Action<int> job)
    {
        if (_crew is null)
            job(0);
        else
            _crew.Run(job);
    }

    /// <summary>Evaluates the given requests; their results are in their buffers afterwards.</summary>
    public void Evaluate(Requests<T> requests, Snapshots<T> snapshots, int[] batch, int count)
    {
        Collect();
        Begin(requests, snapshots, batch, count);
        Collect();
    }

    /// <summary>Evaluates one request, now.</summary>
    /// <param name="requests">All requests.</param>
    /// <param name="snapshots">Its inputs.</param>
    /// <param name="number">Its number.</param>
    public void Evaluate(Requests<T> requests, Snapshots<T> snapshots, int number)
    {
        (_requests, _snapshots) = (requests, snapshots);
        var times = Clock.NextAlone();
        var start = times == 0 ? 0 : WallClock.Now;
        EvaluateOne(number, ref _samples[0]);
        if (times > 0)
            Clock.Since(start, times);
    }

    /// <summary>Waits for what a device has begun.</summary>
    public void Collect()
    {
        if (_device is null)
            return;
        var start = WallClock.Now;
        _device.End();
        Clock.Since(start);
    }

    /// <summary>Evaluates what no device does, and has the device begin with the rest.</summary>
    public void Begin(Requests<T> requests, Snapshots<T> snapshots, int[] batch, int count)
    {
        var start = WallClock.Now;
        count = _device?.Begin(requests, snapshots, batch, count) ?? count;
        (_requests, _snapshots, _batch, _count, _next) = (requests, snapshots, batch, count, 0);
        _unhashedCount = snapshots.TakeUnhashed(ref _unhashed);
        if (_crew is not null && count > 1 && WorkOf(requests, snapshots, batch[0]) * count >= _parallelLeast)
            _crew.Run(_work);
        else
            EvaluateAll();
        Clock.Since(start);
    }

    void EvaluateAll()
    {
        for (var i = 0; i < _count; i++)
        {
            FetchAhead(i);
            EvaluateOne(_batch[i], ref _samples[0]);
        }
        for (var i = 0; i < _unhashedCount; i++)
            _snapshots.HashAhead(_unhashed[i]);
    }

    /// <summary>Fetches what the next evaluations will read: the request, then its input's record, then that.</summary>
    void FetchAhead(int i)
    {
        if (i + (3 * Ahead) < _count)
            Prefetch.Item(ref _requests[_batch[i + (3 * Ahead)]]);
        if (i + (2 * Ahead) < _count && _requests[_batch[i + (2 * Ahead)]].Input is var second and >= 0)
            Prefetch.Item(ref _snapshots[second]);
        if (i + Ahead < _count && _requests[_batch[i + Ahead]].Input is var first and >= 0)
            _snapshots.Fetch(first);
    }

    /// <summary>Multiplications that a request takes, roughly: coordinates times samples.</summary>
    public static long WorkOf(Requests<T> requests, Snapshots<T> snapshots, int request)
    {
        ref var r = ref requests[request];
        return (r.Input < 0 ? 1L : snapshots[r.Input].Dimension) * Math.Max(1, r.Samples);
    }

    void Work(int thread)
    {
        while (true)
        {
            var i = Interlocked.Increment(ref _next) - 1;
            if (i >= _count + _unhashedCount)
                return;
            if (i < _count)
                EvaluateOne(_batch[i], ref _samples[thread]);
            else
                _snapshots.HashAhead(_unhashed[i - _count]);
        }
    }

    void EvaluateOne(int number, ref int[] scratch)
    {
        ref var r = ref _requests[number];
        var asked = _requests.AskedOf(in r);
        if (r.Extras == 0)
        {
            var plain = new OracleVectors<T>
            {
                Input = InputOf(r.Input),
                Output = OutputOf(r.Result, asked.Oracle, 0),
            };
            Evaluator.Evaluate(in asked, in plain, ref scratch);
            r.State = RequestState.Evaluated;
            NoteIfLong(number, 0, plain.Output);
            return;
        }
        ref var x = ref _requests.ExtrasOf(in r);
        var vectors = new OracleVectors<T>
        {
            Input = InputOf(r.Input),
            Input1 = InputOf(x.Input1),
            Input2 = InputOf(x.Input2),
            Output = OutputOf(r.Result, asked.Oracle, 0),
            Output1 = OutputOf(x.Result1, asked.Oracle, 1),
            Output2 = OutputOf(x.Result2, asked.Oracle, 2),
        };
        (x.Scalar, x.Scalar1) = Evaluator.Evaluate(in asked, in vectors, ref scratch);
        r.State = RequestState.Evaluated;
        NoteIfLong(number, 0, vectors.Output);
        NoteIfLong(number, 1, vectors.Output1);
        NoteIfLong(number, 2, vectors.Output2);
    }

    void NoteIfLong(int request, int output, Span<T> result)
    {
        if (!result.IsEmpty && result.Length * (long)sizeof(T) >= LongLeast)
            Hashes.Note<T>(request, output, result);
    }

    ReadOnlySpan<T> InputOf(int snapshot) =>
        snapshot < 0 ? [] : new ReadOnlySpan<T>(_snapshots[snapshot].Data, _snapshots[snapshot].Dimension);

    Span<T> OutputOf(T* result, int oracle, int output) =>
        result == null ? [] : new Span<T>(result, OutputDimension(oracle, output));

    int OutputDimension(int oracle, int output) => OutputDimensions[oracle][output];

    /// <summary>Resolved dimensions of each oracle's outputs.</summary>
    public required int[][] OutputDimensions { get; init; }
}
