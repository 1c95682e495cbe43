using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Dispatch;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Partitions;

namespace AsyncOpt.Simulation.Windows;

/// <summary>
/// Runs the partitions of a process window by window, on as many threads as pay: each partition belongs to one thread,
/// which alone touches its agents. Within a window nobody waits for anybody; at its end every partition takes over the
/// events that the others have for it, while none of them runs. So a window costs two barriers, and no lock.
/// </summary>
sealed class WindowLoop<T> : IDisposable
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly Partition<T>[] _partitions;
    readonly Partitioning _partitioning;
    readonly CancellationToken _cancellation;
    readonly int _threads;
    readonly ThreadTeam _crew;
    readonly Barrier _barrier;
    readonly Action<int> _make;
    readonly Action<int> _start;
    readonly Action<int> _import;
    readonly Action<int> _run;

    // The earliest event of each partition, as its own thread saw it after the last exchange.
    readonly Moment[] _next;
    long _instant;
    volatile bool _stop;

    /// <param name="partitioning">The partitions.</param>
    /// <param name="make">Makes a partition; called on the thread that runs it, so that its memory is near.</param>
    /// <param name="threads">How many threads there may be.</param>
    /// <param name="cancellation">Ends windows early.</param>
    public WindowLoop(
        Partitioning partitioning, Func<int, Partition<T>> make, int threads, CancellationToken cancellation)
    {
        (_partitioning, _cancellation) = (partitioning, cancellation);
        _threads = Math.Min(threads, partitioning.Count);
        _partitions = new Partition<T>[partitioning.Count];
        _next = new Moment[partitioning.Count];
        _crew = new ThreadTeam(_threads);
        _barrier = new Barrier(_threads);
        _make = OnOwn(p => _partitions[p] = make(p));
        _start = OnOwn(p => _partitions[p].Start());
        _import = OnOwn(Import);
        _run = RunWindows;
        _crew.Run(_make);
    }

    public IReadOnlyList<Partition<T>> Partitions => _partitions;

    public int Threads => _threads;

    /// <summary>Windows executed so far.</summary>
    public long Count { get; private set; }

    public void Dispose()
    {
        _crew.Dispose();
        _barrier.Dispose();
        foreach (var partition in _partitions)
            partition?.Dispose();
    }

    /// <summary>Starts all agents.</summary>
    public void Start()
    {
        _crew.Run(_start);
        _crew.Run(_import);
    }

    /// <summary>Takes up partitions that were filled from outside.</summary>
    public void Resume() => _crew.Run(_import);

    /// <summary>
    /// Handles all events before an instant, unless cancelled; false if none at or after it lets an agent act.
    /// </summary>
    /// <param name="instant">Virtual time, in ns.</param>
    public bool RunUntil(long instant)
    {
        _instant = instant;
        if (!_stop)
            _crew.Run(_run);
        return _stop || Array.Exists(_partitions, p => p.IsRunnable);
    }

    void RunWindows(int thread)
    {
        try
        {
            // Every thread finds the same window.
            while (First() is var first && first.Time < _instant)
            {
                if (thread == 0)
                    Count++;
                var end = _partitioning.WindowEnd(first, _instant);
                for (var p = thread; p < _partitions.Length; p += _threads)
                    Run(_partitions[p], end);
                _barrier.SignalAndWait(CancellationToken.None);
                if (_stop)
                    break;
                _import(thread);
                _barrier.SignalAndWait(CancellationToken.None);
            }
        }
        catch
        {
            _stop = true;
            throw;
        }
        finally
        {
            // Who leaves early is waited for no more, wherever the others are.
            if (_stop)
                _barrier.RemoveParticipant();
        }
    }

    void Run(Partition<T> partition, Moment end)
    {
        partition.Exchange.EmptyOutboxes();
        partition.Run(end, _cancellation);
        // Asked after the run: a partition that was stopped early has seen the same.
        if (_cancellation.IsCancellationRequested)
            _stop = true;
    }

    void Import(int p)
    {
        var partition = _partitions[p];
        foreach (var source in _partitions)
            partition.Exchange.Import(source.Exchange);
        _next[p] = partition.Next;
    }

    Moment First()
    {
        var first = Moment.Never;
        foreach (var next in _next)
            first = Moment.Min(first, next);
        return first;
    }

    Action<int> OnOwn(Action<int> work) => thread =>
    {
        for (var p = thread; p < _partitions.Length; p += _threads)
            work(p);
    };
}
