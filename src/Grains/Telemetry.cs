using System.Diagnostics;

namespace AsyncOpt.Grains;

/// <summary>What the grains show to those who listen.</summary>
static class Telemetry
{
    /// <summary>The name of traces and meters.</summary>
    public const string Name = "AsyncOpt.Grains";

    /// <summary>The name of a run's span.</summary>
    public const string Run = "run";

    /// <summary>Where the spans of runs come from.</summary>
    public static readonly ActivitySource Source =
        new(Name, typeof(Telemetry).Assembly.GetName().Version?.ToString(3));

    // Unrecorded, and no root: what is called under it is not recorded either, at the least cost.
    static readonly Activity Unrecorded = Begin();

    /// <summary>
    /// Until the end of the asynchronous method that calls it, calls of grains leave no spans and hand no trace on: for
    /// those that come by the thousand.
    /// </summary>
    public static void Quiet()
    {
        if (Activity.Current is null && !Source.HasListeners())
            return;
        Activity.Current = Unrecorded;
        RequestContext.Remove("traceparent");
        RequestContext.Remove("tracestate");
    }

    /// <summary>Does something, whose calls of grains leave no spans.</summary>
    public static void Quietly<T>(T state, Action<T> act)
    {
        var before = Activity.Current;
        Activity.Current = Unrecorded;
        act(state);
        Activity.Current = before;
    }

    static Activity Begin()
    {
        var before = Activity.Current;
        var activity = new Activity("unrecorded")
            .SetIdFormat(ActivityIdFormat.W3C)
            .SetParentId(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None)
            .Start();
        Activity.Current = before;
        return activity;
    }
}
