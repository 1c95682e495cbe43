using AsyncOpt.Client.Display;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Client.Running;

/// <summary>Progress of a run in words.</summary>
static class ProgressText
{
    /// <summary>Virtual time, rate and the metrics that matter most.</summary>
    /// <param name="progress">What the host told.</param>
    /// <param name="eventsPerSecond">Events per second of wall time since the last report.</param>
    /// <param name="metrics">How many metrics to name.</param>
    public static string Of(RunProgress progress, double eventsPerSecond, int metrics)
    {
        var parts = new List<string>
        {
            $"t = {Pretty.Number(progress.VirtualTime, 3)} s",
            $"{Pretty.Count(eventsPerSecond)} events/s",
        };
        var names = MetricChoice.Of(progress.Metrics.Select(m => m.Metric), metrics);
        parts.AddRange(names.Select(name => $"{name} {Pretty.Number(Value(progress, name), 3)}"));
        return string.Join("  ", parts);
    }

    static double Value(RunProgress progress, string name) => progress.Metrics.Last(m => m.Metric == name).Value;
}

/// <summary>Events per second of wall time between two reports.</summary>
struct EventRate
{
    long _events;
    double _seconds;
    double _rate;

    /// <summary>The rate at a report; reports that follow within half a second keep the last rate.</summary>
    /// <param name="events">Events so far.</param>
    /// <param name="seconds">Seconds on the wall so far.</param>
    public double At(long events, double seconds)
    {
        if (seconds - _seconds < 0.5 && _rate > 0)
            return _rate;
        // A run that a silo begins again counts anew.
        _rate = seconds > _seconds && events >= _events ? (events - _events) / (seconds - _seconds) : 0;
        (_events, _seconds) = (events, seconds);
        return _rate;
    }
}
