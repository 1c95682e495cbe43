using System.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Bilevel;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>h.directions of data reweighting: each sample's margin and exponential once for all three.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="problem">The problem, built.</param>
[FastOracle(typeof(DataReweighting), "h.directions")]
public sealed class ReweightingDirections<T>(DataReweighting problem) : FastOracle<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly ReweightingRows<T> _rows = new(problem);

    /// <inheritdoc />
    public override void Evaluate(in OracleCall<T> call)
    {
        VectorMath<T>.Scale(_rows.Regularization, call.Input1, call.Output);
        VectorMath<T>.Scale(_rows.Regularization, call.Input2, call.Output1);
        call.Output2.Clear();
        var scale = 1.0 / call.Samples.Length;
        foreach (var j in call.Samples)
        {
            var sample = _rows.At(j, call.Place, scale, call.Input, call.Input1);
            var along = _rows.Dot(sample.Row, call.Input2);
            _rows.Add(sample.Row, sample.Slope, call.Output);
            _rows.Add(sample.Row, sample.Curvature * along, call.Output1);
            call.Output2[j] -= T.CreateTruncating(sample.Cross * along);
        }
        _rows.AddUpper(call, -1, call.Output1);
    }
}
