using System.Runtime.CompilerServices;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Benchmarks.Loops;

/// <summary>Chains of hashes as the engine keeps them: as many words for each event, in the same order.</summary>
static unsafe class Chains
{
    /// <summary>Folds an event into the chain of the agent that handles it.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="time">When, in ns.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="sequence">How many events its sender had sent before.</param>
    /// <param name="sender">From whom.</param>
    /// <param name="payload">The hash of what it brings.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fold(ref ulong chain, long time, int kind, uint sequence, int sender, ulong payload)
    {
        var next = VectorHash.Chain(chain, (ulong)time);
        next = VectorHash.Chain(next, ((ulong)kind << 32) | sequence);
        next = VectorHash.Chain(next, (uint)sender);
        chain = VectorHash.Chain(next, payload);
    }

    /// <summary>The hash of a gradient, which comes with two scalars.</summary>
    /// <param name="gradient">Its hash.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong OfResult(ulong gradient) => VectorHash.Chain(VectorHash.Chain(0, 0), gradient);

    /// <summary>The hash of a message that is one vector.</summary>
    /// <param name="vector">The vector's hash.</param>
    /// <param name="version">Its version.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong OfMessage(ulong vector, long version) => VectorHash.Chain(vector, (ulong)version);

    /// <summary>The hash of a message of a vector and a number.</summary>
    /// <param name="vector">The vector's hash.</param>
    /// <param name="version">Its version.</param>
    /// <param name="number">The number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong OfMessage(ulong vector, long version, long number) =>
        VectorHash.Chain(VectorHash.Chain(0, OfMessage(vector, version)), (ulong)number);

    /// <summary>The hash of a vector.</summary>
    /// <param name="values">The vector.</param>
    /// <param name="length">Its length.</param>
    public static ulong Of(double* values, int length) => VectorHash.Of(new ReadOnlySpan<double>(values, length));
}
