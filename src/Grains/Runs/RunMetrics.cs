using System.Diagnostics.Metrics;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Grains.Runs;

/// <summary>The meter of a silo's runs: those whose grains it hosts.</summary>
sealed class RunMetrics
{
    readonly UpDownCounter<long> _going;
    readonly Counter<long> _ended;

    /// <param name="meters">Makes meters.</param>
    public RunMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Name, Telemetry.Source.Version);
        _going = meter.CreateUpDownCounter<long>("asyncopt.run.going", "{run}", "runs that are not over, by state");
        _ended = meter.CreateCounter<long>("asyncopt.runs", "{run}", "runs that are over, by state");
    }

    /// <summary>A run came from one state to another.</summary>
    /// <param name="from">The state before; null for a run that comes to this silo.</param>
    /// <param name="to">The state now; null for a run that leaves this silo.</param>
    public void Count(RunStatus? from, RunStatus? to)
    {
        if (from?.State == to?.State)
            return;
        if (from is { IsOver: false })
            _going.Add(-1, Tags(from));
        if (to is { IsOver: false })
            _going.Add(1, Tags(to));
        if (from is not null && to is { IsOver: true })
            _ended.Add(1, Tags(to));
    }

    static string Word(Enum value) => value.ToString().ToLowerInvariant();

    static KeyValuePair<string, object?>[] Tags(RunStatus status) =>
    [
        new("asyncopt.run.mode", Word(status.Mode)), new("asyncopt.run.state", Word(status.State)),
    ];
}
