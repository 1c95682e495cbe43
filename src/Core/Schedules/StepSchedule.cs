using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Schedules;

/// <summary>Names a step schedule in experiment files.</summary>
/// <param name="name">The name, for instance <c>power</c>.</param>
public sealed class ScheduleAttribute(string name) : EntryAttribute(name);

/// <summary>The step size as a function of the number of updates made.</summary>
/// <remarks>In experiment files a plain number is a constant schedule.</remarks>
[EntryKind("schedules")]
public abstract class StepSchedule
{
    /// <summary>The step size of update number <paramref name="n"/>, counted from 0; at least 0.</summary>
    public abstract double At(long n);

    /// <summary>A constant schedule, as a plain number in an experiment file.</summary>
    /// <param name="value">The step size, at least 0.</param>
    public static implicit operator StepSchedule(double value) => ConstantSchedule.Of(value);
}
