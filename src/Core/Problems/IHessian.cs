namespace AsyncOpt.Core.Problems;

/// <summary>A problem that has its Hessian as a formula: the solver of the optimum uses it where d is small.</summary>
public interface IHessian
{
    /// <summary>About how many multiplications one Hessian takes.</summary>
    double HessianCost { get; }

    /// <summary>Writes the Hessian of F.</summary>
    /// <param name="x">d coordinates.</param>
    /// <param name="hessian">Receives d x d numbers; symmetric.</param>
    void Hessian(ReadOnlySpan<double> x, Span<double> hessian);
}
