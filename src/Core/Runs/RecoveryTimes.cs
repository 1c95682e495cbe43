namespace AsyncOpt.Core.Runs;

/// <summary>How long it took after a fault's ends until things went on.</summary>
/// <param name="Fault">The fault's rank among the run's, from 0.</param>
/// <param name="Name">Its name.</param>
/// <param name="Updates">
/// From each end at a place to the next update that the place contributed to, or the server made.
/// </param>
/// <param name="Loss">
/// From each end to the first sampling instant at which the loss was no more than at the last one before the fault
/// began; null where no loss was measured.
/// </param>
public sealed record RecoveryTimes(int Fault, string Name, RecoveryQuantiles Updates, RecoveryQuantiles? Loss);

/// <summary>Quantiles of recovery times, in virtual seconds; 0 where nothing recovered.</summary>
/// <param name="Ended">How many ends there were.</param>
/// <param name="Recovered">How many of them recovered before the next end, or the end of the run.</param>
/// <param name="Median">The least time that half of those that recovered did not exceed.</param>
/// <param name="P95">The same for 95 of 100.</param>
/// <param name="Longest">The longest.</param>
public sealed record RecoveryQuantiles(long Ended, long Recovered, double Median, double P95, double Longest)
{
    /// <summary>The quantiles of some times.</summary>
    /// <param name="ended">How many ends there were.</param>
    /// <param name="times">Those of the ends that recovered, in ns; sorted in place.</param>
    public static RecoveryQuantiles Of(long ended, List<long> times)
    {
        times.Sort();
        double At(long hundredths) =>
            times.Count == 0 ? 0 : times[(int)(((times.Count * hundredths) + 99) / 100) - 1] / 1e9;
        return new(ended, times.Count, At(50), At(95), At(100));
    }
}
