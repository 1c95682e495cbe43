using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Kernels.Devices;

/// <summary>
/// Arrays (agents x d) that stay on a device, and what a synchronous round does with all rows of them at once. Arrays
/// have numbers. Operations are begun in order and may still be at work when they return, except where they give
/// something back. Not for several threads at once.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public interface IDeviceRounds<T> : IDisposable
    where T : unmanaged
{
    /// <summary>Sends an array, agents x d.</summary>
    void Send(int array, ReadOnlySpan<T> values);

    /// <summary>Fetches an array, agents x d.</summary>
    void Fetch(int array, Span<T> values);

    /// <summary>Row i of the output := f.grad at row i of the input, on the batch of row i.</summary>
    /// <param name="input">An array.</param>
    /// <param name="output">Another.</param>
    /// <param name="samples">Numbers of samples (agents x batch); empty for a problem without samples.</param>
    /// <param name="batch">Samples of a row.</param>
    void Gradient(int input, int output, ReadOnlySpan<int> samples, int batch);

    /// <summary>Row i of the target := W_ii x_i + the sum of W_ij x_j over its in-neighbours j, in order.</summary>
    /// <param name="weights">W; it is sent when it is first used.</param>
    /// <param name="x">An array.</param>
    /// <param name="target">Another.</param>
    void Mix(MixingMatrix weights, int x, int target);

    /// <summary>A step of every row; false where the optimizer has no kernel, and nothing has happened.</summary>
    /// <param name="optimizer">The rule.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="number">Which step of the states it is, from 1.</param>
    /// <param name="gradient">The array of gradients.</param>
    /// <param name="x">The array of points.</param>
    /// <param name="state0">The array of the optimizer's first states; -1 for none.</param>
    /// <param name="state1">The array of its second states; -1 for none.</param>
    bool Step(Optimizer optimizer, double rate, long number, int gradient, int x, int state0, int state1);

    /// <summary>The hash of every row's bits, that of <see cref="Core.Numerics.VectorHash"/>.</summary>
    /// <param name="x">An array.</param>
    /// <param name="hashes">Shape (agents), out.</param>
    void Hash(int x, Span<ulong> hashes);

    /// <summary>The first row with an element that is infinite or NaN; -1 for none.</summary>
    int FindNotFinite(int x);
}
