using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>What a split does to the messages that would cross it.</summary>
public enum Crossing
{
    /// <summary>They are lost.</summary>
    Lost,

    /// <summary>They arrive when the split is over, or later if they take longer.</summary>
    Held,
}

/// <summary>Which messages a split stops.</summary>
public enum SplitWays
{
    /// <summary>Those in both directions.</summary>
    Both,

    /// <summary>Those that leave the places.</summary>
    Out,

    /// <summary>Those that come to the places.</summary>
    In,
}

/// <summary>
/// The network splits: for a time, messages between some places and all others are lost or held; once, or again and
/// again. What is on its way when the split begins still arrives.
/// </summary>
/// <param name="options">Whom it cuts off, and when.</param>
[Fault("split")]
public sealed class SplitFault(SplitFault.Options options) : Fault
{
    readonly HashSet<int> _places = [.. options.Places];

    /// <summary>Options of <see cref="SplitFault"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The places that are cut off from all others; -1 for the server.</summary>
        public required IReadOnlyList<int> Places { get; init; }

        /// <summary>The virtual time at which it begins.</summary>
        [Range(0, 2e9)]
        public required VirtualTime At { get; init; }

        /// <summary>How long it lasts; without, for good.</summary>
        [Range(1e-9, 2e9)]
        public VirtualTime? For { get; init; }

        /// <summary>The time from one beginning to the next; without, it happens once.</summary>
        [Range(1e-9, 2e9)]
        public VirtualTime? Every { get; init; }

        /// <summary>What it does to messages.</summary>
        public Crossing Messages { get; init; }

        /// <summary>Which of them.</summary>
        public SplitWays Ways { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Places.Count == 0)
                yield return "places are missing: give those that are cut off from all others";
            if (Places.Any(place => place < -1))
                yield return $"there is no place {Places.First(place => place < -1)}; -1 is the server";
            if (For is null && Messages == Crossing.Held)
                yield return "messages that are held for good never come; give for, or let them be lost";
            if (Every is { } every && !(For < every))
                yield return "a split that comes again must be over before: give for, less than every";
        }
    }

    /// <inheritdoc/>
    public override bool JudgesMessages => true;

    /// <inheritdoc/>
    public override bool LosesMessages => options.For is null || options.Messages != Crossing.Held;

    /// <inheritdoc/>
    /// <exception cref="InputException">A place does not exist, or all places are on one side.</exception>
    public override void Build(LinkContext context)
    {
        foreach (var place in _places)
            context.RequirePlace(Name, place);
        if (_places.Count == context.Places + (context.HasServer ? 1 : 0))
            throw new InputException("split: all places are on one side; leave some out of places");
    }

    /// <inheritdoc/>
    public override string? WhyIdle(VirtualTime? horizon) => options.At >= horizon
        ? $"it begins at {options.At}, and the run ends at {horizon}"
        : null;

    /// <inheritdoc/>
    public override IEnumerable<Interruption> Interruptions(VirtualTime? horizon)
    {
        if (options.For is not { } length)
            yield break;
        var begin = options.At;
        do
        {
            foreach (var place in options.Places.Distinct())
                yield return new(place, begin, begin + length);
            begin += options.Every ?? default;
        }
        while (options.Every is not null && begin < horizon);
    }

    /// <inheritdoc/>
    public override Verdict Judge(in MessageContext message, in Draw draw)
    {
        if (message.Now < options.At || !Crosses(message.From, message.To))
            return Verdict.Pass;
        var begin = options.At.Nanoseconds;
        if (options.Every is { Nanoseconds: var every })
            begin += (message.Now.Nanoseconds - begin) / every * every;
        if (options.For is not { } length)
            return Verdict.Drop;
        var end = new VirtualTime(begin) + length;
        if (message.Now >= end)
            return Verdict.Pass;
        return options.Messages == Crossing.Held ? Verdict.Hold(end) : Verdict.Drop;
    }

    bool Crosses(int from, int to)
    {
        var leaves = _places.Contains(from);
        return leaves != _places.Contains(to) && options.Ways switch
        {
            SplitWays.Out => leaves,
            SplitWays.In => !leaves,
            _ => true,
        };
    }
}
