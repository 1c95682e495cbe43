using AsyncOpt.Core.Problems;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>Cross entropy from the scores of a block of samples.</summary>
static class Losses
{
    /// <summary>The weighted sum of log(sum_c exp z_c) - z_y over samples, from first to last.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="first">The first of them that the scores belong to.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="scores">z: samples x classes.</param>
    /// <param name="delta">The derivative in z, out: samples x classes.</param>
    /// <param name="right">Grows by the samples whose largest score is at their class; of equal ones the first.</param>
    public static double Sum(
        in LossSamples samples, int first, int classes, ReadOnlySpan<double> scores, Span<double> delta, ref int right)
    {
        var sum = 0.0;
        for (var i = 0; i * classes < scores.Length; i++)
        {
            var z = scores.Slice(i * classes, classes);
            var p = delta.Slice(i * classes, classes);
            var label = (int)samples.Labels[samples.Rows[first + i]];
            var weight = samples.Weights.IsEmpty ? 1 : samples.Weights[first + i];
            sum += weight * (RowKernels<double>.Softmax(z, p) - z[label]);
            right += IsFirstLargest(z, label) ? 1 : 0;
            p[label] -= 1;
            VectorMath<double>.Scale(weight, p);
        }
        return sum;
    }

    static bool IsFirstLargest(ReadOnlySpan<double> scores, int label)
    {
        for (var c = 0; c < scores.Length; c++)
        {
            if (scores[c] > scores[label] || (c < label && scores[c] == scores[label]))
                return false;
        }
        return true;
    }
}
