using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Simulation.Tests.Methods;

/// <summary>Small plans for tests: every computation takes 1 s, links take no time, nothing goes wrong.</summary>
static class MethodPlans
{
    public const ulong Seed = 7;

    public static StepSchedule Step(double value) => ConstantSchedule.Of(value);

    /// <summary>One step of size 1, then none: from 0 each node jumps to its target; averaging is left.</summary>
    public static StepSchedule FirstOnly => new StepDecaySchedule(new() { Value = 1, Factor = 0, Milestones = [1] });

    public static Quadratic QuadraticOf(double[][] targets, double noise = 0, double curvature = 1) =>
        Built(new Quadratic(new() { Targets = targets, Noise = noise, Eigenvalues = [curvature] }), targets.Length);

    /// <summary>Targets that are different at every place and in every coordinate, small multiples of 1/8.</summary>
    public static double[][] Targets(int places, int dimension = 3) =>
        [.. Enumerable.Range(0, places).Select(p => Enumerable.Range(0, dimension)
            .Select(k => ((((p * 37) + (k * 11)) % 29) - 14) / 8.0).ToArray())];

    public static double[] Mean(double[][] rows) =>
        [.. Enumerable.Range(0, rows[0].Length).Select(k => rows.Average(row => row[k]))];

    public static T Built<T>(T problem, int places)
        where T : Problem
    {
        problem.Build(new ProblemContext(places, 1, name => name));
        return problem;
    }

    public static Topology Graph(TopologyGenerator generator) => generator.Build(GraphContext.OfSeed(1));

    public static Topology Ring(int nodes) => Graph(new RingTopology(new() { Nodes = nodes }));

    public static Topology Complete(int nodes) => Graph(new CompleteTopology(new() { Nodes = nodes }));

    public static RunPlan PlanOf(Method method, Problem problem, double time, Topology? topology = null) => new()
    {
        Method = method,
        Problem = problem,
        Places = problem.Places,
        Topology = topology,
        Mixing = topology is null ? null : new MetropolisHastingsMixing().Schedule(topology),
        Links = new LinkModel(new TableDelay((_, _) => 0)),
        Compute = new ComputeModel(VirtualTime.FromSeconds(1), VirtualTime.Zero, [.. Enumerable.Repeat(1.0, problem.Places)]),
        Seeds = Seeds.Of(Seed),
        SampleEvery = Seconds(time),
        Stop = new StopRules { Time = Seconds(time) },
        Threads = 1,
    };

    public static RunPlan WithSpeeds(this RunPlan plan, params double[] factors) =>
        plan with { Compute = plan.Compute with { Factors = factors } };

    public static RunPlan WithDelay(this RunPlan plan, double seconds) =>
        plan with { Links = new LinkModel(new TableDelay((_, _) => seconds)) };

    public static RunPlan WithDelay(this RunPlan plan, Law law)
    {
        var link = new LawLink(new() { Law = law });
        link.Build(new LinkContext(plan.Places, Seed, name => name));
        return plan with { Links = new LinkModel(link) };
    }

    public static RunPlan WithJitter(this RunPlan plan, double low, double high) =>
        plan with { Compute = plan.Compute with { Jitter = new Core.Laws.Uniform(new() { Low = low, High = high }) } };

    public static double[] Metric(this RunRecord record, string name) =>
        [.. record.Metrics.Where(m => m.Metric == name).Select(m => m.Value)];

    /// <summary>A place's gradient by the problem's plain form, for the k-th computation of an agent.</summary>
    public static double[] Gradient(Problem problem, int place, double[] x, int agent = 0, int k = 0)
    {
        var g = new double[x.Length];
        var call = new OracleCall<double>
        {
            Input = x,
            Output = g,
            Place = place,
            Noise = new Draw(Seed, Purpose.Noise, (ulong)agent, (ulong)k),
        };
        problem.Oracles.Single(o => o.Oracle.Name == Oracle.Gradient.Name).Evaluate(in call);
        return g;
    }

    public static void Axpy(double a, double[] x, double[] y)
    {
        for (var i = 0; i < y.Length; i++)
            y[i] += a * x[i];
    }

    public static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }
}

/// <summary>A fixed delay per link.</summary>
sealed class TableDelay(Func<int, int, double> seconds) : LinkDelay
{
    public override VirtualTime FloorOverall => VirtualTime.Zero;

    public override bool IsRandom => false;

    public override VirtualTime Floor(int from, int to) => VirtualTime.FromSeconds(seconds(from, to));

    public override VirtualTime Sample(int from, int to, in Draw draw) => Floor(from, to);
}

/// <summary>The gradient at place p is minus the p-th unit vector: with step 1 the parameters count visits.</summary>
sealed class CountingProblem(int places) : Problem
{
    public override int Parameters => places;

    public override int Places => places;

    public override IReadOnlyList<OracleForm> Oracles => [new(Oracle.Gradient, Count)];

    public override string Fingerprint => "counting";

    public override void Build(ProblemContext context)
    {
    }

    public override double Objective(ReadOnlySpan<double> x, Span<double> gradient)
    {
        gradient.Clear();
        return 0;
    }

    static void Count(in OracleCall<double> call)
    {
        call.Output.Clear();
        call.Output[call.Place] = -1;
    }
}
