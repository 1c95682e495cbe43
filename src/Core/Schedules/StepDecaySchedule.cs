using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Schedules;

/// <summary>
/// Falls in stairs: value * factor^k, where k counts the stairs passed by update n: n / every, or the milestones at or
/// below n.
/// </summary>
/// <param name="options">Value, factor, and where the stairs are.</param>
[Schedule("step-decay")]
public sealed class StepDecaySchedule(StepDecaySchedule.Options options) : StepSchedule
{
    /// <summary>Options of <see cref="StepDecaySchedule"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The first step size.</summary>
        [Range(0, 1e6)]
        public required double Value { get; init; }

        /// <summary>What each stair multiplies by.</summary>
        [Range(0, 1.0)]
        public double Factor { get; init; } = 0.1;

        /// <summary>The number of updates per stair; null where milestones are given.</summary>
        [Range(1L, 1L << 48)]
        public long? Every { get; init; }

        /// <summary>The updates, counted from 0, at which stairs begin, ascending; null where every is given.</summary>
        public IReadOnlyList<long>? Milestones { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Every is null == Milestones is null)
                yield return "give either every or milestones";
            for (var i = 0; i < (Milestones?.Count ?? 0); i++)
            {
                if (Milestones![i] < 1 || (i > 0 && Milestones[i] <= Milestones[i - 1]))
                    yield return $"milestones must be at least 1 and ascend; number {i + 1} is {Milestones[i]}";
            }
        }
    }

    readonly long[] _milestones = [.. options.Milestones ?? []];

    /// <inheritdoc/>
    public override double At(long n)
    {
        var stairs = options.Every is { } every ? n / every : Passed(n);
        return options.Value * ExactMath.Pow(options.Factor, stairs);
    }

    long Passed(long n)
    {
        var index = Array.BinarySearch(_milestones, n);
        return index < 0 ? ~index : index + 1;
    }
}
