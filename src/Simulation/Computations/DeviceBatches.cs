using System.Runtime.InteropServices;
using AsyncOpt.Core.Problems;
using AsyncOpt.Kernels.Devices;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Computations;

/// <summary>
/// The part of a batch that goes to a device: all requests whose oracle has a kernel there, one launch an oracle. What
/// is left is for the processor, meanwhile. Which of the two a request gets depends on its oracle alone.
/// </summary>
sealed unsafe class DeviceBatches<T> : IDisposable
    where T : unmanaged
{
    readonly OracleEvaluator<T> _evaluator;
    readonly Lane?[] _lanes;

    int[] _scratch = new int[64];
    Requests<T>? _requests;

    /// <param name="device">The device.</param>
    /// <param name="problem">The problem, built.</param>
    /// <param name="oracles">The run's oracles.</param>
    /// <param name="evaluator">Draws the samples.</param>
    public DeviceBatches(IBatchDevice device, Problem problem, OracleSet<T> oracles, OracleEvaluator<T> evaluator)
    {
        (Device, _evaluator) = (device, evaluator);
        _lanes = [.. oracles.All.Select(o => o.IsReduction ? null : device.OracleOf<T>(problem, o))
            .Select(k => k is null ? null : new Lane(k))];
    }

    /// <summary>The device.</summary>
    public IBatchDevice Device { get; }

    /// <summary>Whether any oracle has a kernel.</summary>
    public bool HasKernels => _lanes.Any(lane => lane is not null);

    public void Dispose()
    {
        foreach (var lane in _lanes)
            lane?.Kernel.Dispose();
    }

    /// <summary>Takes the requests that have a kernel, and has the device begin.</summary>
    /// <param name="requests">All requests.</param>
    /// <param name="snapshots">Their inputs.</param>
    /// <param name="batch">The batch, in; what is left for the processor, in front, out.</param>
    /// <param name="count">How many the batch has.</param>
    /// <returns>How many are left.</returns>
    public int Begin(Requests<T> requests, Snapshots<T> snapshots, int[] batch, int count)
    {
        _requests = requests;
        var left = 0;
        for (var i = 0; i < count; i++)
        {
            ref var r = ref requests[batch[i]];
            if (_lanes[r.Oracle] is { } lane)
                Add(lane, batch[i], ref r, requests, snapshots);
            else
                batch[left++] = batch[i];
        }
        foreach (var lane in _lanes)
        {
            if (lane?.Requests.Count > 0)
                lane.Kernel.Begin(CollectionsMarshal.AsSpan(lane.Requests), CollectionsMarshal.AsSpan(lane.Samples));
        }
        return left;
    }

    /// <summary>Whether the device has begun with requests whose results nobody has fetched.</summary>
    public bool IsBusy => _lanes.Any(lane => lane?.Requests.Count > 0);

    /// <summary>Waits for the device; the results are in the requests' buffers then.</summary>
    public void End()
    {
        foreach (var lane in _lanes)
        {
            if (lane is null || lane.Requests.Count == 0)
                continue;
            lane.Kernel.End();
            foreach (var number in lane.Numbers)
                _requests![number].State = RequestState.Evaluated;
            lane.Numbers.Clear();
            lane.Requests.Clear();
            lane.Samples.Clear();
        }
    }

    void Add(Lane lane, int number, ref Request<T> r, Requests<T> requests, Snapshots<T> snapshots)
    {
        var asked = requests.AskedOf(in r);
        var samples = _evaluator.SamplesOf(in asked, ref _scratch);
        var batch = asked.Samples / asked.Steps;
        var (input, input1, input2) = requests.InputsOf(in r);
        var extras = r.Extras == 0 ? default : requests.ExtrasOf(in r);
        lane.Requests.Add(new DeviceRequest<T>
        {
            Input = InputOf(input, snapshots),
            Input1 = InputOf(input1, snapshots),
            Input2 = InputOf(input2, snapshots),
            Output = r.Result,
            Output1 = extras.Result1,
            Output2 = extras.Result2,
            Place = asked.Place,
            FirstSample = lane.Samples.Count,
            Batch = batch,
            Steps = asked.Steps,
            SameSamples = samples.Length <= batch,
            RateStep = asked.RateStep,
            OptimizerStep = asked.OptimizerStep,
        });
        lane.Samples.AddRange(samples);
        requests.SetScalars(in r, (0, 0));
        lane.Numbers.Add(number);
        r.State = RequestState.Launched;
    }

    static T* InputOf(int snapshot, Snapshots<T> snapshots) => snapshot < 0 ? null : snapshots[snapshot].Data;

    /// <summary>The requests of one oracle in a batch, with their samples.</summary>
    sealed class Lane(IDeviceOracle<T> kernel)
    {
        public IDeviceOracle<T> Kernel { get; } = kernel;

        public List<DeviceRequest<T>> Requests { get; } = [];

        /// <summary>Where they are among all requests.</summary>
        public List<int> Numbers { get; } = [];

        public List<int> Samples { get; } = [];
    }
}
