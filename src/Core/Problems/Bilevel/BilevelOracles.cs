using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Problems.Bilevel;

/// <summary>
/// What bilevel problems compute, per block and over a batch. f is the block's upper objective, g its lower one, x in
/// R^parameters, y and v in R^lower, H = grad^2_yy g(x,y), J = grad^2_xy g(x,y) (parameters x lower). One batch is a
/// training batch for g and, under the same key, a validation batch for f; the same key at two points gives the same
/// samples.
/// </summary>
public static class BilevelOracles
{
    /// <summary>The name of the dimension of y.</summary>
    public const string LowerName = "lower";

    /// <summary>The dimension of y.</summary>
    public static Dim Lower { get; } = Dim.Named(LowerName);

    const string Bilevel = "bilevel problems, which have a lower level";

    static readonly Dim X = Dim.Parameters;

    /// <summary>x, y -> grad_y g.</summary>
    public static Oracle LowerGradient { get; } = new("g.grad-y", [X, Lower], [Lower])
    {
        CountsGradient = true,
        Setting = Bilevel,
    };

    /// <summary>x, y -> grad_y g, grad_x g.</summary>
    public static Oracle LowerGradients { get; } = new("g.grad", [X, Lower], [Lower, X])
    {
        CountsGradient = true,
        Setting = Bilevel,
    };

    /// <summary>x, y -> grad_x f, grad_y f.</summary>
    public static Oracle UpperGradients { get; } = new("f.grad-xy", [X, Lower], [X, Lower])
    {
        CountsGradient = true,
        Setting = Bilevel,
    };

    /// <summary>x, y -> grad_y g, H.</summary>
    public static Oracle Hessian { get; } = new("g.hess-yy", [X, Lower], [Lower, Lower * Lower])
    {
        CountsGradient = true,
        Setting = Bilevel,
    };

    /// <summary>x, y, v -> H v.</summary>
    public static Oracle HessianProduct { get; } = new("g.hvp-yy", [X, Lower, Lower], [Lower]) { Setting = Bilevel };

    /// <summary>x, y, v -> J v.</summary>
    public static Oracle CrossProduct { get; } = new("g.jvp-xy", [X, Lower, Lower], [X]) { Setting = Bilevel };

    /// <summary>x, y -> H, J.</summary>
    public static Oracle Matrices { get; } = new("g.matrices", [X, Lower], [Lower * Lower, X * Lower])
    {
        Setting = Bilevel,
    };

    /// <summary>
    /// x, y, v -> grad_y g, H v - grad_y f, grad_x f - J v: the directions of y, of v and of x that all vanish at once
    /// where x is stationary. Only products with H and J.
    /// </summary>
    public static Oracle Directions { get; } = new("h.directions", [X, Lower, Lower], [Lower, Lower, X])
    {
        CountsGradient = true,
        Setting = Bilevel,
    };

    /// <summary>
    /// x, y, M -> grad_y g, H, grad_x f - J M^-1 grad_y f: the hypergradient with a given positive definite M in the
    /// place of H.
    /// </summary>
    public static Oracle Hypergradient { get; } =
        new("h.hypergradient", [X, Lower, Lower * Lower], [Lower, Lower * Lower, X])
        {
            CountsGradient = true,
            Setting = Bilevel,
        };
}
