using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Simulation;

namespace AsyncOpt.Kernels.Gpu.Tests;

/// <summary>Whole runs with their computations on a device against the same runs on the processor.</summary>
public class WholeRunTests
{
    const int Places = 6;

    static readonly StepSchedule Rate = ConstantSchedule.Of(0.1);

    public static TheoryData<string, string> Cases()
    {
        var data = new TheoryData<string, string>();
        foreach (var backend in Backends.Names)
        {
            data.Add(backend, "async-sgd");
            data.Add(backend, "local-sgd");
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Agrees_with_the_processor_and_has_bits_of_its_own_for_any_threads_and_partitions(string backend, string method)
    {
        var device = Backends.Open(backend);
        foreach (var precision in (Precision[])[Precision.Float64, Precision.Float32])
        {
            var plan = Plan(method == "async-sgd" ? Async() : Local()) with { Precision = precision };
            var processor = Simulator.Run(plan);
            var record = Simulator.Run(plan, new RunHooks { Device = device });

            Assert.Equal(device.Description.Numerics, record.Device);
            Assert.Equal("cpu", processor.Device);
            Assert.Equal(
                processor.Counts with { Batches = 0, BatchMax = 0, Cohorts = 0 },
                record.Counts with { Batches = 0, BatchMax = 0, Cohorts = 0 });
            var scale = processor.Estimate.Max(Math.Abs);
            for (var k = 0; k < processor.Estimate.Length; k++)
                Assert.Equal(processor.Estimate[k], record.Estimate[k], scale * (precision == Precision.Float64 ? 1e-11 : 1e-4));
            var cut = plan with { Partitions = 3, ForcePartitions = true, Threads = 2 };
            Assert.Equal(record.Hash, Simulator.Run(cut, new RunHooks { Device = device }).Hash);
            Assert.Equal(record.Hash, Simulator.Run(plan with { Metrics = false }, new RunHooks { Device = device }).Hash);
        }
    }

    [Fact]
    public void A_device_works_ahead_while_events_go_on_and_crashes_and_checkpoints_do_not_see_it()
    {
        var problem = new LogisticRegression(new() { Data = new SyntheticClassification(new() { Samples = 3000, Dimension = 4 }) });
        const int workers = 1500;
        problem.Build(new ProblemContext(workers, 1, name => name));
        var plan = Plans.Of(Async(), workers, 6, Plans.Second, problem) with
        {
            Faults =
            [
                new CrashFault(new() { Place = 0, At = Seconds(1.5), For = Seconds(2) }),
                new CrashFault(new() { Place = 1, At = Seconds(2.5), For = Seconds(1) }),
            ],
        };
        var hooks = new RunHooks { Device = Backends.Open("cpu") };
        using var file = new MemoryStream();
        var record = Simulator.Run(plan, hooks with { CheckpointAt = Seconds(2.5), CheckpointTo = file });
        file.Position = 0;

        Assert.InRange(record.Counts.BatchMax, 512, workers - 1);
        Assert.Equal(record.Hash, Simulator.Run(plan with { Partitions = 3, ForcePartitions = true }, hooks).Hash);
        Assert.Equal(record.Hash, Simulator.Run(plan, hooks with { ResumeFrom = file }).Hash);
        var processor = Simulator.Run(plan).Estimate;
        for (var k = 0; k < processor.Length; k++)
            Assert.Equal(processor[k], record.Estimate[k], 1e-11);
    }

    [Fact]
    public void A_problem_without_kernels_runs_on_the_processor_and_says_so()
    {
        var plan = Plan(Async()) with
        {
            Problem = Built(new Quadratic(new() { Dimension = 3, Noise = 1 })),
            Device = DeviceChoice.Cuda,
        };
        var record = Simulator.Run(plan, new RunHooks { Device = Backends.Open("cpu") });

        Assert.Equal(Simulator.Run(plan).Hash, record.Hash);
        Assert.Equal("cpu", record.Device);
        Assert.Contains(record.Warnings, w => w.Contains("has no kernel", StringComparison.Ordinal));
    }

    static AsyncSgd Async() => new(new() { Step = Rate, BatchSize = 3 });

    static LocalSgd Local() => new(new()
    {
        Rate = Rate,
        OuterRate = ConstantSchedule.Of(1),
        Steps = 4,
        BatchSize = 3,
        Inner = new Momentum(new()),
    });

    static RunPlan Plan(Method method) => Plans.Of(method, Places, 8, Plans.Second, Built(new SoftmaxRegression(new()
    {
        Data = new SyntheticClassification(new() { Samples = 60, Dimension = 7, Classes = 3 }),
        Regularization = 0.01,
    })));

    static T Built<T>(T problem)
        where T : Problem
    {
        problem.Build(new ProblemContext(Places, 1, name => name));
        return problem;
    }
}
