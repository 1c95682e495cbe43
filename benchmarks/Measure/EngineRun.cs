using System.Diagnostics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation;

namespace AsyncOpt.Benchmarks.Measure;

/// <summary>Times the engine's event loop alone.</summary>
static class EngineRun
{
    /// <summary>
    /// Runs a plan and times it between two sampling instants: set-up, start, warm-up and the final hash are left out.
    /// </summary>
    /// <param name="plan">What to run; its end and its sampling instants are set here.</param>
    /// <param name="warmUp">Virtual seconds before the clock starts.</param>
    /// <param name="timed">Virtual seconds that are timed, a whole multiple of <paramref name="warmUp"/>.</param>
    /// <param name="units">How much work a run has done so far.</param>
    /// <param name="threads">Threads that evaluate; 0 for all cores.</param>
    /// <returns>Units per second of wall time.</returns>
    public static double Rate(RunPlan plan, double warmUp, double timed, Func<RunProgress, long> units, int threads = 1)
    {
        var (first, last) = (warmUp * 0.999999, (warmUp + timed) * 0.999999);
        long startTime = 0, endTime = 0, startUnits = 0, endUnits = 0;
        void Note(RunProgress p)
        {
            if (p.VirtualTime < first)
                return;
            if (startTime == 0)
                (startTime, startUnits) = (Stopwatch.GetTimestamp(), units(p));
            else if (p.VirtualTime >= last)
                (endTime, endUnits) = (Stopwatch.GetTimestamp(), units(p));
        }
        Collect();
        var record = Simulator.Run(
            plan with
            {
                SampleEvery = warmUp,
                Stop = new StopRules { Time = warmUp + timed },
                Metrics = false,
                TimelineAgents = 0,
                Threads = threads,
            },
            new RunHooks { Progress = Note });
        if (endTime == 0 || endUnits == startUnits)
            throw new InvalidOperationException($"nothing was measured: {record.Outcome}, {record.Reason}");
        return (endUnits - startUnits) / Stopwatch.GetElapsedTime(startTime, endTime).TotalSeconds;
    }

    /// <summary>Leaves nothing of the run before to be collected during the next.</summary>
    public static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
