using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Rules;

/// <summary>Whether agents that begin together may stay together, as far as times go.</summary>
static class EqualTimes
{
    /// <summary>
    /// Whether all computations of a kind take equally long, and no message is lost, delayed by others, or by chance.
    /// </summary>
    /// <param name="plan">The run.</param>
    public static bool Of(RunPlan plan) =>
        !plan.Faults.Any(f => f.JudgesMessages)
        && plan.Links is { Fifo: false, SendRate: null, ReceiveRate: null, Delay.IsRandom: false }
        && plan.Compute.IsConstant && Array.TrueForAll(plan.Compute.Factors, f => f == plan.Compute.Factors[0]);
}
