using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Kernels.Devices;

/// <summary>
/// Arrays (agents x d) that stay on a device, and what a synchronous round does with all rows of them at once. Arrays
/// have numbers. Operations are begun in order and may still be at work when they return, except where they give
/// something back. Mixing, steps, hashes and chains have the bits that the processor gives them; gradients those of
/// <see cref="IDeviceOracle{T}"/> on the same device. Not for several threads at once.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public interface IDeviceRounds<T> : IDisposable
    where T : unmanaged
{
    /// <summary>Whether there is a kernel for the steps of an optimizer.</summary>
    bool CanStep(Optimizer optimizer);

    /// <summary>Makes room for batches of a size; false where there is none.</summary>
    /// <param name="batch">Samples of a row; 0 for all samples of its place.</param>
    bool TryMakeRoom(int batch);

    /// <summary>Sends an array, agents x d.</summary>
    void Send(int array, ReadOnlySpan<T> values);

    /// <summary>Fetches an array, agents x d.</summary>
    void Fetch(int array, Span<T> values);

    /// <summary>Row i of the output := f.grad at row i of the input, on the batch of row i at place i.</summary>
    /// <param name="input">An array.</param>
    /// <param name="output">Another.</param>
    /// <param name="batch">The rows' batches.</param>
    void Gradient(int input, int output, in DeviceDraws batch);

    /// <summary>Row i of the target := W_ii x_i + the sum of W_ij x_j over its in-neighbours j, in order.</summary>
    /// <param name="weights">W, on the topology of the rounds; it is sent when it is first used.</param>
    /// <param name="x">An array.</param>
    /// <param name="target">Another.</param>
    void Mix(MixingMatrix weights, int x, int target);

    /// <summary>The target := x.</summary>
    /// <param name="x">An array.</param>
    /// <param name="target">Another.</param>
    void Copy(int x, int target);

    /// <summary>A step of every row.</summary>
    /// <param name="step">Which; of an optimizer that has a kernel.</param>
    void Step(in RoundStep step);

    /// <summary>Makes the hashes of the messages that carry the rows of an array, for the next chaining.</summary>
    /// <param name="x">The array.</param>
    /// <param name="version">The messages' version.</param>
    void Publish(int x, long version);

    /// <summary>Folds a round's events into the rows' chains, each row's in its own order.</summary>
    void Chain(in DeviceChain chain);

    /// <summary>What the chaining that was begun last found.</summary>
    /// <returns>
    /// Rows whose last event is the completion; and the first row with a result that is infinite or NaN, -1 for none.
    /// </returns>
    (int LastCompleted, int NotFinite) Tally();

    /// <summary>Fetches the rows' chains; 0 before the first chaining.</summary>
    /// <param name="chains">Shape (agents), out.</param>
    void FetchChains(Span<ulong> chains);
}
