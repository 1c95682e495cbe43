using AsyncOpt.Client.Running;
using AsyncOpt.Experiments;

namespace AsyncOpt.Client.Display;

/// <summary>Says what the wall time of a command went to.</summary>
/// <param name="session">The command.</param>
/// <param name="experiment">Its experiment, read and ready to run.</param>
sealed class WallTimeText(Session session, Experiment experiment)
{
    readonly double _start = session.Clock.Elapsed.TotalSeconds - Sum(experiment.BuildSeconds);

    /// <summary>The time until now.</summary>
    /// <param name="jobs">What made the runs; null where they were made elsewhere.</param>
    public string Of(EmbeddedJobs? jobs)
    {
        var all = $"wall time {Pretty.Duration(session.Clock.Elapsed.TotalSeconds)}";
        if (jobs is null)
            return all;
        var (data, optimum) = experiment.BuildSeconds;
        var parts = (jobs.Parts with { Data = data, Optimum = optimum }).Named.Prepend(("start", _start));
        var sum = jobs.SideBySide == 1 ? "" : $"; from engine on summed over runs, {jobs.SideBySide} at the same time";
        return $"{all}: {string.Join(", ", parts.Select(p => $"{p.Item1} {Pretty.Number(p.Item2, 2)} s"))}{sum}";
    }

    static double Sum((double Data, double Optimum) built) => built.Data + built.Optimum;
}
