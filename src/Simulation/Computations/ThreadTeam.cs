using System.Runtime.ExceptionServices;

namespace AsyncOpt.Simulation.Computations;

/// <summary>Threads that wait for work, so that handing it out allocates nothing.</summary>
sealed class ThreadTeam : IDisposable
{
    readonly Thread[] _threads;

    // All threads meet where work begins, and where it ends.
    readonly Barrier _meeting;
    readonly Exception?[] _failures;
    Action<int> _work = _ => { };
    volatile bool _stop;

    /// <param name="threads">How many, the caller's included.</param>
    public ThreadTeam(int threads)
    {
        _failures = new Exception?[threads];
        _meeting = new Barrier(threads);
        _threads = [.. Enumerable.Range(1, threads - 1).Select(i => new Thread(() => Wait(i)) { IsBackground = true })];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>
    /// Runs the work once on each thread, this one as number 0; returns when all are done. What it throws is thrown
    /// here, that of the thread of the lowest number first.
    /// </summary>
    public void Run(Action<int> work)
    {
        _work = work;
        Meet();
        Work(0);
        Meet();
        foreach (var failure in _failures)
        {
            if (failure is null)
                continue;
            Array.Clear(_failures);
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Dispose()
    {
        _stop = true;
        Meet();
        foreach (var thread in _threads)
            thread.Join();
        _meeting.Dispose();
    }

    void Meet() => _meeting.SignalAndWait(CancellationToken.None);

    void Wait(int number)
    {
        while (true)
        {
            Meet();
            if (_stop)
                return;
            Work(number);
            Meet();
        }
    }

    void Work(int number)
    {
        try
        {
            _work(number);
        }
#pragma warning disable CA1031 // Whatever the work throws must reach the caller's thread.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failures[number] = e;
        }
    }
}
