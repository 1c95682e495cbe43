using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>
/// Outages come at random times (Poisson) and last a time of any law; places of a group, such as a rack or a region,
/// have a share of them in common. A place that is hit again while it is down stays down until all outages are over.
/// What being down means is as with <c>crash</c>.
/// </summary>
/// <remarks>
/// <para>
/// With rate r for each place and a common share c, a group is hit at rate c r and each place by itself at rate
/// (1 - c) r: the numbers of outages of two places of a group have correlation c (common shocks). A place has as many
/// outages at once as an M/G/infinity queue has customers: long after the start none with probability
/// exp(-r E[duration]), whatever the law, and a group's places are all up with probability
/// exp(-r E[duration] (c + (1 - c) n)) for n places.
/// </para>
/// <para>
/// Over a day, the rate may follow r (1 + amplitude sin(2 pi t / period)), for single places and groups alike.
/// </para>
/// </remarks>
/// <param name="options">How often, how long, who together.</param>
[Fault("outages", Source = "common shocks: Marshall, Olkin, J. Amer. Statist. Assoc. 62 (1967) 30")]
public sealed class OutagesFault(OutagesFault.Options options) : Fault
{
    // Apart from the draws of other faults of places.
    const ulong OfPlaces = 1UL << 41, OfGroups = 1UL << 42;

    /// <summary>Options of <see cref="OutagesFault"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The mean time from one outage of a place to the next.</summary>
        [Range(1e-9, 2e9)]
        public required VirtualTime MeanBetween { get; init; }

        /// <summary>The law of how long an outage lasts, in seconds.</summary>
        public required Law Duration { get; init; }

        /// <summary>The groups, each a list of places; places in none are hit by themselves.</summary>
        public IReadOnlyList<IReadOnlyList<int>> Groups { get; init; } = [];

        /// <summary>Instead: places 0 to n - 1 are a group, n to 2n - 1, and so on.</summary>
        [Range(2, int.MaxValue)]
        public int? GroupSize { get; init; }

        /// <summary>The share of its outages that a place has in common with the others of its group.</summary>
        [Range(0, 1.0)]
        public double Common { get; init; } = 1;

        /// <summary>The share by which the rate leaves its mean over a period.</summary>
        [Range(0, 1.0)]
        public double Amplitude { get; init; }

        /// <summary>The time from one busiest moment to the next; a day is 24h.</summary>
        [Range(1e-9, 2e9)]
        public VirtualTime? Period { get; init; }

        /// <summary>What becomes of the agents' state.</summary>
        public CrashedState State { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Groups.Count > 0 && GroupSize is not null)
                yield return "give either groups or group-size";
            var grouped = Groups.SelectMany(group => group).ToList();
            if (grouped.Distinct().Count() < grouped.Count)
                yield return "groups: a place is in one group at most, and once";
            if (Amplitude > 0 != Period is not null)
                yield return "amplitude and period belong together";
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">A place does not exist.</exception>
    public override void Build(LinkContext context)
    {
        options.Duration.Build(context.Locate);
        foreach (var place in options.Groups.SelectMany(group => group))
            context.RequirePlace(Name, place, orServer: false);
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">
    /// The run has no end that is known beforehand, or outages so frequent that they are too many.
    /// </exception>
    public override IEnumerable<Crash> Crashes(int places, ulong seed, VirtualTime? horizon)
    {
        if (horizon is not { } end)
            throw new InputException("outages: a run with outages must end at a virtual time; give stop.time");
        RequireFewCrashes(places * end.Seconds / options.MeanBetween.Seconds, "a longer 'mean-between'");
        IEnumerable<IEnumerable<int>> groups =
            options.GroupSize is { } size ? Enumerable.Range(0, places).Chunk(size) : options.Groups;
        var groupOf = new int?[places];
        foreach (var (number, group) in groups.Index())
        {
            foreach (var place in group)
                groupOf[place] = number;
        }
        return groupOf.SelectMany((group, place) => Joined(place, group is { } number
            ? Outages(OfGroups | (uint)number, options.Common, seed, end)
                .Concat(Outages(OfPlaces | (uint)place, 1 - options.Common, seed, end))
            : Outages(OfPlaces | (uint)place, 1, seed, end)));
    }

    /// <summary>Outages at a share of the rate: a Poisson process, thinned where the rate varies.</summary>
    IEnumerable<(VirtualTime At, VirtualTime Until)> Outages(ulong stream, double share, ulong seed, VirtualTime end)
    {
        var (peak, seconds) = (1 + options.Amplitude, 0.0);
        for (ulong k = 0; share > 0; k += 2)
        {
            var draw = new Draw(seed, Purpose.Fault, stream, k);
            seconds += options.MeanBetween.Seconds / (share * peak) * draw.Exponential();
            if (seconds >= end.Seconds)
                yield break;
            if (draw.Uniform(1) * peak >= RateAt(seconds))
                continue;
            var at = VirtualTime.FromSeconds(seconds);
            yield return (at, at + options.Duration.Duration(new Draw(seed, Purpose.Fault, stream, k + 1)));
        }
    }

    double RateAt(double seconds)
    {
        if (options.Period is not { } period)
            return 1;
        var turns = seconds / period.Seconds;
        ExactMath.SinCosTurns(turns - Math.Floor(turns), out var sin, out _);
        return 1 + (options.Amplitude * sin);
    }

    IEnumerable<Crash> Joined(int place, IEnumerable<(VirtualTime At, VirtualTime Until)> outages)
    {
        (VirtualTime At, VirtualTime Until)? last = null;
        foreach (var next in outages.OrderBy(o => o.At).ThenBy(o => o.Until))
        {
            if (last is { } open && next.At <= open.Until)
            {
                last = open with { Until = open.Until > next.Until ? open.Until : next.Until };
                continue;
            }
            if (last is { } over)
                yield return new Crash(place, over.At, over.Until, options.State);
            last = next;
        }
        if (last is { } end)
            yield return new Crash(place, end.At, end.Until, options.State);
    }
}
