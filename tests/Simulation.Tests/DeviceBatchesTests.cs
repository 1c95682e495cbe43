using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Kernels.Devices;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

public sealed class DeviceBatchesTests
{
    const int Workers = 2000;

    [Fact]
    public void The_device_works_while_events_go_on_and_is_waited_for_when_its_first_result_is_due()
    {
        var log = new List<string>();
        var problem = new Quadratic(new() { Dimension = 1 });
        problem.Build(new ProblemContext(Workers, 1, name => name));
        // The model comes to the workers within a second, one after the other; each computes for a minute then.
        var plan = Plans.Of(
            new AsyncSgd(new() { Step = ConstantSchedule.Of(0.1) }), Workers, 61.9, new Uniform(new() { Low = 1, High = 2 }), problem) with
        {
            Compute = Plans.Equal(Workers, 60),
        };

        Simulator.Run(plan, new RunHooks { Device = new LoggingDevice(log), Observer = new LoggingObserver(log) });

        var begins = log.IndexOf("begin 1024");
        var ends = log.IndexOf("end");
        var between = log[(begins + 1)..ends];
        // All other workers ask meanwhile; what they ask for begins with the first that is due.
        Assert.InRange(between.Count, Workers - 1024, Workers - 1023);
        Assert.All(between, entry => Assert.Equal("Message", entry));
        Assert.Equal("Computed", log[ends + 1]);
        var rest = log.IndexOf($"begin {Workers - 1024}");
        Assert.Contains("Computed", log[ends..rest]);
        Assert.Equal(["end", "Computed"], log[(rest + 1)..(rest + 3)]);
    }

    sealed class LoggingObserver(List<string> log) : IEventObserver
    {
        public void Started(int agent, long now)
        {
        }

        public void Sent(int agent, uint sequence)
        {
        }

        public void Handled(in Event e, long now, long service, long number) => log.Add(e.Type.ToString());
    }

    sealed class LoggingDevice(List<string> log) : IBatchDevice
    {
        public DeviceDescription Description { get; } = new("Fake", DeviceKind.Cuda, 0, "fake");

        public IDeviceOracle<T>? OracleOf<T>(Problem problem, Oracle oracle)
            where T : unmanaged => new LoggingOracle<T>(log);

        public IDeviceRounds<T>? RoundsOf<T>(Problem problem, Topology topology, int arrays)
            where T : unmanaged => null;

        public void Dispose()
        {
        }
    }

    sealed class LoggingOracle<T>(List<string> log) : IDeviceOracle<T>
        where T : unmanaged
    {
        public void Begin(ReadOnlySpan<DeviceRequest<T>> requests, ReadOnlySpan<int> samples) =>
            log.Add($"begin {requests.Length}");

        public void End() => log.Add("end");

        public void Dispose()
        {
        }
    }
}
