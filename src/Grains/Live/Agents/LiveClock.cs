using System.Diagnostics;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>
/// The clock of a live run: virtual ns since its start, wall time divided by the time factor; with a factor of 0, where
/// nothing is ever delayed, wall time itself.
/// </summary>
sealed class LiveClock
{
    readonly long _start;

    /// <param name="factor">Wall seconds per virtual second, at least 0.</param>
    /// <param name="elapsed">How long ago the run began.</param>
    public LiveClock(double factor, TimeSpan elapsed)
    {
        Factor = factor;
        _start = Stopwatch.GetTimestamp() - (long)(elapsed.TotalSeconds * Stopwatch.Frequency);
    }

    /// <summary>Wall seconds per virtual second.</summary>
    public double Factor { get; }

    /// <summary>Virtual ns since the start of the run.</summary>
    public long Now
    {
        get
        {
            var wall = Stopwatch.GetElapsedTime(_start).Ticks * 100;
            return Factor > 0 ? (long)(wall / Factor) : wall;
        }
    }

    /// <summary>The wall time that a virtual duration takes.</summary>
    /// <param name="virtualNanoseconds">Virtual ns.</param>
    public TimeSpan Wall(long virtualNanoseconds) => TimeSpan.FromSeconds(virtualNanoseconds / 1e9 * Factor);
}
