using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods;

static class StepChecks
{
    /// <summary>Warns of a first step beyond 2 / L, at which gradient descent leaves a quadratic's minimum.</summary>
    public static IEnumerable<string> Warnings(StepSchedule step, MethodContext context)
    {
        var first = step.At(0);
        if (context.Smoothness is { } smoothness && first * smoothness > 2)
            yield return $"the first step {first:g4} is beyond 2 / L = {2 / smoothness:g4}, where descent may diverge";
    }
}
