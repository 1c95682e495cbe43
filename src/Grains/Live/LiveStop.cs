namespace AsyncOpt.Grains.Live;

/// <summary>
/// What is last to start is first to stop: agents stop while their silo still is one of the cluster. Later, each
/// message to one would look for it in vain, again and again, and each of these tries is told in the log.
/// </summary>
/// <param name="parts">What the silo hosts of live runs.</param>
sealed class LiveStop(LiveParts parts) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(LiveStop), ServiceLifecycleStage.Last, _ => Task.CompletedTask, _ => Stop());

    Task Stop()
    {
        parts.Stop();
        return Task.CompletedTask;
    }
}
