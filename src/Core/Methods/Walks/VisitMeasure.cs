using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>
/// The weighted empirical measure of a walk, x := x + gamma (delta_j - x) at each visit of j, in time independent of
/// the number of nodes: x = scale * y, so that a visit changes the scale and one entry of y. Beside y stand the
/// logarithms that the kernel needs, so that a visit costs one of them.
/// </summary>
/// <param name="values">y, one number per node.</param>
/// <param name="logRatios">log(y_j / mu_j), one number per node; none where no kernel asks for them.</param>
readonly ref struct VisitMeasure(Span<double> values, Span<double> logRatios)
{
    /// <summary>x_j / mu_j counts as at least this, so that a node that was left long ago attracts finitely.</summary>
    public const double Clip = 1e-12;

    // Below this the scale is multiplied into y; that costs a pass over all nodes, and is rare.
    const double ScaleMin = 1e-100;

    readonly Span<double> _values = values, _logRatios = logRatios;

    /// <summary>log(y_j / mu_j) of every node: log(x_j / mu_j) up to a common constant.</summary>
    public ReadOnlySpan<double> LogRatios => _logRatios;

    /// <summary>Starts at x uniform: one made-up visit of every node.</summary>
    /// <param name="logMu">The logarithms of the stationary distribution; none where no logarithms are kept.</param>
    /// <returns>The scale, 1.</returns>
    public double StartUniform(ReadOnlySpan<double> logMu)
    {
        var start = -ExactMath.Log(_values.Length);
        _values.Fill(ExactMath.Exp(start));
        for (var node = 0; node < _logRatios.Length; node++)
            _logRatios[node] = start - logMu[node];
        return 1;
    }

    /// <summary>One visit.</summary>
    /// <param name="node">Of which node.</param>
    /// <param name="gamma">The weight of the visit, above 0 and below 1.</param>
    /// <param name="logMu">The logarithms of the stationary distribution; none where no logarithms are kept.</param>
    /// <param name="scale">The scale, changed.</param>
    public void Visit(int node, double gamma, ReadOnlySpan<double> logMu, ref double scale)
    {
        scale *= 1 - gamma;
        _values[node] += gamma / scale;
        if (!_logRatios.IsEmpty)
            _logRatios[node] = ExactMath.Log(_values[node]) - logMu[node];
        if (scale < ScaleMin)
            Rescale(logMu, ref scale);
    }

    /// <summary>The floor of the logarithms of ratios that stands for <see cref="Clip"/>.</summary>
    public static double Floor(double scale) => ExactMath.Log(Clip / scale);

    void Rescale(ReadOnlySpan<double> logMu, ref double scale)
    {
        for (var node = 0; node < _values.Length; node++)
        {
            _values[node] *= scale; // may become 0; the logarithm is then -infinity, and clipped
            if (!_logRatios.IsEmpty)
                _logRatios[node] = ExactMath.Log(_values[node]) - logMu[node];
        }
        scale = 1;
    }
}
