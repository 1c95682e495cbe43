using AsyncOpt.Benchmarks.Loops;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Testing;

namespace AsyncOpt.Benchmarks.Workloads;

/// <summary>
/// One token with a model of d = 22 and one sample per node. The graph and the data are built when first used.
/// </summary>
/// <param name="generator">The graph.</param>
sealed class TokenWorkload(TopologyGenerator generator)
{
    /// <summary>The repellence of the self-repellent walk.</summary>
    public const double Alpha = 5;

    /// <summary>The step size of the simple random walk.</summary>
    public const double Step = 0.1;

    const double Second = 1e-3; // the virtual time of a move, and of a gradient

    readonly Lazy<Topology> _topology = new(() => Problems.Built(generator));

    LogisticRegression? _problem;

    /// <summary>The graph.</summary>
    public Topology Topology => _topology.Value;

    /// <summary>The problem.</summary>
    public LogisticRegression Problem => _problem ??= Problems.OneSamplePerNode(Topology.Nodes);

    /// <summary><c>sa-srrw</c>; the unit is a step.</summary>
    /// <param name="steps">Steps that are timed, about: one that stays takes the time of the gradient only.</param>
    public Workload SelfRepellent(long steps) => Of(new SaSrrw(new() { Alpha = ConstantSchedule.Of(Alpha) }), steps);

    /// <summary><c>srw</c>; the unit is a step.</summary>
    /// <param name="steps">Steps that are timed, about.</param>
    public Workload Simple(long steps) => Of(new Srw(new() { Step = ConstantSchedule.Of(Step) }), steps);

    /// <summary><c>sa-srrw</c> as a loop by hand.</summary>
    /// <param name="guarantees">What the loop promises beside the method.</param>
    public TokenLoop<RepellentWalk, TGuarantees> SelfRepellentByHand<TGuarantees>(TGuarantees guarantees)
        where TGuarantees : struct, IGuarantees => new(Problem, new(Topology, Alpha), guarantees);

    /// <summary>The same by one who minds time.</summary>
    /// <param name="guarantees">What the loop promises beside the method.</param>
    public TokenLoop<TunedRepellentWalk, TGuarantees> TunedByHand<TGuarantees>(TGuarantees guarantees)
        where TGuarantees : struct, IGuarantees => new(Problem, new(Topology, Alpha), guarantees);

    /// <summary><c>srw</c> as a loop by hand.</summary>
    /// <param name="guarantees">What the loop promises beside the method.</param>
    public TokenLoop<SimpleWalk, TGuarantees> SimpleByHand<TGuarantees>(TGuarantees guarantees)
        where TGuarantees : struct, IGuarantees => new(Problem, new(Topology, Step), guarantees);

    /// <summary>The graph as the scripts take it: nodes, then the ends of its edges.</summary>
    public string Edges()
    {
        var edges = new List<string> { $"{Topology.Nodes}" };
        for (var node = 0; node < Topology.Nodes; node++)
        {
            foreach (var other in Topology.OutNeighbours(node))
            {
                if (other > node)
                    edges.Add($"{node}-{other}");
            }
        }
        return string.Join(",", edges);
    }

    Workload Of(Method method, long steps)
    {
        var links = new LawLink(new() { Law = Problems.Constant(Second) });
        links.Build(new LinkContext(Topology.Nodes, 1, Places.Data));
        var plan = Plans.Of(method, Topology.Nodes, 1, Problems.Constant(Second), Problem) with
        {
            Links = new LinkModel(links),
            Topology = Topology,
            Compute = Plans.Equal(Topology.Nodes, Second),
            Partitions = 1,
        };
        var seconds = 2 * Second * steps;
        return new(plan, seconds / 4, seconds, p => p.Updates);
    }
}
