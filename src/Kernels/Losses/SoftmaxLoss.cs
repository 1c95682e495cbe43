using AsyncOpt.Core.Problems;

namespace AsyncOpt.Kernels.Losses;

/// <summary>Sums over samples of softmax regression: loss log(sum_c exp z_c) - z_y, slopes softmax(z) - e_y.</summary>
/// <param name="problem">The problem, built.</param>
[FastLoss(typeof(SoftmaxRegression))]
public sealed class SoftmaxLoss(SoftmaxRegression problem) : LinearLoss(problem.Classes)
{
    readonly int _classes = problem.Classes;

    private protected override int Losses(ReadOnlySpan<double> labels, Span<double> z, Span<double> losses)
    {
        var right = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            var scores = z.Slice(i * _classes, _classes);
            var label = (int)labels[i];
            right += CrossEntropy.IsFirstLargest(scores, label) ? 1 : 0;
            var own = scores[label];
            losses[i] = RowKernels<double>.Softmax(scores, scores) - own;
            scores[label] -= 1;
        }
        return right;
    }

    private protected override void Curvatures(Span<double> z, Span<double> curvatures)
    {
        var next = 0;
        for (var i = 0; i < z.Length; i += _classes)
        {
            var p = z.Slice(i, _classes);
            RowKernels<double>.Softmax(p, p);
            for (var a = 0; a < p.Length; a++)
            {
                for (var b = 0; b <= a; b++)
                    curvatures[next++] = p[a] * ((a == b ? 1 : 0) - p[b]);
            }
        }
    }
}
