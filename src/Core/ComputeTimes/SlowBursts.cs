using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.ComputeTimes;

/// <summary>
/// Agents are slow in bursts: each is normal or slow, may change with each computation, and takes factor times as long
/// while it is slow. Bursts have 1 / leave computations on average, and enter / (enter + leave) of all are slow.
/// </summary>
/// <remarks>
/// It counts computations, not time. Agents begin in the stationary law. Reductions, which take no time, count too.
/// </remarks>
/// <param name="options">How often, how long and how much.</param>
[Slowdown("bursts")]
public sealed class SlowBursts(SlowBursts.Options options) : Slowdown
{
    readonly TwoStateChain _slow = new(options.Enter, options.Leave);
    readonly HashSet<int>? _places = options.Places?.ToHashSet();

    /// <summary>Options of <see cref="SlowBursts"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The probability that a normal agent is slow at the next computation.</summary>
        [Range(1e-6, 1.0)]
        public required double Enter { get; init; }

        /// <summary>The probability that a slow agent is normal at the next computation.</summary>
        [Range(1e-3, 1.0)]
        public required double Leave { get; init; }

        /// <summary>How many times as long a computation of a slow agent takes.</summary>
        [Range(0, 1e9)]
        public required double Factor { get; init; }

        /// <summary>The places it concerns; without, all.</summary>
        public IReadOnlyList<int>? Places { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Factor == 1)
                yield return "factor 1 changes nothing";
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">A place does not exist.</exception>
    public override void Build(LinkContext context)
    {
        foreach (var place in _places ?? [])
            context.RequirePlace(Name, place);
    }

    /// <inheritdoc/>
    public override double Factor(in ComputeContext computation, in Draw draw) =>
        _places?.Contains(computation.Place) != false && _slow.IsInside(computation.Number, in draw)
            ? options.Factor
            : 1;
}
