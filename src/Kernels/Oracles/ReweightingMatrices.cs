using System.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Bilevel;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>g.matrices of data reweighting: row j of J is a multiple of the sample's features.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="problem">The problem, built.</param>
[FastOracle(typeof(DataReweighting), "g.matrices")]
public sealed class ReweightingMatrices<T>(DataReweighting problem) : FastOracle<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [ThreadStatic]
    static T[]? _scratch;

    readonly ReweightingRows<T> _rows = new(problem);

    /// <inheritdoc />
    public override void Evaluate(in OracleCall<T> call)
    {
        var d = call.Input1.Length;
        if (_scratch is null || _scratch.Length < d)
            _scratch = new T[d];
        var dense = _scratch.AsSpan(0, d);
        _rows.BeginHessian(d, call.Output);
        call.Output1.Clear();
        var scale = 1.0 / call.Samples.Length;
        foreach (var j in call.Samples)
        {
            var sample = _rows.At(j, call.Place, scale, call.Input, call.Input1);
            _rows.AddOuter(sample.Row, sample.Curvature, dense, call.Output);
            _rows.Add(sample.Row, sample.Cross, call.Output1.Slice(j * d, d));
        }
    }
}
