using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Kernels.Devices;

namespace AsyncOpt.Kernels.Gpu.Tests;

/// <summary>A device that counts what is asked of it.</summary>
/// <param name="inner">The device that does it.</param>
sealed class CountingDevice(IBatchDevice inner) : IBatchDevice
{
    /// <summary>How often each operation of rounds was called, by name.</summary>
    public Dictionary<string, int> Calls { get; } = [];

    /// <inheritdoc />
    public DeviceDescription Description => inner.Description;

    /// <inheritdoc />
    public IDeviceOracle<T>? OracleOf<T>(Problem problem, Oracle oracle)
        where T : unmanaged => inner.OracleOf<T>(problem, oracle);

    /// <inheritdoc />
    public IDeviceRounds<T>? RoundsOf<T>(Problem problem, Topology topology, int arrays)
        where T : unmanaged =>
        inner.RoundsOf<T>(problem, topology, arrays) is { } rounds ? new Rounds<T>(rounds, Calls) : null;

    /// <summary>How often an operation of rounds was called.</summary>
    public int CallsOf(string name) => Calls.GetValueOrDefault(name);

    /// <inheritdoc />
    public void Dispose()
    {
        // The device inside is somebody else's.
    }

    sealed class Rounds<T>(IDeviceRounds<T> inner, Dictionary<string, int> calls) : IDeviceRounds<T>
        where T : unmanaged
    {
        public bool CanStep(Optimizer optimizer) => inner.CanStep(optimizer);

        public bool TryMakeRoom(int batch) => inner.TryMakeRoom(batch);

        public void Send(int array, ReadOnlySpan<T> values)
        {
            Count(nameof(Send));
            inner.Send(array, values);
        }

        public void Fetch(int array, Span<T> values)
        {
            Count(nameof(Fetch));
            inner.Fetch(array, values);
        }

        public void Gradient(int input, int output, in DeviceDraws batch)
        {
            Count(nameof(Gradient));
            inner.Gradient(input, output, in batch);
        }

        public void Mix(MixingMatrix weights, int x, int target)
        {
            Count(nameof(Mix));
            inner.Mix(weights, x, target);
        }

        public void Copy(int x, int target)
        {
            Count(nameof(Copy));
            inner.Copy(x, target);
        }

        public void Step(in RoundStep step)
        {
            Count(nameof(Step));
            inner.Step(in step);
        }

        public void Publish(int x, long version)
        {
            Count(nameof(Publish));
            inner.Publish(x, version);
        }

        public void Chain(in DeviceChain chain)
        {
            Count(nameof(Chain));
            inner.Chain(in chain);
        }

        public (int LastCompleted, int NotFinite) Tally() => inner.Tally();

        public void FetchChains(Span<ulong> chains)
        {
            Count(nameof(FetchChains));
            inner.FetchChains(chains);
        }

        public void Dispose() => inner.Dispose();

        void Count(string name) => calls[name] = calls.GetValueOrDefault(name) + 1;
    }
}
