using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.ComputeTimes;

/// <summary>
/// The schedule of an adversary who may delay as long as no gradient is more than <c>bound</c> updates old: those of
/// one worker are always as old as that, and the others take turns at equal distances.
/// </summary>
/// <remarks>
/// <para>
/// Of n workers, the others deliver one gradient every T / (n - 1), with T the time of a computation; the chosen one
/// takes bound T / (n - 1) for each of its own, which come halfway between two of theirs. So between its model and its
/// gradient there are exactly bound updates. An update of the others is n - 2 or n - 1 old, and the mean over all is
/// n - 1, as it is whatever the delays: an adversary can move staleness, but makes no more of it.
/// </para>
/// <para>
/// It is attained where computations of all workers take equally long but for this, and messages and service no time;
/// where they take some, the oldest gradient is younger. Other slowdowns and jitter spoil it. For the delay without
/// end of some places, see the fault <c>split</c> without <c>for</c>.
/// </para>
/// </remarks>
/// <param name="options">The bound, and whose gradients are old.</param>
[Slowdown("worst-staleness",
    Source = "bounded delays: Bertsekas and Tsitsiklis, Parallel and Distributed Computation, 1989, chapter 7")]
public sealed class WorstStaleness(WorstStaleness.Options options) : Slowdown
{
    // Between two updates of the others, so that no tie decides what comes first.
    const double Halfway = 0.5;

    int _others = 1;

    /// <summary>Options of <see cref="WorstStaleness"/>.</summary>
    public sealed record Options
    {
        /// <summary>The staleness of the worker's gradients, at least that of the others.</summary>
        [Range(1, 1 << 30)]
        public required int Bound { get; init; }

        /// <summary>The worker.</summary>
        [Range(0, int.MaxValue)]
        public int Place { get; init; }
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">
    /// There is no server, no such worker or no other, or the bound is less than the others' staleness.
    /// </exception>
    public override void Build(LinkContext context)
    {
        if (!context.HasServer)
            throw new InputException($"{Name}: it is for workers of a server, and this method has none");
        context.RequirePlace(Name, options.Place, orServer: false);
        _others = context.Places - 1;
        if (_others == 0)
            throw new InputException($"{Name}: with one worker nothing is ever stale; give more");
        if (options.Bound < _others)
        {
            throw new InputException($"{Name}: bound {options.Bound} is less than the {_others} updates that the other "
                + $"workers' gradients are old anyway; expected at least {_others}");
        }
    }

    /// <inheritdoc/>
    public override double Factor(in ComputeContext computation, in Draw draw)
    {
        if (computation.Place < 0)
            return 1;
        var isFirst = computation.Number == 0;
        if (computation.Place == options.Place)
            return (options.Bound + (isFirst ? Halfway : 0)) / _others;
        var turn = computation.Place < options.Place ? computation.Place : computation.Place - 1;
        return isFirst ? (turn + 1.0) / _others : 1;
    }
}
