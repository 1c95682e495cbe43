using AsyncOpt.Core.Topologies;
using MathNet.Numerics.LinearAlgebra;

namespace AsyncOpt.Core.Theory;

/// <summary>How a spectrum was found.</summary>
public enum SpectrumWay
{
    /// <summary>From a formula of the named graph.</summary>
    ClosedForm,

    /// <summary>All eigenvalues of the dense matrix.</summary>
    Dense,

    /// <summary>The extreme eigenvalues of a symmetric sparse matrix, by Lanczos.</summary>
    Lanczos,

    /// <summary>The eigenvalue of greatest modulus of a sparse matrix that is not symmetric, by Arnoldi.</summary>
    Arnoldi,
}

/// <summary>
/// The eigenvalues of a mixing matrix that decide how fast nodes agree, the eigenvalue 1 of the constant vector left
/// out once. Of one node, where nothing is left, all are 0.
/// </summary>
public sealed record Spectrum
{
    /// <summary>The greatest modulus: disagreement shrinks by this factor an iteration, in the long run.</summary>
    public required double SecondModulus { get; init; }

    /// <summary>1 - <see cref="SecondModulus"/>; 0 for a graph that falls apart.</summary>
    public double Gap => 1 - SecondModulus;

    /// <summary>The second largest eigenvalue lambda_2; null where W is not symmetric.</summary>
    public double? SecondLargest { get; init; }

    /// <summary>The smallest eigenvalue lambda_min; null where W is not symmetric.</summary>
    public double? Smallest { get; init; }

    /// <summary>How it was found.</summary>
    public required SpectrumWay Way { get; init; }

    /// <summary>Whether the residual is below the tolerance; true for formulas and dense matrices.</summary>
    public bool Converged { get; init; } = true;

    /// <summary>
    /// |W v - lambda v| of the unit vectors found, the greater one. Of a symmetric W some eigenvalue lies this close to
    /// each value given; of others it is an indication only.
    /// </summary>
    public double Residual { get; init; }

    /// <summary>Products with W that were spent.</summary>
    public int Iterations { get; init; }

    /// <summary>The spectrum by the best way: a formula where there is one, dense for few nodes, else Krylov.</summary>
    /// <param name="w">A mixing matrix.</param>
    /// <param name="limits">Sizes and caps; the defaults where null.</param>
    /// <param name="cancellation">Stops the iterations by an exception.</param>
    public static Spectrum Of(
        MixingMatrix w, SpectrumLimits? limits = null, CancellationToken cancellation = default)
    {
        limits ??= new SpectrumLimits();
        if (ClosedForms.Find(w) is { } known)
            return known;
        return w.Nodes < limits.DenseBelow ? Dense(w) : Krylov(w, limits, cancellation);
    }

    /// <summary>The spectrum by a formula, null where none is known.</summary>
    /// <param name="w">A mixing matrix.</param>
    public static Spectrum? ClosedForm(MixingMatrix w) => ClosedForms.Find(w);

    /// <summary>The spectrum from all eigenvalues of the dense matrix; time cubic in nodes.</summary>
    /// <param name="w">A mixing matrix of a topology that holds rows.</param>
    public static Spectrum Dense(MixingMatrix w)
    {
        var dense = Matrix<double>.Build.DenseOfArray(w.ToDense());
        if (w.IsSymmetric)
        {
            // MathNet wants exact symmetry, and two weights may differ in the last bits.
            var values = (dense + dense.Transpose()).Divide(2).Evd(Symmetricity.Symmetric).EigenValues;
            var ascending = values.Select(v => v.Real).Order().ToArray();
            return OfReal(ascending.Length == 1 ? 0 : ascending[^2], ascending.Length == 1 ? 0 : ascending[0],
                SpectrumWay.Dense);
        }
        var all = dense.Evd(Symmetricity.Asymmetric).EigenValues.ToList();
        all.Remove(all.MinBy(v => (v - 1).Magnitude));
        return new Spectrum { SecondModulus = all.Max(v => v.Magnitude), Way = SpectrumWay.Dense };
    }

    /// <summary>The extreme eigenvalues from products with the sparse rows.</summary>
    /// <param name="w">A mixing matrix.</param>
    /// <param name="limits">Caps; where one is reached, the result is not <see cref="Converged"/>.</param>
    /// <param name="cancellation">Stops the iterations by an exception.</param>
    public static Spectrum Krylov(
        MixingMatrix w, SpectrumLimits limits, CancellationToken cancellation = default) =>
        new KrylovIteration(w, limits, cancellation).Run();

    internal static Spectrum OfReal(double secondLargest, double smallest, SpectrumWay way) => new()
    {
        SecondLargest = secondLargest,
        Smallest = smallest,
        SecondModulus = Math.Max(Math.Abs(secondLargest), Math.Abs(smallest)),
        Way = way,
    };
}

/// <summary>What finding a spectrum may cost.</summary>
public sealed record SpectrumLimits
{
    /// <summary>Below this number of nodes all eigenvalues of the dense matrix are found.</summary>
    public int DenseBelow { get; init; } = 500;

    /// <summary>The residual at which iterations end.</summary>
    public double Tolerance { get; init; } = 1e-8;

    /// <summary>Most products with the matrix.</summary>
    public int IterationsMax { get; init; } = 3000;

    /// <summary>Most bytes of basis vectors; a smaller basis restarts more often.</summary>
    public long BytesMax { get; init; } = 512L << 20;

    /// <summary>Asked after every product; true ends the iterations with what was reached.</summary>
    public Func<bool>? TimeIsUp { get; init; }
}
