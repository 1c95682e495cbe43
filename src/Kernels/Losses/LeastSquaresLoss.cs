using AsyncOpt.Core.Problems;

namespace AsyncOpt.Kernels.Losses;

/// <summary>Sums over samples of linear regression: loss (1/2) (z - b)^2 and slope z - b for the label b.</summary>
[FastLoss(typeof(LeastSquares))]
public sealed class LeastSquaresLoss() : LinearLoss(1)
{
    private protected override int Losses(ReadOnlySpan<double> labels, Span<double> z, Span<double> losses)
    {
        for (var i = 0; i < labels.Length; i++)
        {
            z[i] -= labels[i];
            losses[i] = 0.5 * z[i] * z[i];
        }
        return 0;
    }

    private protected override void Curvatures(Span<double> z, Span<double> curvatures) =>
        curvatures[..z.Length].Fill(1);
}
