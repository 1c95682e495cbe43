using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Problems;

/// <summary>
/// f_p(x) = (1/2) sum_k h_k (x_k - c_pk)^2 with a target c_p at each place: no samples. Everything about F is known:
/// the optimum is the mean target. The oracle's gradient may carry normal noise, independent per coordinate and call.
/// </summary>
/// <param name="options">Targets, curvature, noise.</param>
[Problem("quadratic")]
public sealed class Quadratic(Quadratic.Options options) : Problem, IHessian
{
    double[] _targets = [], _mean = [], _curvature = [];
    int _places;
    string? _readAs;
    IReadOnlyList<string> _warnings = [];
    double _spread;
    OracleForm[] _oracles = [];

    /// <summary>Targets, curvature, noise. Targets come inline, from a file, or are drawn.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>A target per place, or one that serves all.</summary>
        public double[][]? Targets { get; init; }

        /// <summary>A CSV file of numbers, a row per place, or one row that serves all.</summary>
        public string? File { get; init; }

        /// <summary>The number of coordinates of drawn targets.</summary>
        [Range(0, 100_000)]
        public int Dimension { get; init; }

        /// <summary>How far drawn targets lie from their common centre: each coordinate's standard deviation.</summary>
        [Range(0, 1e6)]
        public double Heterogeneity { get; init; }

        /// <summary>Largest over smallest curvature; they go from 1 to 1/this geometrically.</summary>
        [Range(1, 1e12)]
        public double Conditioning { get; init; } = 1;

        /// <summary>The curvatures h_k themselves, > 0: one per coordinate, or one for all.</summary>
        public double[]? Eigenvalues { get; init; }

        /// <summary>The standard deviation of the gradient's noise, per coordinate.</summary>
        [Range(0, 1e6)]
        public double Noise { get; init; }

