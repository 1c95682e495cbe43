using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Links;

/// <summary>
/// The delays of another model, times a factor that changes at given times, once or again and again: what a message
/// takes is decided when it is sent.
/// </summary>
/// <param name="options">The other model, the factors and when they begin.</param>
[Link("varying")]
public sealed class VaryingDelay(VaryingDelay.Options options) : TimedDelay(options.Delay)
{
    readonly long[] _at = [.. options.At.Select(at => at.Nanoseconds)];

    /// <summary>Options of <see cref="VaryingDelay"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The delays that are multiplied.</summary>
        public required LinkDelay Delay { get; init; }

        /// <summary>The virtual times at which factors begin, ascending; the first is 0.</summary>
        [Range(0, 2e9)]
        public required IReadOnlyList<VirtualTime> At { get; init; }

        /// <summary>The factor from each of these times on, as many.</summary>
        [Range(0, 1e9)]
        public required IReadOnlyList<double> Factors { get; init; }

        /// <summary>After this time it begins again; without, the last factor stays.</summary>
        [Range(1e-9, 2e9)]
        public VirtualTime? Every { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (At.Count == 0 || At[0] > VirtualTime.Zero)
                yield return "the first factor must begin at 0";
            for (var i = 1; i < At.Count; i++)
            {
                if (At[i] <= At[i - 1])
                    yield return $"times must ascend; number {i + 1} is {At[i]}, the one before {At[i - 1]}";
            }
            if (At.Count != Factors.Count)
                yield return $"{Factors.Count} factors for {At.Count} times; give one for each";
            if (At.Count > 0 && Every is { } every && At[^1] >= every)
                yield return $"every must be beyond the last time, {At[^1]}; it is {every}";
        }
    }

    /// <inheritdoc/>
    protected override double LeastFactor => options.Factors.Min();

    /// <inheritdoc/>
    protected override double Factor(in MessageContext message)
    {
        var now = message.Now;
        var time = options.Every is { } every ? now.Nanoseconds % every.Nanoseconds : now.Nanoseconds;
        var found = Array.BinarySearch(_at, time);
        return options.Factors[found >= 0 ? found : ~found - 1];
    }
}
