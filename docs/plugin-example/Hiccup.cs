using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Numerics;

namespace MyLaws;

/// <summary>Usually one time, now and then a longer one: a garbage collection, a retransmission.</summary>
/// <remarks>P(T = slow) = probability, P(T = usual) = 1 - probability.</remarks>
/// <param name="options">The two times and the probability.</param>
[Law("hiccup", Source = "docs/plugins.md")]
public sealed class Hiccup(Hiccup.Options options) : Law
{
    /// <summary>Options of <see cref="Hiccup"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The usual time.</summary>
        [Time, Range(0, 1e9)]
        public required double Usual { get; init; }

        /// <summary>The time of a hiccup, at least the usual one.</summary>
        [Time, Range(0, 1e9)]
        public required double Slow { get; init; }

        /// <summary>How probable a hiccup is.</summary>
        [Range(0.0, 1.0)]
        public double Probability { get; init; } = 0.01;

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Slow < Usual)
                yield return $"slow must be at least usual; usual is {Usual}, slow is {Slow}";
        }
    }

    /// <inheritdoc/>
    public override double Floor => options.Usual;

    /// <inheritdoc/>
    public override double Mean => options.Usual + options.Probability * (options.Slow - options.Usual);

    /// <inheritdoc/>
    public override double Sample(in Draw draw) => draw.Uniform() < options.Probability ? options.Slow : options.Usual;
}
