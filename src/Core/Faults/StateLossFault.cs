using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Faults;

/// <summary>Finds faults that cost agents a state without which their method cannot go on.</summary>
public static class StateLossFault
{
    /// <summary>Why a run with the fault makes no sense; null if it does.</summary>
    /// <param name="rule">The fault's rank in the plan, from 0.</param>
    /// <param name="plan">The plan.</param>
    public static string? Error(int rule, RunPlan plan)
    {
        var (fault, method) = (plan.Faults[rule], plan.Method);
        var first = IdleFault.FirstCrash(fault, plan).Where(c => c.State == CrashedState.Lost).ToList();
        if (first.Count == 0)
            return null;
        if (first[0].Place < 0)
        {
            return $"{fault.Name}: a server that loses its state has lost the model, and nobody brings it back; give "
                + "'state: kept', or crash workers";
        }
        if ((method.Tolerates & Tolerance.StateLoss) != 0)
            return null;
        var timeout = method.ToleratesWithTimeout.HasFlag(Tolerance.StateLoss) ? $", or {method.TimeoutOption}" : "";
        return $"{fault.Name}: '{method.Name}' cannot go on with agents that have lost their state; give "
            + $"'state: kept'{timeout}";
    }
}
