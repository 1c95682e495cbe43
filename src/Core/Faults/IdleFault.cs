using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Faults;

/// <summary>
/// Finds faults that cannot fire. The same is said before a run and after it, so that it is shown once.
/// </summary>
public static class IdleFault
{
    /// <summary>What to say of a fault that cannot fire; null if it can.</summary>
    /// <param name="rule">The fault's rank in the plan, from 0.</param>
    /// <param name="plan">The plan.</param>
    public static string? Warning(int rule, RunPlan plan) =>
        Because(plan.Faults[rule], plan) is { } why ? $"{Rule(rule, plan)}, does nothing: {why}" : null;

    /// <summary>What messages call a fault of a plan.</summary>
    /// <param name="rule">The fault's rank in the plan, from 0.</param>
    /// <param name="plan">The plan.</param>
    public static string Rule(int rule, RunPlan plan) => $"faults: rule {rule + 1}, '{plan.Faults[rule].Name}'";

    /// <summary>
    /// Those of one place after the other: whether there is one, and whom it concerns, the first tells.
    /// </summary>
    /// <param name="fault">The fault.</param>
    /// <param name="plan">The plan.</param>
    public static IEnumerable<Crash> FirstCrash(Fault fault, RunPlan plan) =>
        fault.Crashes(plan.Places, plan.Seeds.Run, plan.Stop.Time).Take(1);

    static bool OnlyMoves(RunPlan plan) => Layout
        .Of(plan.Method, LayoutContext.Of(plan.Problem, plan.Places, plan.Topology, plan.Compute))
        .Roles.All(r => r.Count == Count.Tokens);

    static string? Because(Fault fault, RunPlan plan)
    {
        if (fault is { JudgesMessages: true, JudgesMoves: false } && OnlyMoves(plan))
            return "the agents of this method only move, and a move comes neither twice nor corrupted";
        if (fault.JudgesMessages || fault.ChangesTimers)
            return fault.WhyIdle(plan.Stop.Time);
        if (FirstCrash(fault, plan).Select(c => (Crash?)c).FirstOrDefault() is not { } first)
        {
            return fault.WhyIdle(plan.Stop.Time)
                ?? (fault is CrashFault ? "no crash is drawn before the end of the run" : "its probability is 0");
        }
        return first.At >= plan.Stop.Time
            ? $"the crash at {first.At.Seconds} s is not before the end of the run at {plan.Stop.Time?.Seconds} s"
            : null;
    }
}
