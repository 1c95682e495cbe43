using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Tests.Methods;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Windows on several threads.</summary>
public class WindowTests
{
    static readonly (int Partitions, int Threads)[] Settings = [(2, 1), (2, 2), (3, 2), (7, 2), (7, 7)];

    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 24).Select(i => (ulong)i)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_topology_delay_and_fault_gives_the_same_bits_for_any_partitions_and_threads(ulong seed)
    {
        var plan = Drawn(seed);
        var one = Simulator.Run(plan with { Partitions = 1 });
        Assert.True(one.Counts.Events > 500, $"only {one.Counts.Events} events");

        foreach (var (partitions, threads) in Settings)
        {
            var more = Simulator.Run(plan with { Partitions = partitions, Threads = threads, ForcePartitions = true });

            Assert.Equal(partitions, more.Partitions);
            Assert.True(more.Counts.Windows > 10);
            Assert.Equal(one.Hash, more.Hash);
            Assert.Equal(one.Counts.Events, more.Counts.Events);
            Assert.Equal(one.Counts.Lost, more.Counts.Lost);
            Assert.Equal(one.Counts.Bytes, more.Counts.Bytes);
            Assert.Equal(one.Age, more.Age);
            Assert.Equal(one.Estimate, more.Estimate);
            Assert.Equal(one.Timeline, more.Timeline);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Agent_after_agent_gives_the_same_bits_as_time_after_time(ulong seed)
    {
        var plan = Drawn(seed);
        var byTime = Simulator.Run(plan with { Partitions = 1 });
        Assert.Equal(0, byTime.Counts.Sweeps);

        foreach (var partitions in (int[])[1, 3])
        {
            var byAgent = Simulator.Run(
                plan with { Partitions = partitions, ForcePartitions = true }, new RunHooks { SweepLeast = 0 });

            // Links that say no floor of them all have no span within which they affect nobody.
            Assert.Equal(plan.Links.Delay is { IsRandom: true } or { FloorOverall.Nanoseconds: > 0 }, byAgent.Counts.Sweeps > 10);
            SameRun.Assert(byTime, byAgent);
        }
    }

    // Everything but the program is drawn.
    static RunPlan Drawn(ulong seed)
    {
        var draws = new DrawSequence(seed, Purpose.Topology);
        var nodes = 20 + draws.Below(60);
        TopologyGenerator[] graphs =
        [
            new RingTopology(new() { Nodes = nodes }),
            new ShuffledTopology(new() { Graph = new RingTopology(new() { Nodes = nodes }), Period = 1 }),
            new ErdosRenyiTopology(new() { Nodes = nodes, MeanDegree = 4, LargestComponent = true }),
            new CompleteTopology(new() { Nodes = nodes }),
            new StarTopology(new() { Nodes = nodes }),
            new WattsStrogatzTopology(new() { Nodes = nodes }),
        ];
        var graph = graphs[draws.Below(graphs.Length)].Build(GraphContext.OfSeed(seed)).PhaseAt(0);
        var shift = draws.Below(3) * 0.004;
        Law[] laws =
        [
            new Constant(new() { Value = 0.01 + shift }),
            new ShiftedExponential(new() { Shift = shift, Mean = 0.02 }),
            new Core.Laws.Uniform(new() { Low = shift, High = 0.05 }),
        ];
        LinkDelay[] delays =
        [
            new Plans.LawDelay(laws[draws.Below(laws.Length)]),
            new TableDelay((from, to) => 0.003 * (1 + (((from * 7) + (to * 13)) % 11))),
        ];
        Fault[] faults =
        [
            new DropFault(new() { Probability = 0.02 }),
            new DuplicateFault(new() { Probability = 0.05 }),
            new CrashFault(new() { MeanUp = Seconds(1), MeanDown = Seconds(0.2) }),
            new BurstyLossFault(new() { Enter = 0.01, Leave = 0.3 }),
            new SplitFault(new()
            {
                Places = [0, 2], At = Seconds(0.5), For = Seconds(0.2), Every = Seconds(0.7), Messages = Crossing.Held,
            }),
            new CorruptFault(new() { Probability = 0.1, Deviation = 0.5 }),
        ];
        var places = graph.Nodes;
        return MethodPlans.PlanOf(new Chatter(), MethodPlans.QuadraticOf(MethodPlans.Targets(places), 0.1), 3, graph) with
        {
            Links = new LinkModel(
                delays[draws.Below(2)], Fifo: draws.Below(2) == 0,
                SendRate: draws.Below(3) == 0 ? 10_000 : null, ReceiveRate: draws.Below(3) == 0 ? 10_000 : null),
            Compute = new(Seconds(0.02), VirtualTime.Zero, [.. Enumerable.Range(0, places).Select(_ => 0.5 + draws.Uniform())])
            {
                Slowdowns = draws.Below(2) == 0 ? [] : [new SlowBursts(new() { Enter = 0.05, Leave = 0.2, Factor = 4 })],
            },
            Faults = [.. faults.Where(_ => draws.Below(2) == 0)],
            SampleEvery = Seconds(0.4),
        };
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 4)]
    public void What_a_program_throws_reaches_the_caller_from_any_thread(int partitions, int threads)
    {
        var plan = Plans.Of(new Bomb(), 40, 10, Plans.Second) with
        {
            Topology = MethodPlans.Complete(40),
            Partitions = partitions,
            Threads = threads,
        };

        var thrown = Assert.Throws<InvalidOperationException>(() => Simulator.Run(plan));

        Assert.Equal("the last one", thrown.Message);
    }

    [Fact]
    public void A_run_on_several_threads_can_be_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var plan = Plans.Of(new Phold(), 500, 1e6, new ShiftedExponential(new() { Shift = 0.1, Mean = 0.9 })) with
        {
            Topology = MethodPlans.Complete(500),
            SampleEvery = Seconds(10),
            Partitions = 3,
            Threads = 2,
        };

        var record = Simulator.Run(plan, new RunHooks
        {
            Cancellation = cancellation.Token,
            Progress = p =>
            {
                if (p.VirtualTime >= 20)
                    cancellation.Cancel();
            },
        });

        Assert.Equal(Outcome.Cancelled, record.Outcome);
        Assert.InRange(record.VirtualTime, 19e9, 31e9);
    }

    /// <summary>The last agent throws at its third message.</summary>
    sealed class Bomb : Method
    {
        static readonly MessageKind Ball = new("ball");

        public override void Declare(Layout layout)
        {
            layout.Messages(Ball);
            layout.Role("node", Count.PerNode, new Node());
        }

        struct State
        {
            public int Handled;
        }

        sealed class Node : RoleProgram<State>
        {
            Peers _nodes;

            public override void Declare(RoleLayout role) => _nodes = role.Peers("node");

            public override void OnStart(ref State s, Effects e) => Throw(e);

            public override void OnMessage(ref State s, in Received m, Effects e)
            {
                if (++s.Handled == 3 && e.Index == _nodes.Count - 1)
                    throw new InvalidOperationException("the last one");
                Throw(e);
            }

            void Throw(Effects e) => e.Send(_nodes[(e.Index + 1) % _nodes.Count], Ball, Snapshot.None);
        }
    }
}
