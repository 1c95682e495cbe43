using AsyncOpt.Core;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Replay;

/// <summary>
/// Feeds the order of events of a live run to the embedded host, and compares every agent's final state, bit for bit.
/// </summary>
public static class Replayer
{
    /// <summary>Replays a log.</summary>
    /// <param name="plan">The plan of the log's specification.</param>
    /// <param name="log">The log.</param>
    /// <param name="cancellation">Ends the replay.</param>
    /// <exception cref="InputException">The plan is not of the log's run, or the log is damaged.</exception>
    /// <exception cref="OperationCanceledException">The replay was cancelled.</exception>
    public static ReplayReport Run(RunPlan plan, ReplayLog log, CancellationToken cancellation = default)
    {
        if (plan.Precision != log.Header.Precision)
        {
            throw new InputException($"the log's vectors are {log.Header.Precision}, and those of its specification "
                + $"{plan.Precision}: expected the same");
        }
        return plan.Precision == Precision.Float32
            ? Run<float>(plan, log, cancellation)
            : Run<double>(plan, log, cancellation);
    }

    static ReplayReport Run<T>(RunPlan plan, ReplayLog log, CancellationToken cancellation)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using var replay = new Replay<T>(plan with { Metrics = false, TimelineAgents = 0, LogUpdates = false }, log);
        return replay.Run(cancellation);
    }
}
