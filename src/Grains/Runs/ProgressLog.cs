using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Grains.Runs;

/// <summary>
/// The latest lines of progress of one attempt at a run. Added to by the run's threads, read by its grain. A stream
/// that falls behind misses the oldest lines; the record has every metric.
/// </summary>
/// <param name="attempt">Which attempt, from 0; its cursors are larger than those of any before it.</param>
/// <param name="kept">How many lines are kept.</param>
sealed class ProgressLog(int attempt, int kept)
{
    /// <summary>The most lines of one page.</summary>
    const int PageMax = 200;

    readonly Queue<RunProgress> _lines = [];
    readonly Lock _lock = new();
    long _next = ((long)attempt << 32) + 1;
    TaskCompletionSource _changed = New();

    /// <summary>The latest line; null for none.</summary>
    public RunProgress? Last { get; private set; }

    /// <summary>Adds a line.</summary>
    public void Add(RunProgress progress)
    {
        lock (_lock)
        {
            _lines.Enqueue(progress);
            _next++;
            Last = progress;
            if (_lines.Count > kept)
                _lines.Dequeue();
        }
        Wake();
    }

    /// <summary>Lets everybody look again who waits for a line.</summary>
    public void Wake() => Interlocked.Exchange(ref _changed, New()).SetResult();

    /// <summary>Lines after a cursor, at most a page of them.</summary>
    public IReadOnlyList<ProgressLine> After(long cursor)
    {
        (long Cursor, RunProgress Progress)[] page;
        lock (_lock)
        {
            var first = _next - _lines.Count;
            var known = (int)Math.Clamp(cursor - first + 1, 0, _lines.Count);
            page = [.. _lines.Skip(known).Take(PageMax).Select((line, i) => (first + known + i, line))];
        }
        return [.. page.Select(p => new ProgressLine(p.Cursor, GatewayJson.Write(p.Progress)))];
    }

    /// <summary>Ends with the next line, with <see cref="Wake"/>, or when the time is over.</summary>
    /// <param name="cursor">The cursor of the last line known: what comes after it does not wait.</param>
    /// <param name="wait">How long.</param>
    public async Task Next(long cursor, TimeSpan wait)
    {
        var changed = Volatile.Read(ref _changed).Task;
        if (After(cursor).Count == 0)
            await Task.WhenAny(changed, Task.Delay(wait));
    }

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
