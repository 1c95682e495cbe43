using System.Numerics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>f.grad of logistic regression: lambda x - mean of y a / (1 + exp(y a.x)); the scalars in double.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="problem">The problem, built.</param>
[FastOracle(typeof(LogisticRegression), "f.grad")]
public sealed class LogisticGradient<T>(LogisticRegression problem) : FastOracle<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly Rows<T> _rows = new(problem.Features);
    readonly double[] _labels = problem.Labels;
    readonly double _regularization = problem.Regularization;

    /// <inheritdoc />
    public override void Evaluate(in OracleCall<T> call)
    {
        var x = call.Input;
        var gradient = call.Output;
        VectorMath<T>.Scale(_regularization, x, gradient);
        var weight = 1.0 / call.Samples.Length;
        foreach (var sample in call.Samples)
        {
            var label = _labels[sample];
            var margin = label * _rows.Dot(sample, x);
            var tail = ExactMath.Exp(-Math.Abs(margin));
            _rows.Add(sample, -weight * label * (margin > 0 ? tail : 1) / (1 + tail), gradient);
        }
    }
}
