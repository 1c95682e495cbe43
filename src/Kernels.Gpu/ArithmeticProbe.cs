using System.Numerics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Topologies;
using ILGPU.Runtime;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>
/// Whether mixing and steps have the processor's bits on a device. A device's compiler that fuses products and sums,
/// or divides in haste, would give rounds other bits than the same agents one by one.
/// </summary>
static class ArithmeticProbe
{
    const int Rows = 16, Columns = 16, Count = Rows * Columns;

    /// <summary>Tries all of them on a few numbers.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <typeparam name="TScalar">The arithmetic of T.</typeparam>
    public static bool HasBitsOfTheProcessor<T, TScalar>(GpuDevice device)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TScalar : struct, IScalar<T>
    {
        using var stream = device.Accelerator.CreateStream();
        var launch = new RoundLaunchers<T, TScalar>(device.Accelerator);
        Optimizer[] optimizers =
            [new Sgd(), new Momentum(new()), new Nesterov(new()), new AdamW(new() { WeightDecay = 0.1 })];
        lock (device.Launching)
        {
            return Mixes(device.Accelerator, stream, launch)
                && Array.TrueForAll(optimizers, optimizer => Steps(device.Accelerator, stream, launch, optimizer));
        }
    }

    static bool Mixes<T, TScalar>(
        Accelerator accelerator, AcceleratorStream stream, RoundLaunchers<T, TScalar> launch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TScalar : struct, IScalar<T>
    {
        var ring = new RingTopology(new() { Nodes = Rows }).Build(GraphContext.OfSeed(1));
        var weights = MixingMatrix.OfEdges(ring, (i, j) => 1.0 / (3 + ((i + j) % 5)));
        var (x, expected) = (Numbers<T>(0), new T[Count]);
        for (var i = 0; i < Rows; i++)
        {
            var row = expected.AsSpan(i * Columns, Columns);
            VectorMath<T>.Scale(weights.SelfWeight(i), x.AsSpan(i * Columns, Columns), row);
            for (var k = 0; k < ring.InDegree(i); k++)
                VectorMath<T>.Axpy(weights.Weights(i)[k], x.AsSpan(ring.InNeighbour(i, k) * Columns, Columns), row);
        }
        using var topology = new ResidentTopology<T>(accelerator, ring);
        using var from = accelerator.Allocate1D(x);
        using var to = accelerator.Allocate1D<T>(Count);
        launch.Mix(
            stream, Count, topology.Views, topology.Of(weights), from.View.BaseView, to.View.BaseView, Columns);
        stream.Synchronize();
        return to.GetAsArray1D().AsSpan().SequenceEqual(expected);
    }

    static bool Steps<T, TScalar>(
        Accelerator accelerator, AcceleratorStream stream, RoundLaunchers<T, TScalar> launch, Optimizer optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TScalar : struct, IScalar<T>
    {
        T[] x = Numbers<T>(1), gradient = Numbers<T>(2), first = Numbers<T>(3);
        var second = Array.ConvertAll(Numbers<T>(4), v => v * v);
        using var point = accelerator.Allocate1D(x);
        using var slope = accelerator.Allocate1D(gradient);
        using var state0 = accelerator.Allocate1D(first);
        using var state1 = accelerator.Allocate1D(second);
        launch.Step(optimizer)(
            stream, Count, new StepVectors<T>
            {
                Point = point.View.BaseView,
                First = state0.View.BaseView,
                Second = state1.View.BaseView,
            },
            slope.View.BaseView, DeviceSteps.Numbers<T>(optimizer), DeviceSteps.Factors<T>(optimizer, 0.3, 2));
        stream.Synchronize();
        new OptimizerTable<T>()[optimizer].Step(new()
        {
            X = x,
            Gradient = gradient,
            State0 = first,
            State1 = second,
            Rate = 0.3,
            Number = 2,
            Blocks = [],
        });
        return point.GetAsArray1D().AsSpan().SequenceEqual(x) && state0.GetAsArray1D().AsSpan().SequenceEqual(first)
            && state1.GetAsArray1D().AsSpan().SequenceEqual(second);
    }

    static T[] Numbers<T>(ulong id)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, Count).Select(k =>
            T.CreateTruncating(new Draw(1, Purpose.None, id, (ulong)k).Normal()))];
}
