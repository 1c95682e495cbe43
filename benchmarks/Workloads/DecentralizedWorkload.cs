using AsyncOpt.Benchmarks.Loops;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Testing;

namespace AsyncOpt.Benchmarks.Workloads;

/// <summary>
/// Decentralized SGD, logistic regression with one sample of d = 22 per agent. The graph and the data are built when
/// first used.
/// </summary>
/// <param name="agents">Agents.</param>
/// <param name="degree">2 for the ring, otherwise that of a random regular graph.</param>
sealed class DecentralizedWorkload(int agents, int degree)
{
    /// <summary>The step size.</summary>
    public const double Step = 0.1;

    const double Iteration = 1e-3;

    readonly Lazy<Topology> _topology = new(() => Problems.Built(degree == 2
        ? new RingTopology(new() { Nodes = agents })
        : new RandomRegularTopology(new() { Nodes = agents, Degree = degree })));

    readonly Lazy<LogisticRegression> _problem = new(() => Problems.OneSamplePerNode(agents));

    /// <summary>The problem.</summary>
    public LogisticRegression Problem => _problem.Value;

    /// <summary>
    /// <c>d-sgd</c>: gradients and messages of an iteration take 1 ms each, side by side. The unit is a step of an agent.
    /// </summary>
    /// <param name="precision">The float width.</param>
    /// <param name="steps">Steps that are timed, about.</param>
    public Workload Synchronous(Precision precision, long steps)
    {
        var method = new DSgd(new() { Step = ConstantSchedule.Of(Step) });
        var plan = Plan(method, precision, Problems.Constant(Iteration)) with { Compute = Plans.Equal(agents, Iteration) };
        return Timed(plan, steps);
    }

    /// <summary>
    /// <c>ad-psgd</c>, event by event: no two events at the same instant, since every gradient and message takes a time
    /// of its own. The unit is a step of an agent.
    /// </summary>
    /// <param name="precision">The float width.</param>
    /// <param name="steps">Steps that are timed, about.</param>
    public Workload Gossip(Precision precision, long steps)
    {
        var law = new ShiftedExponential(new() { Shift = 0.1 * Iteration, Mean = 0.9 * Iteration });
        var method = new AdPsgd(new() { Step = ConstantSchedule.Of(Step) });
        var plan = Plan(method, precision, law) with
        {
            Compute = Plans.Equal(agents, Iteration) with { Jitter = new ShiftedExponential(new() { Shift = 0.1, Mean = 0.9 }) },
        };
        // A gradient, an offer and a reply: nearly three times 1 ms.
        return Timed(plan, 3 * steps);
    }

    /// <summary>The same on a ring as a loop by hand, for as long; steps per second.</summary>
    /// <param name="guarantees">What the loop promises beside the method.</param>
    /// <param name="fetches">Whether it fetches memory ahead.</param>
    /// <param name="steps">Steps that are timed, about.</param>
    public double GossipByHand<TGuarantees>(TGuarantees guarantees, bool fetches, long steps)
        where TGuarantees : struct, IGuarantees
    {
        var timed = Gossip(Precision.Float64, steps);
        using var loop = GossipLoop(guarantees, fetches);
        return loop.Rate(VirtualTime.FromSeconds(timed.WarmUp), VirtualTime.FromSeconds(timed.Timed));
    }

    /// <summary>That loop.</summary>
    /// <param name="guarantees">What the loop promises beside the method.</param>
    /// <param name="fetches">Whether it fetches memory ahead.</param>
    public GossipLoop<TGuarantees> GossipLoop<TGuarantees>(TGuarantees guarantees, bool fetches)
        where TGuarantees : struct, IGuarantees => new(Problem, agents, Step, guarantees, fetches);

    // Warm-up: a third as much, and so long that agents which began together no longer move together.
    Workload Timed(RunPlan plan, long agentIterations)
    {
        var iterations = Math.Max(4, agentIterations / agents);
        return new(plan, Math.Max(4, iterations / 3) * Iteration, iterations * Iteration, p => p.Updates);
    }

    RunPlan Plan(Method method, Precision precision, Law delay) =>
        Plans.Of(method, agents, 1, delay, _problem.Value) with
        {
            Topology = _topology.Value,
            Mixing = new UniformMixing().Schedule(_topology.Value),
            Precision = precision,
            Partitions = 1,
        };
}
