namespace AsyncOpt.Simulation.Windows;

/// <summary>Where a shard stands.</summary>
/// <param name="IsRunnable">Whether it has an event left that lets an agent act.</param>
/// <param name="LastTime">When its last event happened, in ns.</param>
/// <param name="Windows">Windows executed so far.</param>
/// <param name="Bytes">Bytes of memory it accounts for.</param>
/// <param name="Threads">Threads that evaluate its batches.</param>
/// <param name="Device">What evaluates them, as <see cref="Core.Runs.NumericsClass.Device"/> has it.</param>
readonly record struct ShardState(
    bool IsRunnable, long LastTime, long Windows, long Bytes, int Threads, string Device)
{
    public void Save(BinaryWriter to)
    {
        to.Write(IsRunnable);
        to.Write(LastTime);
        to.Write(Windows);
        to.Write(Bytes);
        to.Write(Threads);
        to.Write(Device);
    }

    public static ShardState Load(BinaryReader from) =>
        new(
            from.ReadBoolean(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt32(),
            from.ReadString());
}
