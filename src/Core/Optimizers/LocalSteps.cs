using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Optimizers;

/// <summary>
/// The oracle of local training: H steps of an optimizer, each on a batch of its own, from one point.
/// Inputs x and the optimizer's states; outputs the same after H steps. Every problem with <c>f.grad</c> has it.
/// </summary>
/// <remarks>
/// Step h = 0 .. H-1 of a request uses batch number <c>Key.Number + h</c>, the learning rate of step
/// <c>RateStep + h</c> of the schedule, and counts as step <c>OptimizerStep + h + 1</c> of the optimizer's state. So
/// H = 1 with plain SGD has the bits of one gradient and one step.
/// </remarks>
public sealed class LocalSteps : Oracle
{
    /// <summary>Its name.</summary>
    public const string OracleName = "f.local-steps";

    /// <summary>The oracle of one optimizer under one schedule.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="rate">The learning rate as a function of the schedule's step.</param>
    public LocalSteps(Optimizer optimizer, StepSchedule rate)
        : base(OracleName, Vectors(optimizer), Vectors(optimizer))
    {
        (Optimizer, Rate) = (optimizer, rate);
        CountsGradient = true;
    }

    /// <summary>The optimizer.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>The learning rate.</summary>
    public StepSchedule Rate { get; }

    // The point, then the states.
    static Dim[] Vectors(Optimizer optimizer) => [.. Enumerable.Repeat(Dim.Parameters, 1 + optimizer.States)];
}
