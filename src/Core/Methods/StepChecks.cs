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
            yield return $"the first step {Counted.Digits(first, 4)} is beyond 2 / L = "
                + $"{Counted.Digits(2 / smoothness, 4)}, where descent may diverge";
    }
}
