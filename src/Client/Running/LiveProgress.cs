using System.Diagnostics;
using AsyncOpt.Core.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AsyncOpt.Client.Running;

/// <summary>A bar per running run, drawn in place, and one over all runs.</summary>
sealed class LiveProgress(IAnsiConsole console) : IProgressView
{
    readonly Stopwatch _clock = Stopwatch.StartNew();
    readonly Lock _lock = new();
    ProgressContext? _context;
    readonly int _metrics = console.Profile.Width >= 110 ? 2 : 1;
    ProgressTask? _all;

    public void Show(int runs, Action work) => console.Progress()
        .AutoClear(true)
        .HideCompleted(true)
        .Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn { Width = Math.Clamp(console.Profile.Width / 5, 10, 30) },
            new PercentageColumn(),
            new DetailColumn())
        .Start(context =>
        {
            _context = context;
            _all = runs > 1 ? context.AddTask("all runs", maxValue: runs) : null;
            work();
        });

    public IRunProgress Begin(string label)
    {
        lock (_lock)
        {
            var task = _context!.AddTask(Markup.Escape(label), maxValue: 1);
            task.IsIndeterminate = true;                // until the first report: data and optimum are being prepared
            return new Of(this, task);
        }
    }

    sealed class Of(LiveProgress view, ProgressTask task) : IRunProgress
    {
        EventRate _rate;
        double _counted; // the part of this run that the bar over all runs has

        public void Say(string what) => task.State.Update<Detail>(DetailColumn.Key, _ => new(what));

        public void Report(RunProgress progress)
        {
            lock (view._lock)
            {
                task.IsIndeterminate = double.IsNaN(progress.Share);
                // A run that is about to end must not count as complete, or its bar would go before it does.
                task.Value = double.IsNaN(progress.Share) ? 0 : Math.Clamp(progress.Share, 0, 0.999);
                Count(task.Value);
                var metrics = view._metrics;
                var rate = _rate.At(progress.Events, view._clock.Elapsed.TotalSeconds);
                task.State.Update<Detail>(DetailColumn.Key, _ => new(ProgressText.Of(progress, rate, metrics)));
            }
        }

        public void End()
        {
            lock (view._lock)
                Count(1);
        }

        public void Dispose()
        {
            lock (view._lock)
            {
                task.IsIndeterminate = false;
                task.Value = 1;
                task.StopTask();
            }
        }

        void Count(double share)
        {
            view._all?.Increment(share - _counted);
            _counted = share;
        }
    }

    readonly record struct Detail(string? Text);

    sealed class DetailColumn : ProgressColumn
    {
        public const string Key = "detail";

        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(task.State.Get<Detail>(Key).Text ?? "") { Overflow = Overflow.Ellipsis };
    }
}
