using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Tests.Methods;
using AsyncOpt.Simulation.Tests.Support;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

/// <summary>
/// Once pools have their size, events allocate nothing: from one sampling instant to a late one, the managed heap
/// gives out no more than the instant itself asks for.
/// </summary>
public class AllocationTests
{
    // A sampling instant allocates its counts and a progress report. One object per event would be a megabyte.
    const long InstantBytesMax = 8_000;
    const long EventsMin = 40_000;

    static readonly ShiftedExponential Delay = new(new() { Shift = 0.01, Mean = 0.09 });

    public static TheoryData<string> Workloads =>
        ["phold", "gossip", "d-sgd", "token", "async-sgd", "federated", "buffered"];

    [Theory]
    [MemberData(nameof(Workloads))]
    public void Events_allocate_nothing_in_the_steady_state(string workload)
    {
        var plan = WorkloadOf(workload);
        var instants = new List<(long Bytes, long Events)>(16);

        Simulator.Run(
            plan with { Metrics = false, TimelineAgents = 0, SampleEvery = plan.Stop.Time!.Value.DividedBy(8) },
            new RunHooks { Progress = p => instants.Add((GC.GetAllocatedBytesForCurrentThread(), p.Events)) });

        var (from, to) = (instants[^2], instants[^1]);
        Assert.InRange(to.Events - from.Events, EventsMin, long.MaxValue);
        Assert.InRange(to.Bytes - from.Bytes, 0, InstantBytesMax);
    }

    // Agents beyond the first few thousand have no distribution of staleness of their own, which grows.
    static RunPlan WorkloadOf(string workload) => workload switch
    {
        "phold" => Plans.Of(new Phold(), 1000, 400, Delay) with { Topology = Topology.Complete("complete", 1000) },
        "gossip" => Jittered(new AdPsgd(new() { Step = Step(0.1) }), 1000, 200, Ring(1000)),
        "d-sgd" => Jittered(new DSgd(new() { Step = Step(0.1) }), 1000, 200, Ring(1000)),
        "token" => Jittered(new SaSrrw(new() { Alpha = Step(5) }), 62, 300_000, Ring(62)),
        "async-sgd" => Jittered(new AsyncSgd(new() { Step = Step(0.001) }), 1000, 400),
        "federated" => Jittered(
            new LocalSgd(new() { Rate = Step(0.1), OuterRate = Step(1), Steps = 3 }), 1000, 400),
        "buffered" => Jittered(
            new AsyncLocalSgd(new()
            {
                Rate = Step(0.1),
                OuterRate = Step(1),
                Steps = 3,
                Server = new BufferRule(new() { Size = 10 }),
            }), 1000, 400),
        _ => throw new ArgumentException(workload),
    };

    static RunPlan Jittered(Method method, int places, double time, Topology? topology = null) =>
        MethodPlans.PlanOf(method, QuadraticOf(Targets(places)), time, topology).WithDelay(Delay).WithJitter(0.5, 1.5);
}
