using System.Diagnostics;

namespace AsyncOpt.Simulation.Computations;

#pragma warning disable RS0030 // the one place that measures wall time: for the record, and for a wall-time budget

/// <summary>
/// Measures wall time, which never decides what happens in a run, only what is written of it and when it ends.
/// </summary>
sealed class WallClock
{
    readonly Stopwatch _stopwatch = new();

    /// <summary>Seconds spent between starts and stops.</summary>
    public double Seconds => _stopwatch.Elapsed.TotalSeconds;

    /// <summary>The instant, in ticks.</summary>
    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>Ticks as seconds.</summary>
    public static double SecondsOf(long ticks) => (double)ticks / Stopwatch.Frequency;

    /// <summary>A clock that runs.</summary>
    public static WallClock StartNew()
    {
        var clock = new WallClock();
        clock.Start();
        return clock;
    }

    public void Start() => _stopwatch.Start();

    public void Stop() => _stopwatch.Stop();
}
