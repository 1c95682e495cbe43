using System.Diagnostics;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Client.Running;

/// <summary>Progress as plain lines, for logs: one every few seconds at most, and one at the end of each run.</summary>
sealed class PlainProgress(Action<string> write) : IProgressView
{
    const double SecondsBetweenLines = 5;

    readonly Action<string> _write = write;
    readonly Stopwatch _clock = Stopwatch.StartNew();
    readonly Lock _lock = new();
    double _lastLine;
    int _runs;
    int _ended;

    public void Show(int runs, Action work)
    {
        _runs = runs;
        work();
    }

    public IRunProgress Begin(string label) => new Of(this, label);

    sealed class Of(PlainProgress view, string label) : IRunProgress
    {
        EventRate _rate;

        public void Say(string what)
        {
            lock (view._lock)
                view._write($"{label}: {what}");
        }

        public void Report(RunProgress progress)
        {
            lock (view._lock)
            {
                var now = view._clock.Elapsed.TotalSeconds;
                var rate = _rate.At(progress.Events, now);
                if (now - view._lastLine < SecondsBetweenLines)
                    return;
                view._lastLine = now;
                var share = double.IsNaN(progress.Share) ? "" : $"{100 * progress.Share:0} %  ";
                view._write($"{label}: {share}{ProgressText.Of(progress, rate, 2)}");
            }
        }

        public void End()
        {
            lock (view._lock)
            {
                view._ended++;
                if (view._runs > 1)
                    view._write($"{label}: ended, {view._ended} of {view._runs}");
            }
        }

        public void Dispose()
        {
        }
    }
}
