using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Codecs;

/// <summary>
/// Sends k random coordinates, k = share d, all sets of k equally likely: times d / k, so that the mean is the vector,
/// or, with error feedback, as they are.
/// </summary>
/// <remarks>
/// Without error feedback <c>E C(x) = x</c> and <c>E |C(x) - x|^2 = (d / k - 1) |x|^2</c>; with it
/// <c>E |C(x) - x|^2 = (1 - k / d) |x|^2</c>. A coordinate costs its own bytes and four of its rank, or less where that
/// is more than the whole vector.
/// </remarks>
/// <param name="options">The share, and whether the rest is kept.</param>
[Codec("random-k", Source = "Stich, Cordonnier, Jaggi, Sparsified SGD with memory, NeurIPS 2018; "
    + "Wangni et al., Gradient sparsification, NeurIPS 2018")]
public sealed class RandomK(RandomK.Options options) : Codec
{
    /// <summary>Options of <see cref="RandomK"/>.</summary>
    public sealed record Options
    {
        /// <summary>The share of the coordinates that is sent, k / d; at least one is.</summary>
        [Range(0, 1.0, MinimumIsExclusive = true), Bare]
        public required double Share { get; init; }

        /// <summary>
        /// Whether what is left out is added to the next message; then what is sent is not made larger.
        /// </summary>
        public bool ErrorFeedback { get; init; }
    }

    /// <inheritdoc/>
    public override bool KeepsError => options.ErrorFeedback;

    /// <inheritdoc/>
    public override long Encode(Span<double> vector, int width, in CodecDraws draws)
    {
        var k = Shares.CountOf(options.Share, vector.Length);
        var factor = options.ErrorFeedback ? 1 : (double)vector.Length / k;
        // Each coordinate is taken with the probability that fills what is left to take from what is left to see.
        var left = k;
        for (var i = 0; i < vector.Length; i++)
        {
            var isTaken = draws.Uniform(i) * (vector.Length - i) < left;
            left -= isTaken ? 1 : 0;
            vector[i] = isTaken ? factor * vector[i] : 0;
        }
        return Shares.BytesOf(k, vector.Length, width);
    }
}
