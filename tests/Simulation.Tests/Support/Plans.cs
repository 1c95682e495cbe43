using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Tests.Support;

/// <summary>Plans for tests: everything has a plain default, and is replaced with <c>with</c>.</summary>
static class Plans
{
    public static RunPlan Of(Method method, int places, double time, Law delay, Problem? problem = null) => new()
    {
        Method = method,
        Problem = problem ?? new NoProblem(places),
        Places = places,
        Links = new LinkModel(new LawDelay(delay)),
        Compute = Equal(places, 1),
        Seeds = Seeds.Of(7),
        SampleEvery = VirtualTime.FromSeconds(time),
        Stop = new StopRules { Time = VirtualTime.FromSeconds(time) },
        Threads = 1,
    };

    public static Constant Second => new(new Constant.Options { Value = 1 });

    public static Constant Zero => new(new Constant.Options { Value = 0 });

    public static ComputeModel Equal(int places, double perTask) =>
        new(VirtualTime.FromSeconds(perTask), VirtualTime.Zero, [.. Enumerable.Repeat(1.0, places)]);

    /// <summary>Every link has one law.</summary>
    public sealed class LawDelay(Law law) : LinkDelay
    {
        public override VirtualTime FloorOverall => law.ShortestDuration;

        public override bool IsRandom => law.IsRandom;

        public override VirtualTime Floor(int from, int to) => law.ShortestDuration;

        public override VirtualTime Sample(int from, int to, in Draw draw) => law.Duration(in draw);
    }
}

/// <summary>Nothing to optimize: for programs that only send messages.</summary>
sealed class NoProblem(int places) : Problem
{
    public override int Parameters => 1;

    public override int Places => places;

    public override IReadOnlyList<OracleForm> Oracles => [];

    public override string Fingerprint => "none";

    public override void Build(ProblemContext context)
    {
    }

    public override double Objective(ReadOnlySpan<double> x, Span<double> gradient)
    {
        gradient.Clear();
        return 0;
    }
}
