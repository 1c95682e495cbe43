using System.Security.Cryptography;
using System.Text;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using MathNet.Numerics.LinearAlgebra;

namespace AsyncOpt.Core.Tests.Problems;

/// <summary>What the tests of problems share: building, temporary files, finite differences.</summary>
static class ProblemCases
{
    static readonly Lock Gate = new();

    public static T Built<T>(this T problem, int places = 3, ulong seed = 1)
        where T : Problem
    {
        problem.Build(new(places, seed, path => path));
        return problem;
    }

    public static string WriteFile(string text) => WriteFile(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// Writes a file beside the tests, named by its content, so that repeated runs leave nothing more behind.
    /// </summary>
    public static string WriteFile(byte[] content)
    {
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "made")).FullName;
        var path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(content))[..16]);
        lock (Gate)
        {
            if (!File.Exists(path))
                File.WriteAllBytes(path, content);
        }
        return path;
    }

    public static double[] Point(int d, double scale = 1, ulong id = 0)
    {
        var x = new double[d];
        for (var k = 0; k < d; k++)
            x[k] = scale * new Draw(7, Purpose.None, id, (ulong)k).Normal();
        return x;
    }

    public static double[] Gradient(this Problem problem, double[] x, int place, int[] samples, Draw noise = default)
    {
        var output = Enumerable.Repeat(double.NaN, problem.Parameters).ToArray();      // must be overwritten
        var form = problem.Oracles.Single(o => o.Oracle.Name == Oracle.Gradient.Name);
        form.Evaluate(new() { Input = x, Output = output, Place = place, Samples = samples, Noise = noise });
        return output;
    }

    public static double[] FullGradient(this Problem problem, double[] x)
    {
        var gradient = new double[x.Length];
        problem.Objective(x, gradient);
        return gradient;
    }

    /// <summary>Compares the gradient of F with central differences of F, whose error is about 1e-9.</summary>
    public static void CheckGradient(Problem problem, double[] x)
    {
        const double h = 1e-5;
        var gradient = problem.FullGradient(x);
        for (var k = 0; k < x.Length; k++)
        {
            double[] up = [.. x], down = [.. x];
            up[k] += h;
            down[k] -= h;
            var difference = (problem.Objective(up, []) - problem.Objective(down, [])) / (2 * h);
            Assert.Equal(difference, gradient[k], 1e-7 * (1 + Math.Abs(difference)));
        }
    }

    /// <summary>Compares the Hessian with central differences of the gradient.</summary>
    public static void CheckHessian(Problem problem, double[] x)
    {
        const double h = 1e-5;
        var d = x.Length;
        var hessian = new double[d * d];
        ((IHessian)problem).Hessian(x, hessian);
        for (var k = 0; k < d; k++)
        {
            double[] up = [.. x], down = [.. x];
            up[k] += h;
            down[k] -= h;
            var (above, below) = (problem.FullGradient(up), problem.FullGradient(down));
            for (var j = 0; j < d; j++)
            {
                var second = hessian[k * d + j];
                Assert.Equal((above[j] - below[j]) / (2 * h), second, 1e-7 * (1 + Math.Abs(second)));
            }
        }
    }

    /// <summary>Compares products with the Hessian with the Hessian.</summary>
    public static void CheckHessianVector(Problem problem, double[] x)
    {
        var (d, v) = (x.Length, Point(x.Length, id: 5));
        double[] hessian = new double[d * d], product = new double[d];
        ((IHessian)problem).Hessian(x, hessian);
        problem.HessianVector(x, v, product);
        Equal([.. Enumerable.Range(0, d).Select(k => Enumerable.Range(0, d).Sum(j => hessian[(k * d) + j] * v[j]))],
            product, 1e-12);
    }

    /// <summary>The largest eigenvalue of the Hessian of F at a point.</summary>
    public static double LargestCurvature(Problem problem, double[] x)
    {
        var hessian = new double[x.Length * x.Length];
        ((IHessian)problem).Hessian(x, hessian);
        return Matrix<double>.Build.Dense(x.Length, x.Length, hessian).Evd().EigenValues.Max(v => v.Real);
    }

    /// <summary>The mean over places of the oracle's gradient over whole shards is the gradient of F.</summary>
    public static void CheckPlacesAverage(Problem problem, double[] x)
    {
        var mean = new double[x.Length];
        for (var place = 0; place < problem.Places; place++)
        {
            var g = problem.Gradient(x, place, problem.Sampler is { } s ? s.Shard(place).ToArray() : []);
            for (var k = 0; k < x.Length; k++)
                mean[k] += g[k] / problem.Places;
        }
        Equal(problem.FullGradient(x), mean, 1e-12);
    }

    public static void Equal(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var k = 0; k < expected.Length; k++)
            Assert.Equal(expected[k], actual[k], tolerance * (1 + Math.Abs(expected[k])));
    }
}
