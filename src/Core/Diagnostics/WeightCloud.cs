namespace AsyncOpt.Core.Diagnostics;

/// <summary>The deviations w_j - w_a of the agents' vectors from their mean w_a, at one instant.</summary>
sealed class WeightCloud
{
    readonly DiagnosticCut _cut;
    readonly double[] _mean;

    public WeightCloud(DiagnosticCut cut)
    {
        _cut = cut;
        _mean = cut.Estimate.ToArray();
    }

    /// <summary>m.</summary>
    public int Agents => _cut.Agents;

    /// <summary>w_a, d coordinates.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>w_j - w_a.</summary>
    /// <param name="agent">j.</param>
    /// <param name="deviation">Receives d coordinates.</param>
    public void Deviation(int agent, Span<double> deviation)
    {
        _cut.Read(agent, deviation);
        for (var i = 0; i < deviation.Length; i++)
            deviation[i] -= _mean[i];
    }

    /// <summary>All deviations, as rows; m d numbers.</summary>
    public double[][] Deviations()
    {
        var rows = new double[Agents][];
        for (var j = 0; j < rows.Length; j++)
            Deviation(j, rows[j] = new double[_mean.Length]);
        return rows;
    }

    /// <summary>a . b.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>Why a run has no cloud, with a remedy; null where it has one.</summary>
    public static string? Missing(string diagnostic, Programs.Layout layout)
    {
        var kinds = layout.Roles.SelectMany(r => r.Vectors).Select(v => v.Estimate);
        return kinds.Any(k => k is Programs.Estimate.Mean or Programs.Estimate.Each)
            ? null
            : $"diagnostic '{diagnostic}' needs agents that each hold a model, and this method has one model only; "
                + "remove it, or set 'diagnostics: []' in the arm";
    }
}
