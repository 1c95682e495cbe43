using AsyncOpt.Core;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Kernels.Devices;
using AsyncOpt.Simulation.Windows;

namespace AsyncOpt.Grains.Tests.Virtual;

/// <summary>Partitions on silos whose computations are evaluated by devices.</summary>
public class DeviceShardsTests
{
    static RunPlan Plan => ContractTests.For("async-sgd").Plan("none") with
    {
        Partitions = 2,
        ForcePartitions = true,
        Device = DeviceChoice.Cuda,
    };

    [Fact]
    public void They_evaluate_what_the_run_asks_for_and_the_record_names_them()
    {
        var processor = Run(_ => null);
        var record = Run(_ => new Naught("a", hasKernel: true));

        Assert.Equal(("cuda: a", NumericsClass.Processor), (record.Device, processor.Device));
        Assert.NotEqual(processor.Estimate, record.Estimate);
        // Gradients that are 0 move nothing.
        Assert.All(record.Estimate, x => Assert.Equal(0, x));
        Assert.Equal(processor.Counts.Events, record.Counts.Events);
    }

    [Fact]
    public void A_device_without_a_kernel_leaves_it_to_the_processor_and_that_is_said()
    {
        var record = Run(_ => new Naught("a", hasKernel: false));

        Assert.Equal(Run(_ => null).Hash, record.Hash);
        Assert.Equal(NumericsClass.Processor, record.Device);
        Assert.Contains(
            "the device has no kernel for this problem and method: the processor evaluates all", record.Warnings);
    }

    [Fact]
    public void A_run_on_devices_of_which_each_has_other_bits_is_refused()
    {
        var refused = Assert.Throws<InputException>(
            () => Run(p => new Naught(p == 0 ? "a" : "b", hasKernel: true)));

        Assert.StartsWith("device: partition 0 evaluates on 'cuda: a', partition 1 on 'cuda: b': ", refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_another_device_is_refused()
    {
        using var shards = new ThreadedShards(
            Plan, CancellationToken.None, device: _ => new Naught("a", hasKernel: true));
        ShardedRun.Run(Plan, shards, null, VirtualTime.FromSeconds(1), CancellationToken.None);
        var saved = shards.Saved[0];

        using var others = new ThreadedShards(
            Plan, CancellationToken.None, saved, _ => new Naught("b", hasKernel: true));
        var refused = Assert.ThrowsAny<Exception>(
            () => ShardedRun.Run(Plan, others, null, null, CancellationToken.None)).GetBaseException();

        Assert.Contains("; device cuda: b', got '", Assert.IsType<InputException>(refused).Message, StringComparison.Ordinal);
    }

    static RunRecord Run(Func<int, IBatchDevice?> device)
    {
        using var shards = new ThreadedShards(Plan, CancellationToken.None, device: device);
        return ShardedRun.Run(Plan, shards, null, null, CancellationToken.None);
    }

    /// <summary>A device for which every gradient is 0.</summary>
    sealed class Naught(string name, bool hasKernel) : IBatchDevice
    {
        public DeviceDescription Description => new(name, DeviceKind.Cuda, 1 << 30, $"cuda: {name}");

        public IDeviceOracle<T>? OracleOf<T>(Problem problem, Oracle oracle)
            where T : unmanaged => hasKernel && oracle == Oracle.Gradient ? new Zeros<T>(problem.Parameters) : null;

        public IDeviceRounds<T>? RoundsOf<T>(Problem problem, Topology topology, int arrays)
            where T : unmanaged => null;

        public void Dispose()
        {
        }
    }

    sealed unsafe class Zeros<T>(int dimension) : IDeviceOracle<T>
        where T : unmanaged
    {
        DeviceRequest<T>[] _requests = [];

        public void Begin(ReadOnlySpan<DeviceRequest<T>> requests, ReadOnlySpan<int> samples) =>
            _requests = requests.ToArray();

        public void End()
        {
            foreach (var request in _requests)
                new Span<T>(request.Output, dimension).Clear();
        }

        public void Dispose()
        {
        }
    }
}
