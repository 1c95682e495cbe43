using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation;

namespace AsyncOpt.Benchmarks.Measure;

/// <summary>What was seen of the engine between two sampling instants.</summary>
/// <param name="Seconds">Time on the clock.</param>
/// <param name="Units">Units of work done.</param>
/// <param name="Events">Events handled.</param>
/// <param name="AllocatedPerEvent">
/// Bytes allocated on the collected heap, by all threads, per event since the sampling instant before the last.
/// </param>
/// <param name="Record">The whole run.</param>
readonly record struct EngineRun(double Seconds, long Units, long Events, double AllocatedPerEvent, RunRecord Record)
{
    /// <summary>Units of work per second.</summary>
    public double Rate => Units / Seconds;

    /// <summary>
    /// Runs a workload and watches it between two sampling instants: set-up, start, warm-up and the final hash are left
    /// out.
    /// </summary>
    /// <param name="workload">What to run.</param>
    /// <param name="atEnd">What to do at the last of the two instants, off the clock.</param>
    public static EngineRun Of(Workload workload, Action? atEnd = null)
    {
        var (first, last) = (workload.WarmUp * 0.999999, (workload.WarmUp + workload.Timed) * 0.999999);
        var (start, before, end) = (default(Mark), default(Mark), default(Mark));
        void Note(RunProgress p)
        {
            if (p.VirtualTime < first || end.Time != 0)
                return;
            var now = Mark.Of(p, workload.Units);
            if (start.Time == 0)
                start = now;
            if (p.VirtualTime >= last)
            {
                end = now;
                atEnd?.Invoke();
            }
            else
            {
                before = now;
            }
        }
        Collect();
        var record = Simulator.Run(
            workload.Plan with
            {
                SampleEvery = VirtualTime.FromSeconds(workload.WarmUp),
                Stop = new StopRules { Time = VirtualTime.FromSeconds(workload.WarmUp + workload.Timed) },
                Metrics = false,
                TimelineAgents = 0,
                Threads = workload.Threads,
            },
            new RunHooks { Progress = Note });
        if (end.Time == 0 || end.Units == start.Units)
            throw new InvalidOperationException($"nothing was measured: {record.Outcome}, {record.Reason}");
        return new(
            end.Time - start.Time,
            end.Units - start.Units,
            end.Events - start.Events,
            (double)(end.Allocated - before.Allocated) / (end.Events - before.Events),
            record);
    }

    /// <summary>Leaves nothing of the run before to be collected during the next.</summary>
    public static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    readonly record struct Mark(double Time, long Units, long Events, long Allocated)
    {
        public static Mark Of(RunProgress p, Func<RunProgress, long> units) =>
            new(Clock.Seconds, units(p), p.Events, GC.GetTotalAllocatedBytes(precise: true));
    }
}