        /// <inheritdoc />
        public IEnumerable<string> Violations()
        {
            if ((Targets is null ? 0 : 1) + (File is null ? 0 : 1) + (Dimension > 0 ? 1 : 0) != 1)
                yield return "give one of targets, file and dimension";
            if (Targets is [] or [[], ..])
                yield return "targets need at least one row and one column";
            else if (Targets is { } t && Array.FindIndex(t, row => row.Length != t[0].Length) is > 0 and var odd)
            {
                yield return $"targets: row {odd + 1} has {Counted.Of(t[odd].Length, "number")}, "
                    + $"and row 1 has {t[0].Length}";
            }
            if (Heterogeneity > 0 && Dimension == 0)
                yield return "heterogeneity is for drawn targets, so it needs dimension";
            if (Eigenvalues is { } h && (h.Length == 0 || h.Any(value => !(value > 0) || !double.IsFinite(value))))
                yield return "eigenvalues are finite numbers above 0, at least one";
            if (Eigenvalues is not null && Conditioning != 1)
                yield return "give either eigenvalues or conditioning";
        }
    }

    /// <inheritdoc />
    public override int Parameters => _mean.Length;

    /// <inheritdoc />
    public override int Places => _places;

    /// <inheritdoc />
    public override IReadOnlyList<OracleForm> Oracles => _oracles;

    /// <summary>The curvatures h, d of them.</summary>
    public double[] Curvature => _curvature;

    /// <summary>The standard deviation of the gradient's noise.</summary>
    public double Noise => options.Noise;

    /// <inheritdoc />
    public override double StrongConvexity => _curvature.Min();

    /// <inheritdoc />
    public override double? Smoothness => _curvature.Max();

    /// <inheritdoc />
    public double HessianCost => Parameters;

    /// <inheritdoc />
    public override string Fingerprint
    {
        get
        {
            var data = SHA256.HashData(MemoryMarshal.AsBytes([.. _mean, .. _curvature, _spread]));
            return $"quadratic 1; parameters {Parameters}; sha256 of mean target, curvatures and spread "
                + Convert.ToHexStringLower(data);
        }
    }

    /// <summary>Whether one target serves all places.</summary>
    public bool HasOneTarget => _targets.Length == Parameters;

    /// <summary>The target of a place, d coordinates.</summary>
    /// <param name="place">0 to places - 1.</param>
    public ReadOnlySpan<double> Target(int place) =>
        HasOneTarget ? _targets : _targets.AsSpan(place * Parameters, Parameters);

    /// <inheritdoc />
    public override void Build(ProblemContext context)
    {
        _places = context.Places;
        _targets = MakeTargets(context, out var d);
        _curvature = MakeCurvature(d);
        _oracles = [new(Oracle.Gradient, Gradient)];
        var sum = new PairwiseVectorSum(d);
        var rows = _targets.Length / d;
        for (var row = 0; row < rows; row++)
            sum.Add(_targets.AsSpan(row * d, d));
        _mean = new double[d];
        sum.Mean(_mean);
        var spread = new PairwiseSum();
        for (var row = 0; row < rows; row++)
            spread.Add(Distance(_targets.AsSpan(row * d, d)));
        _spread = spread.Total / rows;
        Optimum = new(_mean, _spread, 0);
    }

    /// <summary>The plain form of f.grad: h_k (x_k - c_pk) + noise z_k, the normals z from the batch's draw.</summary>
    void Gradient(in OracleCall<double> call)
    {
        var target = Target(call.Place);
        for (var k = 0; k < _curvature.Length; k++)
            call.Output[k] = _curvature[k] * (call.Input[k] - target[k]);
        if (options.Noise > 0)
            SyntheticData.AddNormals(call.Noise, options.Noise, call.Output);
    }

    /// <inheritdoc/>
    public override Scale ScaleOf(string metric) => metric == MetricNames.Loss ? Scale.Log : Scale.Linear;

    /// <summary>F(x) = (1/2) sum_k h_k (x_k - mean_k)^2 + the value at the mean target: exact, in d steps.</summary>
    /// <inheritdoc />
    public override double Objective(ReadOnlySpan<double> x, Span<double> gradient)
    {
        for (var k = 0; k < gradient.Length; k++)
            gradient[k] = _curvature[k] * (x[k] - _mean[k]);
        return Distance(x) + _spread;
    }

    /// <inheritdoc />
    public void Hessian(ReadOnlySpan<double> x, Span<double> hessian)
    {
        hessian.Clear();
        for (var k = 0; k < Parameters; k++)
            hessian[k * Parameters + k] = _curvature[k];
    }

    /// <summary>h_k v_k.</summary>
    /// <inheritdoc />
    public override void HessianVector(ReadOnlySpan<double> x, ReadOnlySpan<double> v, Span<double> product)
    {
        for (var k = 0; k < product.Length; k++)
            product[k] = _curvature[k] * v[k];
    }

    /// <inheritdoc />
    public override IEnumerable<string> Warnings() => _warnings;

    /// <inheritdoc />
    public override IEnumerable<(string Name, string Value)> Facts() =>
    [
        ("parameters", Parameters.ToString(CultureInfo.InvariantCulture)),
        ("curvature", $"{Counted.Digits(StrongConvexity, 4)} to {Counted.Digits(_curvature.Max(), 4)}"),
        ("objective at the optimum", $"{Counted.Digits(_spread, 6)}"),
        .. _readAs is null ? ((string, string)[])[] : [("file read as", _readAs)],
    ];

    // (1/2) sum_k h_k (x_k - mean_k)^2.
    double Distance(ReadOnlySpan<double> x)
    {
        var sum = 0.0;
        for (var k = 0; k < x.Length; k++)
            sum += 0.5 * _curvature[k] * (x[k] - _mean[k]) * (x[k] - _mean[k]);
        return sum;
    }

    double[] MakeTargets(ProblemContext context, out int d)
    {
        if (options.Targets is { } inline)
        {
            d = inline[0].Length;
            return Checked("targets", [.. inline.SelectMany(row => row)], d);
        }
        if (options.File is { } file)
        {
            var table = CsvReader.Read(context.Locate(file), new() { Label = CsvFormat.None });
            d = table.Columns;
            (_readAs, _warnings) = (table.Format, table.Warnings);
            return Checked(table.Source, table.Features.ToDense().Values, d);
        }
        d = options.Dimension;
        return DrawTargets(context.DataSeed, d);
    }

    double[] Checked(string source, double[] targets, int d)
    {
        var rows = targets.Length / d;
        return rows == 1 || rows == _places ? targets : throw new InputException(
            $"{source}: {rows} rows of targets for {_places} places; give one per place, or one for all");
    }

    double[] DrawTargets(ulong seed, int d)
    {
        var center = MachineMemory.Numbers(1, d, "quadratic: dimension");
        SyntheticData.AddNormals(new(seed, Purpose.Data, 0, SyntheticData.TruthDraw), 1, center);
        if (options.Heterogeneity == 0)
            return center;
        var targets = MachineMemory.Numbers(_places, d, "quadratic: places x dimension");
        for (var place = 0; place < _places; place++)
        {
            var target = targets.AsSpan(place * d, d);
            center.CopyTo(target);
            SyntheticData.AddNormals(
                new(seed, Purpose.Data, (ulong)place, SyntheticData.ShiftDraw), options.Heterogeneity, target);
        }
        return targets;
    }

    double[] MakeCurvature(int d)
    {
        if (options.Eigenvalues is not { } h)
            return SyntheticData.Spectrum(d, options.Conditioning);
        if (h.Length != 1 && h.Length != d)
        {
            throw new InputException(
                $"quadratic: {h.Length} eigenvalues for {d} coordinates; give one per coordinate, or one for all");
        }
        return h.Length == d ? h : [.. Enumerable.Repeat(h[0], d)];
    }
}
