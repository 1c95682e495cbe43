using System.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Bilevel;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>h.hypergradient of data reweighting: the margins once for gradient, Hessian and J.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="problem">The problem, built.</param>
[FastOracle(typeof(DataReweighting), "h.hypergradient")]
public sealed class ReweightingHypergradient<T>(DataReweighting problem) : FastOracle<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [ThreadStatic]
    static T[]? _scratch;

    readonly ReweightingRows<T> _rows = new(problem);

    /// <inheritdoc />
    public override void Evaluate(in OracleCall<T> call)
    {
        var d = call.Input1.Length;
        if (_scratch is null || _scratch.Length < 2 * d)
            _scratch = new T[2 * d];
        var v = _scratch.AsSpan(0, d);
        var dense = _scratch.AsSpan(d, d);
        v.Clear();
        _rows.AddUpper(call, 1, v);
        MatrixMath<T>.Solve(call.Input2, v, v);

        VectorMath<T>.Scale(_rows.Regularization, call.Input1, call.Output);
        _rows.BeginHessian(d, call.Output1);
        call.Output2.Clear();
        var scale = 1.0 / call.Samples.Length;
        foreach (var j in call.Samples)
        {
            var sample = _rows.At(j, call.Place, scale, call.Input, call.Input1);
            _rows.Add(sample.Row, sample.Slope, call.Output);
            _rows.AddOuter(sample.Row, sample.Curvature, dense, call.Output1);
            call.Output2[j] -= T.CreateTruncating(sample.Cross * _rows.Dot(sample.Row, v));
        }
    }
}
