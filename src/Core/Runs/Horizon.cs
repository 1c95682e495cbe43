namespace AsyncOpt.Core.Runs;

/// <summary>How long a run will be, as far as that is known before it.</summary>
static class Horizon
{
    /// <summary>
    /// About how many updates each of several like agents will make: what the stop rules leave, at the mean speed,
    /// without what messages and waiting take.
    /// </summary>
    /// <param name="plan">The run.</param>
    /// <param name="agents">How many agents make updates.</param>
    /// <param name="factors">The speed factors of these agents.</param>
    /// <param name="samples">Samples per update.</param>
    /// <returns>The number; null where no rule says.</returns>
    public static long? UpdatesOfEach(RunPlan plan, int agents, double[] factors, long samples)
    {
        var seconds = plan.Compute.Duration(factors.Average(), 1, samples).Seconds;
        var updates = new[]
        {
            plan.Stop.Time?.Seconds / seconds, (double?)plan.Stop.Updates / agents,
            (double?)plan.Stop.Gradients / agents,
        }.Min();
        return updates is { } n && double.IsFinite(n) ? (long)n : null;
    }
}
