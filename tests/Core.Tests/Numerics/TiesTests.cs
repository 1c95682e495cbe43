using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Numerics;

public sealed class TiesTests
{
    /// <summary>The published generator, with its state written out: increments, then mixes.</summary>
    static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    [Fact]
    public void Are_the_numbers_of_one_stream()
    {
        var ties = new Ties(11);
        // The first tie fixes which stream it is only up to its low bits, so the key is asked of the seed as written.
        new Draw(11, Purpose.Tie, 0, 0).Block(0, out var low, out var high, out _, out _);
        var state = ((ulong)high << 32) | low;

        for (uint sequence = 1; sequence <= 1000; sequence++)
            Assert.Equal((uint)(SplitMix(ref state) >> 32), ties.Of(0, sequence));
    }

    [Fact]
    public void Prefer_no_sender()
    {
        // 10 senders with a tie at each of 20,000 sequences: each is first 2,000 times, standard deviation 42.
        const int Senders = 10, Rounds = 20_000;
        var ties = new Ties(3);
        var first = new int[Senders];
        for (uint k = 0; k < Rounds; k++)
            first[Enumerable.Range(0, Senders).MinBy(sender => ties.Of(sender, k))]++;

        Assert.All(first, n => Assert.InRange(n, 2000 - 5 * 42, 2000 + 5 * 42));
    }

    [Fact]
    public void Differ_between_seeds() => Assert.NotEqual(new Ties(1).Of(2, 3), new Ties(2).Of(2, 3));
}
