namespace AsyncOpt.Simulation.Windows;

/// <summary>
/// The shards of a run, as the one that judges it sees them. Calls return when all shards have answered.
/// </summary>
interface IShards
{
    /// <summary>Goes on from the last whole checkpoint, if there is one.</summary>
    /// <returns>What <see cref="Save"/> was given with it; null where the run begins.</returns>
    ReadOnlyMemory<byte>? Resume();

    /// <summary>Starts all agents.</summary>
    void Start();

    /// <summary>Has all events before an instant handled.</summary>
    /// <param name="instant">Virtual time, in ns.</param>
    /// <param name="kind">What each shard reports then; all, where no event is left.</param>
    /// <returns>The reports, by partition.</returns>
    /// <exception cref="OperationCanceledException">The user cancelled the run.</exception>
    IReadOnlyList<Stream> RunUntil(long instant, ReportKind kind);

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="time">The present, in ns.</param>
    /// <param name="progress">What the judge needs to go on.</param>
    void Save(long time, ReadOnlyMemory<byte> progress);

    /// <summary>Stops all shards where they are; each reports all.</summary>
    IReadOnlyList<Stream> Stop();
}
