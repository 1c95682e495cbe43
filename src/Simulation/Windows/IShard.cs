using AsyncOpt.Simulation.Exchanges;

namespace AsyncOpt.Simulation.Windows;

/// <summary>
/// One partition of a run with what it needs of the engine, wherever the other partitions are. All shards of a run
/// agree on windows by themselves: each tells the others its earliest event with the mail of a window, so each knows
/// the earliest of all and, by the same rule, the next window. Used by one thread.
/// </summary>
interface IShard : IDisposable
{
    /// <summary>Starts its agents.</summary>
    void Start(IExchange exchange);

    /// <summary>Goes on from what <see cref="Save"/> wrote for the same partition of as many.</summary>
    /// <exception cref="Core.InputException">It is of another plan.</exception>
    void Resume(Stream checkpoint, IExchange exchange);

    /// <summary>Handles all events before an instant, window by window; returns early where it is cancelled.</summary>
    void RunUntil(long instant, IExchange exchange, CancellationToken cancellation);

    /// <summary>Shows the judge what it needs to know.</summary>
    void Report(ReportKind kind, Stream to);

    /// <summary>Writes a checkpoint of this partition.</summary>
    /// <param name="time">The present, in ns.</param>
    /// <param name="to">Receives it.</param>
    void Save(long time, Stream to);

    /// <summary>Windows executed so far: may be read from any thread.</summary>
    long Windows { get; }
}
