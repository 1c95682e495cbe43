namespace AsyncOpt.Reporting.Checkpoints;

/// <summary>A checkpoint in a run folder, found whole.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Head">What it says of its run.</param>
public sealed record StoredCheckpoint(string Path, CheckpointHead Head)
{
    /// <summary>Opens the state of the run.</summary>
    /// <exception cref="DamagedCheckpointException">It was changed since it was found whole.</exception>
    public Stream Open() => CheckpointFile.OpenState(Path);
}
