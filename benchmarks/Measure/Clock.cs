using System.Diagnostics;

namespace AsyncOpt.Benchmarks.Measure;

/// <summary>
/// The clock of all rates that are taken in this process: the wall's, or this process' processor time, which other
/// work on the machine disturbs less. Where several threads work, processor time says how much they did together.
/// </summary>
static class Clock
{
    /// <summary>Whether it counts processor time.</summary>
    public static bool IsProcessorTime { get; set; }

    /// <summary>Seconds since some instant.</summary>
    public static double Seconds => IsProcessorTime
        ? Environment.CpuUsage.TotalTime.TotalSeconds
        : Stopwatch.GetElapsedTime(0).TotalSeconds;
}
