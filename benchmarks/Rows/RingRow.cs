using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>
/// Decentralized SGD on a ring of 10^5 agents, one sample of d = 22 each: synchronous by messages, and gossip event by
/// event, against the synchronous iteration over whole arrays.
/// </summary>
static class RingRow
{
    const int Agents = 100_000;
    const double Step = 0.1;

    // The fastest among 256, 1,024, 2,048, 4,096 agents.
    const int Block = 2048;

    public static IEnumerable<Comparison> Comparisons()
    {
        var topology = Problems.Built(new RingTopology(new() { Nodes = Agents }));
        var problem = Problems.OneSamplePerNode(Agents);
        foreach (var precision in (Precision[])[Precision.Float64, Precision.Float32])
        {
            var width = precision == Precision.Float64 ? "float64" : "float32";
            yield return new Comparison($"D-SGD, ring of {Agents:N0}, d = 22, synchronous, {width}", "agent-steps",
                new Contender("engine", () => Synchronous(topology, problem, precision)), [Numpy(width, 0, 1), Numpy(width, Block, null)]);
            yield return new Comparison($"gossip (ad-psgd), ring of {Agents:N0}, d = 22, {width}", "agent-steps",
                new Contender("engine", () => Gossip(topology, problem, precision)), [Numpy(width, 0, 0.15), Numpy(width, Block, null)]);
        }
    }

    static Contender Numpy(string width, int block, double? mustReach) => Python.Reference(
        $"vectorized numpy, synchronous, {width}, {(block == 0 ? "whole arrays" : "blocks that stay in the cache")}",
        mustReach, "ring.py", Agents, Problems.Features, width, Step, Problems.Regularization, block);

    // Gradients and messages of an iteration take 1 ms each, side by side: an iteration is 1 ms.
    static double Synchronous(Topology topology, Problem problem, Precision precision)
    {
        var method = new DSgd(new() { Step = ConstantSchedule.Of(Step) });
        var plan = Plan(method, topology, problem, precision, Problems.Constant(1e-3)) with
        {
            Compute = Plans.Equal(Agents, 1e-3),
        };
        return EngineRun.Rate(plan, 15e-3, 20e-3, p => p.Updates);
    }

    // No two events at the same instant: every gradient and message takes a time of its own.
    static double Gossip(Topology topology, Problem problem, Precision precision)
    {
        var law = new ShiftedExponential(new() { Shift = 1e-4, Mean = 9e-4 });
        var method = new AdPsgd(new() { Step = ConstantSchedule.Of(Step) });
        var plan = Plan(method, topology, problem, precision, law) with
        {
            Compute = Plans.Equal(Agents, 1e-3) with { Jitter = new ShiftedExponential(new() { Shift = 0.1, Mean = 0.9 }) },
        };
        return EngineRun.Rate(plan, 15e-3, 15e-3, p => p.Updates);
    }

    static RunPlan Plan(Method method, Topology topology, Problem problem, Precision precision, Law delay) =>
        Plans.Of(method, Agents, 1, delay, problem) with
        {
            Topology = topology,
            Mixing = new UniformMixing().Schedule(topology),
            Precision = precision,
        };
}
