using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Links;

/// <summary>
/// Every message of every link takes a time of its own, drawn with one law, whatever else is in flight. In experiment
/// files a law in the place of a link model stands for it.
/// </summary>
/// <param name="options">The law.</param>
[Link("law")]
public sealed class LawLink(LawLink.Options options) : LinkDelay
{
    readonly Law _law = options.Law;
    VirtualTime _floor;
    bool _isRandom;

    /// <summary>Options of <see cref="LawLink"/>.</summary>
    public sealed record Options
    {
        /// <summary>The law of a delay, in seconds.</summary>
        public required Law Law { get; init; }
    }

    /// <inheritdoc/>
    public override void Build(LinkContext context)
    {
        _law.Build(context.Locate);
        (_floor, _isRandom) = (_law.ShortestDuration, _law.IsRandom);
    }

    /// <inheritdoc/>
    public override VirtualTime Floor(int from, int to) => _floor;

    /// <inheritdoc/>
    public override VirtualTime FloorOverall => _floor;

    /// <inheritdoc/>
    public override bool IsUniform => true;

    /// <inheritdoc/>
    public override bool IsRandom => _isRandom;

    /// <inheritdoc/>
    public override Law? CommonLaw => _isRandom ? _law : null;

    /// <inheritdoc/>
    public override VirtualTime Sample(int from, int to, in Draw draw) =>
        _isRandom ? VirtualTime.FromDraw(_law.Sample(in draw)) : _floor;

    /// <inheritdoc/>
    public override string ToString() => EntryAttribute.NameOf(options.Law);
}
