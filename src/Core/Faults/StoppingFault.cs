using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Faults;

/// <summary>
/// Finds faults that can stop a method for good, because something is waited for that never comes. The same is said
/// before a run and after it, so that it is shown once.
/// </summary>
public static class StoppingFault
{
    // Of very many crashes the first tell.
    const int LookedAtMost = 1 << 16;

    /// <summary>What to say of a fault that can stop the method; null if none can.</summary>
    /// <param name="rule">The fault's rank in the plan, from 0.</param>
    /// <param name="plan">The plan.</param>
    public static string? Warning(int rule, RunPlan plan)
    {
        var (fault, method) = (plan.Faults[rule], plan.Method);
        var missing = Stops(fault, plan) & ~method.Tolerates;
        if (missing == Tolerance.None)
            return LateWarning(rule, plan);
        var what = (missing & Tolerance.Loss) != 0 ? "messages that it loses" : "who does not come back";
        string[] remedies =
        [
            .. method.ToleratesWithTimeout.HasFlag(missing) ? [method.TimeoutOption] : (string[])[],
            .. missing == Tolerance.Loss ? ["links.retransmit"] : (string[])[],
        ];
        return $"{IdleFault.Rule(rule, plan)}, can stop '{method.Name}' for good, as it waits without end for {what}; "
            + (remedies.Length > 0 ? $"give {string.Join(" or ", remedies)}" : "no option of the method helps");
    }

    /// <summary>What to say of room for messages that can stop the method; null where it cannot.</summary>
    /// <param name="plan">The plan.</param>
    public static string? BufferWarning(RunPlan plan)
    {
        var (method, links) = (plan.Method, plan.Links);
        string[] keys =
        [
            .. plan.ServiceBuffers.Count > 0 ? (string[])["service: buffer"] : [],
            // What a sender's card loses may be sent again.
            .. links.Buffer is not null && (links.ReceiveRate is not null || links.Retransmit is null)
                ? (string[])["links.buffer"] : [],
        ];
        if (keys.Length == 0 || method.Tolerates.HasFlag(Tolerance.Loss))
            return null;
        return $"{string.Join(" and ", keys)}: what finds no room is lost, which can stop '{method.Name}' for good, as "
            + "it waits without end for messages that are lost; "
            + (method.ToleratesWithTimeout.HasFlag(Tolerance.Loss)
                ? $"give {method.TimeoutOption}" : "no option of the method helps");
    }

    // Who joins late has no state, and missed what was sent at the start.
    static string? LateWarning(int rule, RunPlan plan)
    {
        var method = plan.Method;
        if ((method.Tolerates & (Tolerance.StateLoss | Tolerance.Loss)) != 0 || !LetsJoinLate(plan.Faults[rule], plan))
            return null;
        return $"{IdleFault.Rule(rule, plan)}, lets agents join late, which may never take part, as '{method.Name}' "
            + "sends them nothing again; " + (method.ToleratesWithTimeout.HasFlag(Tolerance.StateLoss)
                ? $"give {method.TimeoutOption}" : "no option of the method helps");
    }

    static bool LetsJoinLate(Fault fault, RunPlan plan) => fault
        .Crashes(plan.Places, plan.Seeds.Run, plan.Stop.Time).Take(LookedAtMost)
        .Any(crash => crash is { At.Nanoseconds: 0, Until: not null, Place: >= 0 });

    // What a method must tolerate to go on under a fault. What is sent again counts as not lost.
    static Tolerance Stops(Fault fault, RunPlan plan)
    {
        var stops = fault.LosesMessages && plan.Links.Retransmit is null ? Tolerance.Loss : Tolerance.None;
        return IdleFault.FirstCrash(fault, plan).Any(crash => crash is { Until: null, Place: >= 0 })
            ? stops | Tolerance.Crash
            : stops;
    }
}
