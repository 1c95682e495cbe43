using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Simulation.Tests.Methods.Bilevel;

/// <summary>Problems and runs for tests of bilevel methods, and oracles for loops of their own.</summary>
static class BilevelRuns
{
    /// <summary>x* = .625/.725; see the problem's own tests.</summary>
    public static readonly QuadraticBilevel.Options Scalar = new()
    {
        Blocks =
        [
            new() { Curvature = [[1]], Coupling = [[1]], Target = [1] },
            new() { Curvature = [[2]], Coupling = [[-1]], Target = [0], Shift = [1] },
        ],
        Regularization = 0.1,
    };

    public const double ScalarOptimum = 0.625 / 0.725;

    /// <summary>Ten scalar blocks with curvatures from 1 to 2.</summary>
    public static QuadraticBilevel.Options TenBlocks(double noise) => new()
    {
        Blocks =
        [
            .. Enumerable.Range(0, 10).Select(i => new QuadraticBilevel.BlockOptions
            {
                Curvature = [[1 + (i / 9.0)]],
                Coupling = [[i % 2 == 0 ? 1 : -0.5]],
                Target = [(i * 7 % 10 / 5.0) - 1],
                Shift = [0.3],
            }),
        ],
        Regularization = 0.5,
        Noise = noise,
    };

    public static QuadraticBilevel Built(QuadraticBilevel.Options options, int? places = null) =>
        MethodPlans.Built(new QuadraticBilevel(options), places ?? options.Blocks!.Length);

    /// <summary>A run in which every computation takes 1 s, links take no time.</summary>
    public static RunRecord Run(Method method, Problem problem, double time, ulong seed = MethodPlans.Seed) =>
        Simulator.Run(MethodPlans.PlanOf(method, problem, time) with { Seeds = Seeds.Of(seed), Metrics = false });

    public static double[] Estimate(Method method, Problem problem, double time, ulong seed = MethodPlans.Seed) =>
        Run(method, problem, time, seed).Estimate;

    /// <summary>As the run evaluates it: the k-th batch of block i.</summary>
    public static double[][] Evaluate(
        BilevelProblem problem, Oracle oracle, int block, long number, int batch, params double[][] inputs)
    {
        int Size(string name) => name == "parameters" ? problem.Parameters : problem.Dimension(name);
        var outputs = oracle.Outputs.Select(o => new double[o.Resolve(Size)]).ToArray();
        problem.Oracles.Single(o => o.Oracle == oracle).Evaluate(new()
        {
            Input = inputs[0],
            Input1 = inputs[1],
            Input2 = inputs.Length > 2 ? inputs[2] : [],
            Output = outputs[0],
            Output1 = outputs.Length > 1 ? outputs[1] : [],
            Output2 = outputs.Length > 2 ? outputs[2] : [],
            Place = block,
            Samples = new int[batch],
            // The coordinator is agent 0, block i agent 1 + i.
            Noise = new Draw(MethodPlans.Seed, Purpose.Noise, (ulong)(1 + block), (ulong)number),
        });
        return outputs;
    }

    public static StepSchedule Falling(double scale) => new PowerSchedule(new() { Scale = scale, Exponent = 0.3, Offset = 3 });
}

/// <summary>A problem that notes the block of each evaluation of grad_y g, in order.</summary>
sealed class Noting(BilevelProblem inner) : BilevelProblem
{
    readonly List<int> _blocks = [];

    public IReadOnlyList<int> Evaluated => _blocks;

    public override int Parameters => inner.Parameters;

    public override int Lower => inner.Lower;

    public override int Places => inner.Places;

    public override BatchSampler? Sampler => inner.Sampler;

    public override string Fingerprint => inner.Fingerprint;

    public override void Build(ProblemContext context)
    {
    }

    public override void LowerGradients(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> gradY, Span<double> gradX)
    {
        _blocks.Add(batch.Place);
        inner.LowerGradients(batch, x, y, gradY, gradX);
    }

    public override void UpperGradients(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> gradX, Span<double> gradY) =>
        inner.UpperGradients(batch, x, y, gradX, gradY);

    public override void Hessian(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> hessian) =>
        inner.Hessian(batch, x, y, hessian);

    public override void HessianProduct(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> v, Span<double> product) =>
        inner.HessianProduct(batch, x, y, v, product);

    public override void CrossProduct(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> v, Span<double> product) =>
        inner.CrossProduct(batch, x, y, v, product);

    public override double UpperValue(int place, ReadOnlySpan<double> x, ReadOnlySpan<double> y) =>
        inner.UpperValue(place, x, y);

    public override void SolveLower(int place, ReadOnlySpan<double> x, Span<double> y) => inner.SolveLower(place, x, y);

    /// <summary>The sampled blocks of each round of a method that evaluates two points: m first, then twice I each.</summary>
    public int[][] Rounds(int sampled, int rounds) =>
        [.. Enumerable.Range(0, rounds).Select(t => _blocks.Skip(Places + (2 * sampled * t)).Take(sampled).ToArray())];
}
