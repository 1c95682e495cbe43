using System.Buffers;
using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Codecs;

/// <summary>
/// Sends the k coordinates of the largest magnitude, k = share d, and leaves out the others. Of equal magnitudes those
/// of lower rank go first.
/// </summary>
/// <remarks>
/// A contraction: <c>|C(x) - x|^2 &lt;= (1 - k / d) |x|^2</c>. A coordinate costs its own bytes and four of its rank;
/// where that is more than the whole vector, the whole vector is what it costs.
/// </remarks>
/// <param name="options">The share, and whether the rest is kept.</param>
[Codec("top-k", Source = "Stich, Cordonnier, Jaggi, Sparsified SGD with memory, NeurIPS 2018")]
public sealed class TopK(TopK.Options options) : Codec
{
    /// <summary>Options of <see cref="TopK"/>.</summary>
    public sealed record Options
    {
        /// <summary>The share of the coordinates that is sent, k / d; at least one is.</summary>
        [Range(0, 1.0, MinimumIsExclusive = true), Bare]
        public required double Share { get; init; }

        /// <summary>Whether what is left out is added to the next message.</summary>
        public bool ErrorFeedback { get; init; } = true;
    }

    /// <inheritdoc/>
    public override bool KeepsError => options.ErrorFeedback;

    /// <inheritdoc/>
    public override long Encode(Span<double> vector, int width, in CodecDraws draws)
    {
        var k = Shares.CountOf(options.Share, vector.Length);
        if (k < vector.Length)
            LeaveOut(vector, k);
        return Shares.BytesOf(k, vector.Length, width);
    }

    static void LeaveOut(Span<double> vector, int k)
    {
        var rented = ArrayPool<double>.Shared.Rent(vector.Length);
        var sizes = rented.AsSpan(0, vector.Length);
        for (var i = 0; i < sizes.Length; i++)
            sizes[i] = Magnitude(vector[i]);
        var least = Select(sizes, sizes.Length - k);
        ArrayPool<double>.Shared.Return(rented);
        var above = 0;
        foreach (var value in vector)
            above += Magnitude(value) > least ? 1 : 0;
        var equal = k - above; // as many as there is still room for
        foreach (ref var value in vector)
        {
            var magnitude = Magnitude(value);
            if (magnitude < least || (magnitude == least && equal-- <= 0))
                value = 0;
        }
    }

    // What is not a number must not be left out: the run is to see it.
    static double Magnitude(double value) => double.IsNaN(value) ? double.PositiveInfinity : Math.Abs(value);

    /// <summary>The value of a rank, ascending from 0; the values are put in another order (quickselect).</summary>
    static double Select(Span<double> values, int rank)
    {
        var (low, high) = (0, values.Length - 1);
        while (low < high)
        {
            var pivot = values[low + ((high - low) / 2)];
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (values[i] < pivot)
                    i++;
                while (values[j] > pivot)
                    j--;
                if (i > j)
                    break;
                (values[i], values[j]) = (values[j], values[i]);
                (i, j) = (i + 1, j - 1);
            }
            if (rank <= j)
                high = j;
            else if (rank >= i)
                low = i;
            else
                return values[rank];
        }
        return values[rank];
    }
}
