using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Kernels.Devices;

/// <summary>A library that knows devices: a public class with a constructor without parameters.</summary>
public interface IDeviceProvider : IDisposable
{
    /// <summary>The library's name and version.</summary>
    string Library { get; }

    /// <summary>All devices of this machine, also those that do not qualify; the best of a kind first.</summary>
    IReadOnlyList<DeviceDescription> Devices { get; }

    /// <summary>Opens a device that qualifies; the same object for every call.</summary>
    /// <param name="device">One of <see cref="Devices"/>.</param>
    IBatchDevice Open(DeviceDescription device);
}

/// <summary>An open device, shared by the runs of a process. Its members may be called from several threads.</summary>
public interface IBatchDevice : IDisposable
{
    /// <summary>What it is.</summary>
    DeviceDescription Description { get; }

    /// <summary>
    /// The kernel for an oracle of a problem; null where there is none, and the processor does it. Which of the two
    /// depends on problem, oracle and device alone. The problem's data go to the device once, for all its oracles.
    /// </summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="problem">The problem, built.</param>
    /// <param name="oracle">The oracle.</param>
    IDeviceOracle<T>? OracleOf<T>(Problem problem, Oracle oracle)
        where T : unmanaged;

    /// <summary>
    /// Arrays for synchronous rounds on a problem; null where its gradient has no kernel, where they have no room, or
    /// where the device's arithmetic is not the processor's.
    /// </summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="problem">The problem, built.</param>
    /// <param name="topology">Who hears from whom: a row for each node, which has the data of that place.</param>
    /// <param name="arrays">How many arrays, of as many columns as the problem has parameters.</param>
    IDeviceRounds<T>? RoundsOf<T>(Problem problem, Topology topology, int arrays)
        where T : unmanaged;
}

/// <summary>
/// Evaluates batches of requests of one oracle on a device. The result of a request depends on that request alone: not
/// on what else is in the batch, nor on its place there. Its members are not for several threads at once.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public interface IDeviceOracle<T> : IDisposable
    where T : unmanaged
{
    /// <summary>
    /// Takes inputs and samples, and has the device begin; it may still be at work when this returns. What the requests
    /// point to must stay as it is only until then, their outputs until <see cref="End"/>.
    /// </summary>
    /// <param name="requests">The batch, at least one.</param>
    /// <param name="samples">The numbers of the samples of all requests.</param>
    void Begin(ReadOnlySpan<DeviceRequest<T>> requests, ReadOnlySpan<int> samples);

    /// <summary>Waits for the device, and fills the outputs of the requests given last.</summary>
    void End();
}

/// <summary>A request of an oracle, as a device takes it.</summary>
/// <typeparam name="T">float or double.</typeparam>
public unsafe struct DeviceRequest<T>
    where T : unmanaged
{
    /// <summary>
    /// The first input, shape (d). Requests that share a vector have the same address, and it travels once.
    /// </summary>
    public T* Input { get; set; }

    /// <summary>The second input; null if there is none.</summary>
    public T* Input1 { get; set; }

    /// <summary>The third input; null if there is none.</summary>
    public T* Input2 { get; set; }

    /// <summary>The first output, shape (d).</summary>
    public T* Output { get; set; }

    /// <summary>The second output; null if there is none.</summary>
    public T* Output1 { get; set; }

    /// <summary>The third output; null if there is none.</summary>
    public T* Output2 { get; set; }

    /// <summary>Whose data.</summary>
    public int Place { get; set; }

    /// <summary>Where its samples begin.</summary>
    public int FirstSample { get; set; }

    /// <summary>Samples of each step.</summary>
    public int Batch { get; set; }

    /// <summary>Steps of local training; 1 for anything else.</summary>
    public int Steps { get; set; }

    /// <summary>Whether every step takes the same samples, which are there once.</summary>
    public bool SameSamples { get; set; }

    /// <summary>Which step of the learning-rate schedule the first step is.</summary>
    public long RateStep { get; set; }

    /// <summary>How many steps the optimizer's state has made before.</summary>
    public long OptimizerStep { get; set; }
}
