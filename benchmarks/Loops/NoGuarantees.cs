using System.Runtime.CompilerServices;

namespace AsyncOpt.Benchmarks.Loops;

/// <summary>No guarantees: the cheapest draws, one stream, the platform's logarithm, no hash, no ties.</summary>
/// <param name="seed">The seed of the draws.</param>
struct NoGuarantees(ulong seed) : IGuarantees
{
    FastDraws _draws = new(seed);

    /// <inheritdoc/>
    public static bool AreKept => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Delay(ulong link, uint k) => Time();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ComputeTime(int agent, uint k) => Time();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Coin(int agent, uint k) => (int)(_draws.Next() >> 63);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Uniform(int agent, uint k) => _draws.Uniform();

    /// <inheritdoc/>
    public readonly bool IsBefore((int Sender, uint Sequence) a, (int Sender, uint Sequence) b) => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    long Time() => (long)(1e6 * (0.1 - (0.9 * Math.Log(_draws.Uniform()))));
}
