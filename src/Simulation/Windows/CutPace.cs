using AsyncOpt.Simulation.Computations;

namespace AsyncOpt.Simulation.Windows;

/// <summary>
/// How far a run goes before it stands still the next time, so that it does so several times a second at any speed.
/// A run whose sampling instants come as often stands still at those alone.
/// </summary>
/// <param name="interval">Virtual time between sampling instants, in ns.</param>
sealed class CutPace(long interval)
{
    // Seconds on the wall from cut to cut: shorter ones grow, longer ones shrink.
    const double Least = 0.05, Most = 0.2;

    // The first step is so small a part of the interval, as nothing is known of the speed.
    const long FirstPart = 1024;

    long _step = Math.Max(1, interval / FirstPart);
    long _began;

    /// <summary>Virtual time to the next cut, in ns; at least 1, at most the interval.</summary>
    public long Step => _step;

    /// <summary>The run goes on.</summary>
    public void Start() => _began = WallClock.Now;

    /// <summary>The run stands still.</summary>
    public void Stop()
    {
        var seconds = WallClock.SecondsOf(WallClock.Now - _began);
        if (seconds < Least)
            _step = _step > interval / 2 ? interval : 2 * _step;
        else if (seconds > Most)
            _step = Math.Max(1, _step / 2);
    }
}
