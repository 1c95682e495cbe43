using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Tests.Problems.Bilevel;

/// <summary>What the tests of bilevel problems share: each oracle against finite differences of another.</summary>
static class BilevelCases
{
    const double Step = 1e-5;

    public static double[][] Evaluate(
        this BilevelProblem problem, Oracle oracle, int place, int[] samples, Draw noise, params double[][] inputs)
    {
        int Size(string name) => name == "parameters" ? problem.Parameters : problem.Dimension(name);
        var outputs = oracle.Outputs
            .Select(o => Enumerable.Repeat(double.NaN, o.Resolve(Size)).ToArray()).ToArray();
        problem.Oracles.Single(o => o.Oracle == oracle).Evaluate(new()
        {
            Input = inputs[0],
            Input1 = inputs[1],
            Input2 = inputs.Length > 2 ? inputs[2] : [],
            Output = outputs[0],
            Output1 = outputs.Length > 1 ? outputs[1] : [],
            Output2 = outputs.Length > 2 ? outputs[2] : [],
            Place = place,
            Samples = samples,
            Noise = noise,
        });
        return outputs;
    }

    /// <summary>
    /// H v and J v as differences of grad_y g, grad_x g as that of nothing simpler; H as products with units; the fused
    /// oracles as what they are made of.
    /// </summary>
    public static void CheckOracles(BilevelProblem problem, int place, int[] samples, double scale = 1)
    {
        var noise = new Draw(5, Purpose.Noise, 3, 4);
        var (x, y, v) = (ProblemCases.Point(problem.Parameters, scale, 1), ProblemCases.Point(problem.Lower, scale, 2),
            ProblemCases.Point(problem.Lower, scale, 3));
        double[][] At(Oracle oracle, params double[][] inputs) => problem.Evaluate(oracle, place, samples, noise, inputs);

        var product = At(BilevelOracles.HessianProduct, x, y, v)[0];
        Close(Difference(t => At(BilevelOracles.LowerGradient, x, Moved(y, t, v))[0]), product, 1e-6);

        // v.grad_y g along each x_k is (J v)_k.
        var cross = At(BilevelOracles.CrossProduct, x, y, v)[0];
        var checks = Enumerable.Range(0, problem.Parameters).Where(k => k < 12).ToArray();
        foreach (var k in checks)
        {
            var unit = new double[x.Length];
            unit[k] = 1;
            var along = Difference(t => [Dot(v, At(BilevelOracles.LowerGradient, Moved(x, t, unit), y)[0])]);
            Close(along, [cross[k]], 1e-6);
        }

        // The same J from grad_x g along v.
        var both = At(BilevelOracles.LowerGradients, x, y);
        Close(At(BilevelOracles.LowerGradient, x, y)[0], both[0], 0);
        Close(Difference(t => At(BilevelOracles.LowerGradients, x, Moved(y, t, v))[1]), cross, 1e-6);

        var hessian = At(BilevelOracles.Hessian, x, y);
        Close(both[0], hessian[0], 0);
        Close(product, Product(hessian[1], v), 1e-12);

        var matrices = At(BilevelOracles.Matrices, x, y);
        Close(hessian[1], matrices[0], 0);
        Close(cross, Product(matrices[1], v), 1e-12);

        var upper = At(BilevelOracles.UpperGradients, x, y);
        var directions = At(BilevelOracles.Directions, x, y, v);
        Close(both[0], directions[0], 1e-14);
        Close(Moved(product, -1, upper[1]), directions[1], 1e-12);
        Close(Moved(upper[0], -1, cross), directions[2], 1e-12);

        // M = 2 I halves grad_y f.
        var twice = new double[problem.Lower * problem.Lower];
        for (var k = 0; k < problem.Lower; k++)
            twice[k * problem.Lower + k] = 2;
        var half = Array.ConvertAll(upper[1], u => u / 2);
        var hypergradient = At(BilevelOracles.Hypergradient, x, y, twice);
        Close(both[0], hypergradient[0], 1e-14);
        Close(hessian[1], hypergradient[1], 1e-14);
        Close(Moved(upper[0], -1, At(BilevelOracles.CrossProduct, x, y, half)[0]), hypergradient[2], 1e-12);
    }

    /// <summary>grad_y f against differences of f, over everything that the block has.</summary>
    public static void CheckUpper(BilevelProblem problem, int place, int[] all)
    {
        var (x, y) = (ProblemCases.Point(problem.Parameters, 1, 1), ProblemCases.Point(problem.Lower, 1, 2));
        var gradients = problem.Evaluate(BilevelOracles.UpperGradients, place, all, default, x, y);
        for (var k = 0; k < y.Length; k++)
        {
            var unit = new double[y.Length];
            unit[k] = 1;
            Close(Difference(t => [problem.UpperValue(place, x, Moved(y, t, unit))]), [gradients[1][k]], 1e-6);
        }
    }

    public static double[] Moved(double[] x, double t, double[] direction) =>
        [.. x.Zip(direction, (a, b) => a + t * b)];

    public static double Dot(double[] a, double[] b) => a.Zip(b, (p, q) => p * q).Sum();

    public static double[] Product(double[] rows, double[] v) =>
        [.. Enumerable.Range(0, rows.Length / v.Length).Select(r => Dot(rows[(r * v.Length)..((r + 1) * v.Length)], v))];

    public static void Close(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var k = 0; k < expected.Length; k++)
            Assert.True(Math.Abs(expected[k] - actual[k]) <= tolerance * (1 + Math.Abs(expected[k])),
                $"coordinate {k}: expected {expected[k]}, got {actual[k]}");
    }

    static double[] Difference(Func<double, double[]> function)
    {
        var (up, down) = (function(Step), function(-Step));
        return [.. up.Zip(down, (a, b) => (a - b) / (2 * Step))];
    }
}
