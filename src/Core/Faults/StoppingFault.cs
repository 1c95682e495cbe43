using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Faults;

/// <summary>
/// Finds faults that can stop a method for good, because something is waited for that never comes. The same is said
/// before a run and after it, so that it is shown once.
/// </summary>
public static class StoppingFault
{
    /// <summary>What to say of a fault that can stop the method; null if none can.</summary>
    /// <param name="rule">The fault's rank in the plan, from 0.</param>
    /// <param name="plan">The plan.</param>
    public static string? Warning(int rule, RunPlan plan)
    {
        var (fault, method) = (plan.Faults[rule], plan.Method);
        var missing = Stops(fault, plan) & ~method.Tolerates;
        if (missing == Tolerance.None)
            return null;
        var what = (missing & Tolerance.Loss) != 0 ? "messages that it loses" : "who does not come back";
        string[] remedies =
        [
            .. method.ToleratesWithTimeout.HasFlag(missing) ? [method.TimeoutOption] : (string[])[],
            .. missing == Tolerance.Loss ? ["links.retransmit"] : (string[])[],
        ];
        return $"{IdleFault.Rule(rule, plan)}, can stop '{method.Name}' for good, as it waits without end for {what}; "
            + (remedies.Length > 0 ? $"give {string.Join(" or ", remedies)}" : "no option of the method helps");
    }

    // What a method must tolerate to go on under a fault. What is sent again counts as not lost.
    static Tolerance Stops(Fault fault, RunPlan plan)
    {
        var stops = fault.LosesMessages && plan.Links.Retransmit is null ? Tolerance.Loss : Tolerance.None;
        return IdleFault.FirstCrash(fault, plan).Any(crash => crash is { Until: null, Place: >= 0 })
            ? stops | Tolerance.Crash
            : stops;
    }
}
