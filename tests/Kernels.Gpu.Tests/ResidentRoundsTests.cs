using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation;

namespace AsyncOpt.Kernels.Gpu.Tests;

/// <summary>Runs whose agents act in rounds on a device against the same agents one by one with that device.</summary>
public class ResidentRoundsTests
{
    const int Nodes = 12, Length = 6;

    static readonly Optimizer[] Optimizers =
        [new Sgd(), new Momentum(new()), new Nesterov(new()), new Adam(new()), new AdamW(new() { WeightDecay = 0.1 })];

    public static TheoryData<string, DSgd.Order> Cases()
    {
        var data = new TheoryData<string, DSgd.Order>();
        foreach (var backend in Backends.Names)
            foreach (var order in Enum.GetValues<DSgd.Order>())
                data.Add(backend, order);
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Have_the_bits_of_one_by_one_whatever_the_optimizer_the_width_and_the_batch(string backend, DSgd.Order order)
    {
        foreach (var (i, optimizer) in Optimizers.Index())
        {
            foreach (var precision in (Precision[])[Precision.Float64, Precision.Float32])
            {
                var plan = Plan(order, optimizer, batch: i % 3) with { Precision = precision };
                var device = new CountingDevice(Backends.Open(backend));
                var rounds = Simulator.Run(plan, new RunHooks { Device = device });

                Assert.NotEqual(0, rounds.Counts.Cohorts);
                Assert.NotEqual(0, device.CallsOf("Mix"));
                Assert.Equal(device.CallsOf("Gradient") * (long)Nodes, rounds.Counts.Gradients);
                var one = Simulator.Run(plan, new RunHooks { Device = device, OneByOne = true });
                Assert.Equal(one.Hash, rounds.Hash);
                Assert.Equal(Plain(one), Plain(rounds));
                Assert.Equal(one.Timeline, rounds.Timeline);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Backends.Each), MemberType = typeof(Backends))]
    public void Stay_on_the_device_until_somebody_looks(string backend)
    {
        var plan = Plan(DSgd.Order.Awc, new Momentum(new()), 1) with { SampleEvery = Seconds(3 * Length) };
        var device = new CountingDevice(Backends.Open(backend));
        var quiet = Simulator.Run(plan with { Stop = new() { Time = Seconds(3 * Length) } }, new RunHooks { Device = device });

        // Iterate, gradient, state go there once, and come back at the start, where they are new, and at the end.
        Assert.Equal((3 * Length) - 1, device.CallsOf("Mix"));
        Assert.Equal(3, device.CallsOf("Send"));
        Assert.InRange(device.CallsOf("Fetch"), 3, 6);
        var often = Simulator.Run(
            plan with { Stop = new() { Time = Seconds(3 * Length) }, SampleEvery = Seconds(1) },
            new RunHooks { Device = Backends.Open(backend) });
        Assert.Equal(quiet.Hash, often.Hash);
    }

    [Theory]
    [MemberData(nameof(Backends.Each), MemberType = typeof(Backends))]
    public void Give_the_same_bits_as_partitions_and_go_on_after_a_checkpoint(string backend)
    {
        var plan = Plan(DSgd.Order.Awc, new Sgd(), 2);
        var device = Backends.Open(backend);
        var hooks = new RunHooks { Device = device };
        using var file = new MemoryStream();
        var record = Simulator.Run(plan, hooks with { CheckpointAt = Seconds(2.5), CheckpointTo = file });
        file.Position = 0;

        Assert.Equal(record.Hash, Simulator.Run(plan, hooks).Hash);
        Assert.Equal(record.Hash, Simulator.Run(plan, hooks with { ResumeFrom = file }).Hash);
        Assert.Equal(record.Hash, Simulator.Run(plan with { Partitions = 3, ForcePartitions = true, Threads = 2 }, hooks).Hash);
    }

    [Fact]
    public void Rounds_without_room_or_kernels_become_one_by_one_and_the_run_says_so()
    {
        var star = new StarTopology(new() { Nodes = 300 }).Build(GraphContext.OfSeed(1));
        var plan = Plan(DSgd.Order.Awc, new Sgd(), 1, star) with { Stop = new() { Time = Seconds(1) } };
        var hooks = new RunHooks { Device = Backends.Open("cpu") };
        var record = Simulator.Run(plan, hooks);

        Assert.Equal(0, record.Counts.Cohorts);
        Assert.Contains(record.Warnings, w => w.Contains("one by one", StringComparison.Ordinal));
        var lamb = new CountingDevice(hooks.Device);
        var other = Plan(DSgd.Order.Awc, new Lamb(new()), 1);
        var hash = Simulator.Run(other, new RunHooks { Device = lamb }).Hash;
        Assert.Equal(0, lamb.CallsOf("Mix"));
        Assert.Equal(hash, Simulator.Run(other, hooks with { OneByOne = true }).Hash);
    }

    // What rounds count as rounds count them.
    static RunCounts Plain(RunRecord record) =>
        record.Counts with { Batches = 0, BatchMax = 0, Cohorts = 0, Evaluations = 0 };

    static RunPlan Plan(DSgd.Order order, Optimizer optimizer, int batch, Topology? topology = null)
    {
        topology ??= new RingTopology(new() { Nodes = Nodes }).Build(GraphContext.OfSeed(1));
        var problem = new LogisticRegression(new()
        {
            Data = new SyntheticClassification(new() { Samples = 3 * topology.Nodes, Dimension = 7 }),
            Regularization = 0.1,
        });
        problem.Build(new ProblemContext(topology.Nodes, 1, name => name));
        var method = new DSgd(new() { Step = ConstantSchedule.Of(0.1), BatchSize = batch, Variant = order, Optimizer = optimizer });
        return Plans.Of(method, topology.Nodes, Length, Plans.Second, problem) with
        {
            Topology = topology,
            Mixing = new MetropolisHastingsMixing().Schedule(topology),
        };
    }
}
