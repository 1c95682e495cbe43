using System.Runtime.CompilerServices;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Benchmarks.Loops;

/// <summary>
/// The engine's guarantees, with its own draws and hashes: with the same seed, everything happens at the same time as
/// there. A tie is drawn only where two events need one.
/// </summary>
/// <param name="seed">The run's seed.</param>
readonly struct KeyedGuarantees(ulong seed) : IGuarantees
{
    readonly Ties _ties = new(seed);

    static VirtualTime Millisecond => new(1_000_000);

    /// <inheritdoc/>
    public static bool AreKept => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Delay(ulong link, uint k) =>
        VirtualTime.FromDraw(1e-4 + (9e-4 * new Draw(seed, Purpose.LinkDelay, link, k).Exponential())).Nanoseconds;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ComputeTime(int agent, uint k) =>
        Millisecond.Times(0.1 + (0.9 * new Draw(seed, Purpose.ComputeTime, (ulong)agent, k).Exponential())).Nanoseconds;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Coin(int agent, uint k) => new Draw(seed, Purpose.Program, (ulong)agent, k).Below(2);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Uniform(int agent, uint k) => new Draw(seed, Purpose.Program, (ulong)agent, k).Uniform();

    /// <inheritdoc/>
    public bool IsBefore((int Sender, uint Sequence) a, (int Sender, uint Sequence) b) =>
        (_ties.Of(a.Sender, a.Sequence), a.Sender, a.Sequence)
            .CompareTo((_ties.Of(b.Sender, b.Sequence), b.Sender, b.Sequence)) < 0;
}
