using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Diagnostics;

/// <summary>Agents that hold given vectors, in a run of d-sgd on a ring.</summary>
sealed class FixedCut : DiagnosticCut
{
    readonly double[][] _rows;
    readonly double[] _mean;

    FixedCut(RunPlan plan, double[][] rows)
        : base(plan, Layout.Of(plan.Method, LayoutContext.Of(plan.Problem, plan.Places, plan.Topology)))
    {
        _rows = rows;
        _mean = [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Average(r => r[i]))];
    }

    public override ReadOnlySpan<double> Estimate => _mean;

    public override int Agents => _rows.Length;

    /// <summary>The diagnostic's metrics of a cloud of vectors, a row an agent.</summary>
    public static Dictionary<string, double> Evaluate(Diagnostic diagnostic, Problem problem, params double[][] rows) =>
        Evaluate(diagnostic, PlanOf(problem, rows.Length), rows);

    public static Dictionary<string, double> Evaluate(Diagnostic diagnostic, RunPlan plan, double[][] rows)
    {
        var metrics = new Dictionary<string, double>();
        diagnostic.Evaluate(new FixedCut(plan, rows), metrics.Add);
        Assert.Equal(diagnostic.Metrics(plan), metrics.Keys);
        return metrics;
    }

    public static RunPlan PlanOf(Problem problem, int places, Method? method = null, Topology? topology = null)
    {
        topology ??= new RingTopology(new() { Nodes = places }).Build(GraphContext.OfSeed(1));
        return new()
        {
            Method = method ?? new DSgd(new() { Step = ConstantSchedule.Of(0.1) }),
            Problem = problem,
            Places = places,
            Topology = topology,
            Mixing = new MetropolisHastingsMixing().Schedule(topology),
            Links = new LinkModel(new NoDelay()),
            Compute = new ComputeModel(VirtualTime.FromSeconds(1), VirtualTime.Zero, [.. Enumerable.Repeat(1.0, places)]),
            Seeds = Seeds.Of(1),
            SampleEvery = Seconds(1),
            Stop = new StopRules { Time = Seconds(1) },
        };
    }

    public override void Read(int agent, Span<double> x) => _rows[agent].CopyTo(x);

    public override void Read(string role, string vector, int agent, Span<double> x) => _rows[agent].CopyTo(x);

    public override ReadOnlySpan<double> Numbers(string role, string table, int agent) => throw new NotSupportedException();

    public override DrawSequence Draws(int stream = 0) => new(1, Purpose.Metric, (ulong)stream);

    sealed class NoDelay : LinkDelay
    {
        public override VirtualTime FloorOverall => VirtualTime.Zero;

        public override bool IsRandom => false;

        public override VirtualTime Floor(int from, int to) => VirtualTime.Zero;

        public override VirtualTime Sample(int from, int to, in Draw draw) => VirtualTime.Zero;
    }
}

/// <summary>One function at all places, given by its value and gradient.</summary>
sealed class FunctionProblem(int dimension, int places, Func<double[], double> value, Func<double[], double[]> gradient)
    : Problem
{
    public override int Parameters => dimension;

    public override int Places => places;

    public override IReadOnlyList<OracleForm> Oracles => [new(Oracle.Gradient, Gradient)];

    public override string Fingerprint => "function";

    public override void Build(ProblemContext context)
    {
    }

    public override double Objective(ReadOnlySpan<double> x, Span<double> g)
    {
        var point = x.ToArray();
        if (!g.IsEmpty)
            gradient(point).CopyTo(g);
        return value(point);
    }

    void Gradient(in OracleCall<double> call) => gradient(call.Input.ToArray()).CopyTo(call.Output);
}
