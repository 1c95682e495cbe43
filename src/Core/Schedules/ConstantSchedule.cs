using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Schedules;

/// <summary>The same step size for every update. In experiment files a plain number stands for it.</summary>
/// <param name="options">The step size.</param>
[Schedule("constant")]
public sealed class ConstantSchedule(ConstantSchedule.Options options) : StepSchedule
{
    /// <summary>Options of <see cref="ConstantSchedule"/>.</summary>
    public sealed record Options
    {
        /// <summary>The step size.</summary>
        [Range(0, 1e6)]
        public required double Value { get; init; }
    }

    /// <summary>A constant schedule.</summary>
    /// <param name="value">The step size, at least 0.</param>
    public static ConstantSchedule Of(double value) => new(new Options { Value = value });

    /// <inheritdoc/>
    public override double At(long n) => options.Value;
}
