using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Bilevel;

namespace AsyncOpt.Kernels.Losses;

/// <summary>
/// Sums over samples of logistic regression: loss log(1 + exp(-y z)) and slope -y / (1 + exp(y z)) for the labels
/// y = -1 and +1. Data reweighting takes it at w / tau.
/// </summary>
[FastLoss(typeof(LogisticRegression))]
[FastLoss(typeof(DataReweighting))]
public sealed class LogisticLoss() : LinearLoss(1)
{
    private protected override int Losses(ReadOnlySpan<double> labels, Span<double> z, Span<double> losses)
    {
        var right = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            right += z[i] > 0 == labels[i] > 0 ? 1 : 0;
            losses[i] = -Math.Abs(z[i]);                    // of the margin as of the score, y being a sign
        }
        losses = losses[..labels.Length];
        ExactMath.Exp(losses, losses);                      // exp(-|margin|): no overflow, whatever the margin
        for (var i = 0; i < labels.Length; i++)
        {
            var (margin, tail) = (labels[i] * z[i], losses[i]);
            z[i] = -labels[i] * (margin > 0 ? tail : 1) / (1 + tail);
            losses[i] = Math.Max(-margin, 0) + ExactMath.Log(1 + tail);
        }
        return right;
    }

    private protected override void Curvatures(Span<double> z, Span<double> curvatures)
    {
        for (var i = 0; i < z.Length; i++)
            z[i] = -Math.Abs(z[i]);
        ExactMath.Exp(z, z);
        for (var i = 0; i < z.Length; i++)
            curvatures[i] = z[i] / ((1 + z[i]) * (1 + z[i]));
    }
}
