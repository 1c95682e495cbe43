namespace AsyncOpt.Grains.Live.Agents;

/// <summary>A message that was lost, until it is sent again: whatever becomes of its sender meanwhile.</summary>
/// <param name="sender">Its sender.</param>
/// <param name="message">The message, as it was first sent.</param>
sealed class LiveRetry(LiveAgent sender, LiveMessage message) : LivePending(sender)
{
    public LiveMessage Message { get; } = message;

    /// <summary>The count that names it among its link's messages.</summary>
    public required uint Count { get; init; }

    /// <summary>
    /// When it is sent again, in virtual ns: by the time-outs alone, so that a replay knows it too, however late the
    /// host is.
    /// </summary>
    public required long Due { get; init; }
}
