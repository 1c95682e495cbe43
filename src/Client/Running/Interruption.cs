using AsyncOpt.Client.Display;
using AsyncOpt.Core;
using AsyncOpt.Simulation;

namespace AsyncOpt.Client.Running;

/// <summary>
/// What ends runs before they are over, and why: the user, or a limit that the user gave for the command.
/// </summary>
sealed class Interruption : IDisposable
{
    // Between two looks at the memory; and between two collections, as garbage is no need.
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100), CollectEvery = TimeSpan.FromSeconds(5);

    // Not disposed of: a limit may be reached as the command ends.
    readonly CancellationTokenSource _source = new();
    readonly CancellationTokenRegistration _user;
    readonly List<IDisposable> _limits = [];
    readonly Action<string> _say;
    string? _reason;
    long _collected;

    /// <param name="session">The command.</param>
    /// <param name="wallMax">Seconds on the wall that it may take; null for any.</param>
    /// <param name="memoryMax">Bytes that the process may have; null for any.</param>
    public Interruption(Session session, double? wallMax = null, long? memoryMax = null)
    {
        _say = session.Terminal.Error.WriteLine;
        _user = session.Cancellation.Register(() => End(RunHooks.ByUser));
        if (wallMax is { } seconds)
        {
            var left = TimeSpan.FromSeconds(Math.Max(0, seconds - session.Clock.Elapsed.TotalSeconds));
            var why = $"--max-wall: {Pretty.Duration(seconds)} were spent";
            _limits.Add(new Timer(_ => Limit(why), null, left, Timeout.InfiniteTimeSpan));
        }
        if (memoryMax is { } bytes)
        {
            _limits.Add(MachineMemory.Limit(bytes));
            _limits.Add(new Timer(_ => Look(bytes), null, TimeSpan.Zero, LookEvery));
        }
    }

    /// <summary>Cancelled when runs are to end.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Why they are.</summary>
    public string Reason => Volatile.Read(ref _reason) ?? RunHooks.ByUser;

    public void Dispose()
    {
        _user.Dispose();
        foreach (var limit in _limits)
            limit.Dispose();
    }

    void Limit(string why)
    {
        if (End(why))
            _say($"{why}: the runs end");
    }

    // The first reason stays.
    bool End(string why)
    {
        if (Interlocked.CompareExchange(ref _reason, why, null) is not null)
            return false;
        _source.Cancel();
        return true;
    }

    void Look(long bytes)
    {
        if (Environment.WorkingSet <= bytes)
            return;
        if (Environment.TickCount64 - _collected > CollectEvery.TotalMilliseconds || _collected == 0)
        {
            _collected = Environment.TickCount64;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        if (Environment.WorkingSet is var now && now > bytes)
            Limit($"--max-memory: the process has {MachineMemory.Text(now)}, of {MachineMemory.Text(bytes)} at most");
    }
}
