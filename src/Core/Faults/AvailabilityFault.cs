using System.ComponentModel.DataAnnotations;
using System.Globalization;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>
/// Places are up when a file says so, and down at all other times: a table with the columns <c>agent</c>, <c>from</c>
/// and <c>to</c>, one line for each time an agent is up. What being down means is as with <c>crash</c>.
/// </summary>
/// <remarks>
/// An agent of the file is a place: its number from 0, or its name where nodes have names. With <c>cycle</c> the agents
/// of the file are dealt out in turn, in the order of their first lines: place p takes agent p modulo their number. A
/// line without <c>to</c> is up for good, one without <c>from</c> and <c>to</c> says that its agent is never up. Times
/// of an agent that overlap are one. After its last time an agent is down for good, unless the file is repeated
/// <c>every</c> so often.
/// </remarks>
/// <param name="options">The file.</param>
[Fault("availability", Source = "traces of clients: Lai et al., FedScale, ICML 2022")]
public sealed class AvailabilityFault(AvailabilityFault.Options options) : Fault
{
    // By place: when it is up, in ns, in order and apart from each other.
    (long From, long To)[][] _up = [];

    /// <summary>Options of <see cref="AvailabilityFault"/>.</summary>
    public sealed record Options
    {
        /// <summary>The file, plain or gzip: CSV with a header.</summary>
        public required string File { get; init; }

        /// <summary>What one unit of the file's times is worth: <c>1ms</c> where it has milliseconds.</summary>
        [Time, Range(0, 1e9, MinimumIsExclusive = true)]
        public double Scale { get; init; } = 1;

        /// <summary>The time after which the file begins again; without, it counts once.</summary>
        [Range(1e-9, 2e9)]
        public VirtualTime? Every { get; init; }

        /// <summary>Whether the agents of the file are dealt out in turn, again from the first.</summary>
        public bool Cycle { get; init; }

        /// <summary>What becomes of the agents' state.</summary>
        public CrashedState State { get; init; }
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">
    /// The file is missing or broken, its agents are no places, a place is none of them, or a time is beyond
    /// <see cref="Options.Every"/>.
    /// </exception>
    public override void Build(LinkContext context)
    {
        var path = context.Locate(options.File);
        var lines = UpTimesReader.Read(path);
        var agents = lines.GroupBy(l => l.Agent).ToList();
        _up = new (long, long)[context.Places][];
        if (options.Cycle)
        {
            for (var place = 0; place < _up.Length; place++)
                _up[place] = Joined(path, agents[place % agents.Count]);
            return;
        }
        foreach (var agent in agents)
            _up[PlaceOf(path, agent.First(), context)] = Joined(path, agent);
        if (Array.FindIndex(_up, up => up is null) is >= 0 and var missing)
        {
            throw new InputException($"{path}: has no line of place {NameOf(missing, context)}; give one, without "
                + "times where it is never up, or `cycle: true`, which deals the file's agents out in turn");
        }
    }

    /// <inheritdoc/>
    public override string? WhyIdle(VirtualTime? horizon) => "the file has every place up until the end of the run";

    /// <inheritdoc/>
    /// <exception cref="InputException">
    /// The file is repeated, and the run has no end that is known beforehand, or it is repeated too often.
    /// </exception>
    public override IEnumerable<Crash> Crashes(int places, ulong seed, VirtualTime? horizon)
    {
        if (options.Every is not null && horizon is null)
        {
            throw new InputException("availability: a file that is repeated needs a run that ends at a virtual time; "
                + "give stop.time");
        }
        if (options.Every is { } every)
        {
            RequireFewCrashes(
                _up.Sum(up => (double)up.Length) * horizon!.Value.Seconds / every.Seconds, "a longer 'every'");
        }
        return Enumerable.Range(0, places).SelectMany(place => DownTimes(place, horizon?.Nanoseconds ?? long.MaxValue));
    }

    IEnumerable<Crash> DownTimes(int place, long end)
    {
        long down = 0;
        foreach (var (from, to) in UpTimes(_up[place], end))
        {
            if (from > down && down < end)
                yield return new Crash(place, new(down), new VirtualTime(from), options.State);
            down = Math.Max(down, to);
        }
        if (down < end)
            yield return new Crash(place, new(down), null, options.State);
    }

    // With the first after the end, so that what is down before it is known to come back.
    IEnumerable<(long From, long To)> UpTimes((long From, long To)[] once, long end)
    {
        long shift = 0;
        do
        {
            foreach (var (from, to) in once)
            {
                yield return to == long.MaxValue ? (from + shift, to) : (from + shift, to + shift);
                if (from + shift >= end)
                    yield break;
            }
            shift += options.Every?.Nanoseconds ?? 0;
        }
        while (options.Every is not null && once.Length > 0);
    }

    (long From, long To)[] Joined(string path, IEnumerable<UpTime> lines)
    {
        var joined = new List<(long From, long To)>();
        foreach (var line in lines.Where(l => l.From is not null).OrderBy(l => l.From))
        {
            var (from, to) = (TimeOf(line.From!.Value), line.To is { } end ? TimeOf(end) : long.MaxValue);
            if (options.Every is { Nanoseconds: var every } && (to == long.MaxValue ? from : to) > every)
                throw DataFile.Error(path, line.Line, $"is beyond every, {options.Every}");
            if (joined.Count > 0 && from <= joined[^1].To)
                joined[^1] = (joined[^1].From, Math.Max(joined[^1].To, to));
            else
                joined.Add((from, to));
        }
        // For good is until the file begins again.
        if (options.Every is { } again && joined.Count > 0 && joined[^1].To == long.MaxValue)
            joined[^1] = (joined[^1].From, again.Nanoseconds);
        return [.. joined];
    }

    long TimeOf(double time) => VirtualTime.FromSeconds(time * options.Scale).Nanoseconds;

    static string NameOf(int place, LinkContext context) =>
        context.Names?[place] ?? place.ToString(CultureInfo.InvariantCulture);

    static int PlaceOf(string path, UpTime line, LinkContext context)
    {
        for (var place = 0; place < context.Places; place++)
        {
            if (NameOf(place, context) == line.Agent)
                return place;
        }
        throw DataFile.Error(path, line.Line, $"there is no place {DataFile.Quote(line.Agent)}; the places are "
            + $"{NameOf(0, context)} to {NameOf(context.Places - 1, context)}; `cycle: true` deals the file's agents "
            + "out in turn");
    }
}
