using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>
/// Clocks that run fast or slow, and jump: the timers of agents, such as timeouts and rounds by time, go off when the
/// clock of their place has advanced by so much.
/// </summary>
/// <remarks>
/// A clock shows (1 + drift) t and what it has jumped by; the drift of a place is drift + spread n with n standard
/// normal. A timer goes off as soon as its clock shows the time, so that a jump forward lets it go off at once, and one
/// back lets it wait that much longer. How far a clock is off at the start is seen by nobody, as programs measure
/// times and never tell one. Computations, messages and crashes take their time whatever clocks show, and so do the
/// times that programs see of events.
/// </remarks>
/// <param name="options">Whose clocks, and how wrong they are.</param>
[Fault("clock", Source = "drift as in Cristian, Distributed Computing 3 (1989) 146")]
public sealed class ClockFault(ClockFault.Options options) : Fault
{
    // Apart from the draws of other faults of places.
    const ulong Stream = 1UL << 43;

    // A clock that stands still, or nearly, lets no timer go off.
    const double SlowestRate = 0.01;

    readonly HashSet<int>? _places = options.Places?.ToHashSet();

    /// <summary>Options of <see cref="ClockFault"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>Which places; -1 for the server. Without, all but the server.</summary>
        public IReadOnlyList<int>? Places { get; init; }

        /// <summary>By which share clocks run fast, or slow if it is below 0: 1e-4 gains 0.1 ms a second.</summary>
        [Range(-0.99, 100)]
        public double Drift { get; init; }

        /// <summary>The standard deviation of the drift from place to place.</summary>
        [Range(0, 0.2)]
        public double Spread { get; init; }

        /// <summary>When clocks jump.</summary>
        [Range(0, 2e9)]
        public VirtualTime? At { get; init; }

        /// <summary>How far they jump forward.</summary>
        [Range(1e-9, 2e9)]
        public VirtualTime? Forward { get; init; }

        /// <summary>How far they jump back.</summary>
        [Range(1e-9, 2e9)]
        public VirtualTime? Back { get; init; }

        /// <summary>The time from one jump to the next; without, they jump once.</summary>
        [Range(1e-9, 2e9)]
        public VirtualTime? Every { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Drift == 0 && Spread == 0 && At is null)
                yield return "clocks are right; give drift, spread, or a jump: at, and forward or back";
            if (At is null != (Forward ?? Back) is null || (Forward is not null && Back is not null))
                yield return "a jump needs at, and either forward or back";
            if (Every is not null && At is null)
                yield return "every is for jumps; give at, and forward or back";
            if (Every is { } every && Back is { } back && back.Seconds >= every.Seconds * SlowestRate)
            {
                yield return "clocks that jump back as fast as they run let no timer go off; give a back of less than "
                    + "a hundredth of every";
            }
        }
    }

    /// <inheritdoc/>
    public override bool ChangesTimers => true;

    /// <inheritdoc/>
    /// <exception cref="InputException">A place does not exist.</exception>
    public override void Build(LinkContext context)
    {
        foreach (var place in _places ?? [])
            context.RequirePlace(Name, place);
    }

    /// <inheritdoc/>
    public override VirtualTime TimerDelay(int place, VirtualTime now, VirtualTime delay, ulong seed)
    {
        if (_places?.Contains(place) ?? place >= 0)
            return new(DelayOf(RateOf(place, seed), now.Nanoseconds, delay.Nanoseconds));
        return delay;
    }

    double RateOf(int place, ulong seed)
    {
        var drift = options.Drift;
        if (options.Spread > 0)
            drift += options.Spread * new Draw(seed, Purpose.Fault, Stream | (uint)(place + 1), 0).Normal();
        return Math.Max(SlowestRate, 1 + drift);
    }

    long DelayOf(double rate, long now, long left)
    {
        var (time, jump) = (now, NextJump(now));
        // What is left for the clock to show, jump by jump.
        while (jump is { } at && (at - time) * rate < left)
        {
            left -= (long)((at - time) * rate) + (options.Forward?.Nanoseconds ?? -options.Back!.Value.Nanoseconds);
            time = at;
            if (left <= 0)
                return time - now;
            jump = options.Every is null ? null : at + options.Every.Value.Nanoseconds;
        }
        var last = rate == 1 ? left : (long)Math.Min(left / rate, VirtualTime.Max.Nanoseconds - time);
        return time - now + last;
    }

    // The first jump after a time, in ns; null for none.
    long? NextJump(long now)
    {
        if (options.At is not { Nanoseconds: var first })
            return null;
        if (first > now)
            return first;
        return options.Every is { Nanoseconds: var every } ? first + (((now - first) / every) + 1) * every : null;
    }
}
