using AsyncOpt.Core.Runs;

namespace AsyncOpt.Benchmarks.Measure;

/// <summary>A plan for the engine, and the part of it that is timed.</summary>
/// <param name="Plan">What to run; its end and its sampling instants are set by <see cref="EngineRun"/>.</param>
/// <param name="WarmUp">Virtual seconds before the clock starts.</param>
/// <param name="Timed">Virtual seconds that are timed, a whole multiple of the warm-up.</param>
/// <param name="Units">How much work a run has done so far.</param>
sealed record Workload(RunPlan Plan, double WarmUp, double Timed, Func<RunProgress, long> Units)
{
    /// <summary>Threads of the engine; 0 for all cores.</summary>
    public int Threads { get; init; } = 1;
}
