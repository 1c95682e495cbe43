using System.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Kernels;

/// <summary>
/// What a round asks of the vectors of a role: operations on the rows first to end - 1 of arrays (agents x d), each the
/// same bits as the operation on one agent's vector. Arrays have numbers; where they lie is the implementation's.
/// Different rows may be worked on by several threads at once.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public interface IRoundKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many rows are best worked on at a time: as many as stay in a cache, or all.</summary>
    int Rows { get; }

    /// <summary>Output rows := the oracle at the input rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row after the last.</param>
    /// <param name="gradient">What to compute.</param>
    void Gradient(int first, int end, in RoundGradient<T> gradient);

    /// <summary>
    /// Row i of the target := W_ii x_i + the sum of W_ij x_j over the in-neighbours j of i, in order.
    /// </summary>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row after the last.</param>
    /// <param name="weights">W.</param>
    /// <param name="x">The array that is read, also beyond the rows.</param>
    /// <param name="target">Another array.</param>
    void Mix(int first, int end, MixingMatrix weights, int x, int target);

    /// <summary>Row i of the target := x_i.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row after the last.</param>
    /// <param name="x">An array.</param>
    /// <param name="target">Another, as wide.</param>
    void Copy(int first, int end, int x, int target);

    /// <summary>A step of every row.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row after the last.</param>
    /// <param name="step">Which.</param>
    void Step(int first, int end, in RoundStep step);

    /// <summary>The hash of every row's bits.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row after the last.</param>
    /// <param name="x">The array.</param>
    /// <param name="hashes">Shape (end - first), out.</param>
    void Hash(int first, int end, int x, Span<ulong> hashes);

    /// <summary>The first row with an element that is infinite or NaN; -1 for none.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row after the last.</param>
    /// <param name="x">The array.</param>
    int FindNotFinite(int first, int end, int x);
}

/// <summary>An oracle of one input and one output, or local steps, at every row's own place.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="Oracle">The form to evaluate it with.</param>
/// <param name="Input">The array of inputs, or one row that all begin at.</param>
/// <param name="Output">The array of outputs.</param>
/// <param name="Batch">Samples per batch; 0 for all samples of the place.</param>
/// <param name="FirstAgent">The agent in the batch key of row 0; further rows have the next ones.</param>
/// <param name="Number">The number in the batch keys; further local steps have the next ones.</param>
public readonly record struct RoundGradient<T>(
    Core.Problems.FastOracle<T> Oracle, int Input, int Output, int Batch, long FirstAgent, long Number)
    where T : unmanaged
{
    /// <summary>How many local steps; 0 for any other oracle.</summary>
    public int Steps { get; init; }

    /// <summary>Which step of the learning-rate schedule the first local step is.</summary>
    public long RateStep { get; init; }

    /// <summary>How many steps the optimizer's states have made before.</summary>
    public long OptimizerStep { get; init; }

    /// <summary>The array of the optimizer's first states; -1 for none.</summary>
    public int State0 { get; init; } = -1;

    /// <summary>The array of its second states; -1 for none.</summary>
    public int State1 { get; init; } = -1;
}

/// <summary>A step of an optimizer.</summary>
/// <param name="Optimizer">The rule.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="Number">Which step of the states it is, from 1.</param>
/// <param name="Gradient">The array of gradients.</param>
/// <param name="X">The array of points.</param>
/// <param name="State0">The array of the optimizer's first states; -1 for none.</param>
/// <param name="State1">The array of its second states; -1 for none.</param>
public readonly record struct RoundStep(
    Optimizer Optimizer, double Rate, long Number, int Gradient, int X, int State0, int State1);
