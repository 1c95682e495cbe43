using System.ComponentModel.DataAnnotations;
using System.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;

namespace Doors;

/// <summary>f(x) = (1 / 4) sum of (x_i - 1)^4 at every place.</summary>
/// <param name="options">The dimension.</param>
[Problem("bowl")]
public sealed class Bowl(Bowl.Options options) : Problem
{
    int _places;

    /// <summary>Options of <see cref="Bowl"/>.</summary>
    public sealed record Options
    {
        /// <summary>The number of parameters.</summary>
        [Range(1, 1 << 20)]
        public int Dimension { get; init; } = 4;
    }

    /// <inheritdoc/>
    public override int Parameters => options.Dimension;

    /// <inheritdoc/>
    public override int Places => _places;

    /// <inheritdoc/>
    public override string Fingerprint => $"bowl 1; {options.Dimension}";

    /// <inheritdoc/>
    public override IReadOnlyList<OracleForm> Oracles =>
        [new(Oracle.Gradient, (in OracleCall<double> call) => Objective(call.Input, call.Output))];

    /// <inheritdoc/>
    public override void Build(ProblemContext context) => _places = context.Places;

    /// <inheritdoc/>
    public override double Objective(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var r = x[i] - 1;
            sum += r * r * r * r / 4;
            if (!gradient.IsEmpty)
                gradient[i] = r * r * r;
        }
        return sum;
    }
}

/// <summary>The gradient at the run's own float width, so that float32 is not widened.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="problem">The problem.</param>
[FastOracle(typeof(Bowl), "f.grad")]
public sealed class BowlGradient<T>(Bowl problem) : FastOracle<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Evaluate(in OracleCall<T> call)
    {
        for (var i = 0; i < problem.Parameters; i++)
        {
            var r = call.Input[i] - T.One;
            call.Output[i] = r * r * r;
        }
    }
}
