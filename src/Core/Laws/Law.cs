using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Laws;

/// <summary>Names a law in experiment files.</summary>
/// <param name="name">The name, for instance <c>log-normal</c>.</param>
public sealed class LawAttribute(string name) : EntryAttribute(name);

/// <summary>
/// A probability law on numbers of at least 0: a delay or duration in seconds, or a plain factor, as its user says.
/// Options that are times may be written with a unit (<c>5ms</c>).
/// </summary>
/// <remarks>
/// There is no law with negative values, hence no <c>normal</c>: a delay must not be negative, and cutting one off
/// silently would change its mean. Where a bell shape is wanted, take <c>truncated-normal</c>, whose mean is that
/// of the truncated law, or <c>log-normal</c>.
/// A law is immutable after <see cref="Build"/>: many threads may sample from it at once. <see cref="Floor"/> and
/// <see cref="IsRandom"/> are read with each drawn duration; <see cref="Mean"/> may cost a pass over its values.
/// </remarks>
[EntryKind("laws")]
public abstract class Law
{
    /// <summary>
    /// The infimum of the support, at least 0: no draw is below it. It bounds how far a partition may look ahead.
    /// </summary>
    public abstract double Floor { get; }

    /// <summary>The mean; infinity where the law has none.</summary>
    public abstract double Mean { get; }

    /// <summary>Whether draws differ; otherwise each is the floor.</summary>
    public virtual bool IsRandom => true;

    /// <summary>A constant law, as a plain number in an experiment file.</summary>
    /// <param name="value">The number, at least 0; of a duration, in seconds.</param>
    public static implicit operator Law(double value) => new Constant(new() { Value = value });

    /// <summary>Opens the files that the options name. Called once, before anything else.</summary>
    /// <param name="locate">Gives the path of a data file that is given by name or path.</param>
    public virtual void Build(Func<string, string> locate)
    {
    }

    /// <summary>The infimum, for a law of durations.</summary>
    public VirtualTime ShortestDuration => IsRandom ? VirtualTime.FromDraw(Floor) : VirtualTime.FromSeconds(Floor);

    /// <summary>One duration with this law of seconds; drawn ones take at least 1 ns.</summary>
    /// <param name="draw">Names the draw.</param>
    public VirtualTime Duration(in Draw draw) =>
        IsRandom ? VirtualTime.FromDraw(Sample(in draw)) : VirtualTime.FromSeconds(Floor);

    /// <summary>One number with this law: the same draw gives the same number.</summary>
    /// <param name="draw">Names the draw; the law may use all of its words.</param>
    public abstract double Sample(in Draw draw);

    /// <summary>
    /// The number that a draw is at most with a given probability, or the least that it is at most with more: the
    /// inverse of the distribution function.
    /// </summary>
    /// <param name="share">The probability, 0 to 1; at the ends it may be infinite.</param>
    /// <exception cref="InputException">The law does not know it.</exception>
    public virtual double Quantile(double share) => throw new InputException(
        $"law '{EntryAttribute.NameOf(this)}' has no quantiles; override Law.Quantile, or take another law");

    /// <summary>
    /// Many numbers with this law, the same as <see cref="Sample(in Draw)"/> gives for each draw; a law may have a
    /// faster way to them.
    /// </summary>
    /// <param name="draws">Names the draws.</param>
    /// <param name="values">Shape (draws), out.</param>
    public virtual void Sample(in Draws draws, Span<double> values)
    {
        for (var i = 0; i < draws.Count; i++)
            values[i] = Sample(draws[i]);
    }
}
