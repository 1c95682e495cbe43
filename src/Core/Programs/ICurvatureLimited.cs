using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Programs;

/// <summary>A method that knows in minima of which curvature it can stay.</summary>
public interface ICurvatureLimited
{
    /// <summary>
    /// The curvature beyond which the method leaves a minimum, at the step size of now: 2 / eta for plain descent. In a
    /// quadratic of that Hessian eigenvalue, smaller ones are stable and greater ones diverge.
    /// </summary>
    /// <param name="context">The run.</param>
    /// <param name="updates">Updates so far, over all agents.</param>
    /// <returns>The curvature; null where no formula is known.</returns>
    double? CurvatureLimit(MethodContext context, long updates);

    /// <summary>The step size as a function of the iteration.</summary>
    StepSchedule Step { get; }

    /// <summary>Samples per gradient; 0 for all samples of the place.</summary>
    int BatchSize { get; }

    /// <summary>Whether each place has a model of its own, which its own data curve.</summary>
    bool HasModelPerPlace { get; }
}
