namespace AsyncOpt.Grains.Virtual;

/// <summary>
/// What an attempt waits for after a loss. Silos learn of a loss late, and until they do every attempt meets the lost
/// silo again: as a place of partitions, or of entries of the directory of grains.
/// </summary>
/// <param name="silos">Who is there, as this silo knows.</param>
/// <param name="clock">Measures the pauses.</param>
sealed class LossPause(ISiloStatusOracle silos, TimeProvider clock)
{
    /// <summary>The longest pause after a first loss; after each further one it is twice as long.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(2);

    static readonly TimeSpan Longest = TimeSpan.FromMinutes(1), LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>The silos that are there, as this one knows.</summary>
    public SiloAddress[] Active() => [.. silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Order()];

    /// <summary>Waits until other silos are there than before, or until the pause is over.</summary>
    /// <param name="losses">How many losses there were in a row, at least 1.</param>
    /// <param name="before">The silos that were there when the attempt began.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Whether other silos are there.</returns>
    public async Task<bool> Wait(int losses, SiloAddress[] before, CancellationToken cancellation)
    {
        var pause = First * Math.Pow(2, Math.Min(losses, 30) - 1);
        var limit = pause < Longest ? pause : Longest;
        var since = clock.GetTimestamp();
        while (Active().SequenceEqual(before))
        {
            if (clock.GetElapsedTime(since) >= limit)
                return false;
            await Task.Delay(LookEvery, clock, cancellation);
        }
        return true;
    }
}
