using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>How places begin that come and go.</summary>
public enum SessionStart
{
    /// <summary>They are up, and a session begins.</summary>
    Up,

    /// <summary>They are down, and join when that time is over.</summary>
    Down,

    /// <summary>They are up with the probability of a time long after; needs exponential times.</summary>
    Stationary,
}

/// <summary>
/// Places come and go, as phones and volunteers do: each is up for a time of one law, down for a time of another, and
/// so on, independently of all others. What being down means is as with <c>crash</c>.
/// </summary>
/// <remarks>
/// In the long run a place is up for the share up / (up + down) of the means. With exponential times of rates a (to go
/// down) and b (to come up), whether it is up is correlated as exp(-(a + b) t) over a time t.
/// </remarks>
/// <param name="options">The two laws.</param>
[Fault("sessions", Source = "alternating renewal process: Cox, Renewal Theory, 1962, chapter 7")]
public sealed class SessionsFault(SessionsFault.Options options) : Fault
{
    // Apart from the draws of other faults of places.
    const ulong Stream = 1UL << 40;

    /// <summary>Options of <see cref="SessionsFault"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The law of how long a place is up, in seconds.</summary>
        public required Law Up { get; init; }

        /// <summary>The law of how long it is down, in seconds.</summary>
        public required Law Down { get; init; }

        /// <summary>Which places; without, all but the server.</summary>
        public IReadOnlyList<int>? Places { get; init; }

        /// <summary>How they begin.</summary>
        public SessionStart Start { get; init; }

        /// <summary>What becomes of the agents' state.</summary>
        public CrashedState State { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Start == SessionStart.Stationary && !(IsExponential(Up) && IsExponential(Down)))
                yield return "start: stationary needs exponential times, shifted-exponential without a shift; "
                    + "else begin up or down";
            if (Places is { } places && places.Distinct().Count() < places.Count)
                yield return "places: each of them once";
        }

        static bool IsExponential(Law law) => law is ShiftedExponential { Floor: 0, IsRandom: true };
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">A place does not exist, or a law gives no time above 0.</exception>
    public override void Build(LinkContext context)
    {
        foreach (var place in options.Places ?? [])
            context.RequirePlace(Name, place, orServer: false);
        foreach (var (name, law) in new[] { ("up", options.Up), ("down", options.Down) })
        {
            law.Build(context.Locate);
            if (!(law.Mean > 0))
                throw new InputException($"sessions: {name} has mean 0; give a law of times above 0");
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">
    /// The run has no end that is known beforehand, or sessions so short that they are too many.
    /// </exception>
    public override IEnumerable<Crash> Crashes(int places, ulong seed, VirtualTime? horizon)
    {
        if (horizon is not { } end)
        {
            throw new InputException("sessions: a run in which places come and go must end at a virtual time; give "
                + "stop.time");
        }
        var who = options.Places ?? [.. Enumerable.Range(0, places)];
        RequireFewCrashes(
            who.Count * end.Seconds / (options.Up.Mean + options.Down.Mean), "longer times in 'up' and 'down'");
        return who.SelectMany(place => OfPlace(place, seed, end));
    }

    IEnumerable<Crash> OfPlace(int place, ulong seed, VirtualTime end)
    {
        ulong k = 0;
        var down = IsDownAtFirst(Next()) ? VirtualTime.Zero : options.Up.Duration(Next());
        while (down < end)
        {
            var up = down + options.Down.Duration(Next());
            yield return new Crash(place, down, up, options.State);
            down = up + options.Up.Duration(Next());
        }

        Draw Next() => new(seed, Purpose.Fault, Stream | (uint)place, k++);
    }

    bool IsDownAtFirst(in Draw draw) => options.Start switch
    {
        SessionStart.Up => false,
        SessionStart.Down => true,
        _ => draw.Uniform() * (options.Up.Mean + options.Down.Mean) < options.Down.Mean,
    };
}
