using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems.Shardings;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Problems;

/// <summary>How batches are drawn from a shard.</summary>
public enum Sampling
{
    /// <summary>Each sample of a batch independent and uniform.</summary>
    WithReplacement,

    /// <summary>In turn through a random order of the shard, a new one per epoch.</summary>
    WithoutReplacement,
}

/// <summary>Each sample of a batch is drawn from the shard by itself: number i is <c>Draw.Below(size, i)</c>.</summary>
/// <param name="shards">The shards.</param>
internal sealed class WithReplacement(Shards shards) : BatchSampler
{
    /// <inheritdoc />
    public override bool IsIndependent => true;

    /// <inheritdoc />
    public override int ShardSize(int place) => shards.Size(place);

    /// <inheritdoc />
    public override ReadOnlySpan<int> Shard(int place) => shards.Of(place);

    /// <inheritdoc />
    public override void Draw(int place, BatchKey key, ulong runSeed, Span<int> samples)
    {
        var shard = shards.Of(place);
        if (shard.Length == 1)
        {
            samples.Fill(shard[0]);
            return;
        }
        for (var rank = 0; rank * PerDraw < samples.Length; rank++)
        {
            var number = (ulong)key.Number | ((ulong)rank << RankBit);
            var draw = new Draw(runSeed, Purpose.Batch, (ulong)key.Agent, number);
            Fill(draw, shard, samples[(rank * PerDraw)..Math.Min(samples.Length, (rank + 1) * PerDraw)]);
        }
    }

    /// <inheritdoc />
    public override void DrawMany(int firstPlace, BatchKey firstKey, ulong runSeed, int batch, Span<int> samples)
    {
        var i = 0;
        // Nothing to draw where there is one sample.
        for (; batch == 1 && i < samples.Length && shards.Of(firstPlace + i) is [var only]; i++)
            samples[i] = only;
        var left = samples[(i * batch)..];
        base.DrawMany(firstPlace + i, firstKey with { Agent = firstKey.Agent + i }, runSeed, batch, left);
    }

    // The same as Below for each number, with one block of the generator for four of them.
    static void Fill(in Draw draw, ReadOnlySpan<int> shard, Span<int> samples)
    {
        var n = (uint)shard.Length;
        for (var i = 0; i < samples.Length; i += 4)
        {
            draw.Block(i >> 2, out var r0, out var r1, out var r2, out var r3);
            samples[i] = shard[Pick(draw, r0, n, i)];
            if (i + 1 < samples.Length)
                samples[i + 1] = shard[Pick(draw, r1, n, i + 1)];
            if (i + 2 < samples.Length)
                samples[i + 2] = shard[Pick(draw, r2, n, i + 2)];
            if (i + 3 < samples.Length)
                samples[i + 3] = shard[Pick(draw, r3, n, i + 3)];
        }
    }

    static int Pick(in Draw draw, uint word, uint n, int i)
    {
        var product = (ulong)word * n;
        return (uint)product >= n ? (int)(product >> 32) : draw.Below((int)n, i);
    }
}

/// <summary>
/// Batch b of size B is positions b B to b B + B - 1 of one epoch after the other; each epoch is a random order of the
/// shard, keyed by agent, place and epoch. So an agent with batches of one size sees every sample once per epoch.
/// </summary>
/// <param name="shards">The shards.</param>
internal sealed class WithoutReplacement(Shards shards) : BatchSampler
{
    // The order's id holds 28 bits of agent and of place each.
    const int PlaceBits = 28;

    /// <inheritdoc />
    public override int ShardSize(int place) => shards.Size(place);

    /// <inheritdoc />
    public override ReadOnlySpan<int> Shard(int place) => shards.Of(place);

    /// <inheritdoc />
    public override void Draw(int place, BatchKey key, ulong runSeed, Span<int> samples)
    {
        if (samples.IsEmpty)
            return;
        var shard = shards.Of(place);
        var id = ((ulong)key.Agent << PlaceBits) | (uint)place;
        var (epoch, position) = Math.DivRem(key.Number * samples.Length, shard.Length);
        var order = new KeyedPermutation(runSeed, Purpose.Batch, id, (ulong)epoch, shard.Length);
        foreach (ref var sample in samples)
        {
            if (position == shard.Length)
                (order, position) = (new(runSeed, Purpose.Batch, id, (ulong)++epoch, shard.Length), 0);
            sample = shard[order.At((int)position++)];
        }
    }
}
