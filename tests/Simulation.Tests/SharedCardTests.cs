using System.Numerics;
using AsyncOpt.Simulation.Rules;

namespace AsyncOpt.Simulation.Tests;

/// <summary>A shared card, held to the fluid model worked out in exact fractions.</summary>
public class SharedCardTests
{
    [Fact]
    public void Two_that_come_together_take_twice_as_long_and_one_that_comes_later_shares_the_rest()
    {
        Assert.Equal([20, 20], Ends(int.MaxValue, new(0, 10), new(0, 10)));
        // Alone to 4; then both at half the rate, to 4 + 2 * 6 = 16, when the second has 6 of its 10 left.
        Assert.Equal([16, 20], Ends(int.MaxValue, new(0, 10), new(4, 10)));
        // A third that is short leaves first.
        Assert.Equal([17, 20, 7], Ends(int.MaxValue, new(0, 8), new(0, 11), new(4, 1)));
    }

    [Fact]
    public void Weights_are_shares_and_beyond_the_limit_messages_wait()
    {
        // 3/4 and 1/4 of the rate: the first is done at 8, and the second has 4 left.
        Assert.Equal([8, 12], Ends(int.MaxValue, new(0, 6, Weight: 3), new(0, 6)));
        Assert.Equal([10, 20, 30], Ends(1, new(0, 10), new(0, 10), new(3, 10)));
        // Two at once; the third begins when the first leaves.
        Assert.Equal([20, 30, 40], Ends(2, new(0, 10), new(0, 15), new(0, 15)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public void Ends_are_those_of_the_exact_fluid_model_rounded_up(int atOnce)
    {
        var random = new Random(20260725);
        for (var round = 0; round < 60; round++)
        {
            long now = 0;
            var messages = Enumerable.Range(0, 40).Select(_ => new Message(
                now += random.Next(0, 4) == 0 ? 0 : random.Next(0, 700), random.Next(0, 900),
                round % 2 == 0 ? 1 : random.Next(1, 8))).ToArray();

            Assert.Equal(ExactEnds(atOnce, messages), Ends(atOnce, messages));
        }
    }

    [Fact]
    public void A_busy_period_is_as_long_as_its_work_however_many_share_it()
    {
        var random = new Random(7);
        var messages = Enumerable.Range(0, 20_000)
            .Select(_ => new Message(random.Next(0, 1_000_000), 100 + random.Next(0, 50)))
            .Prepend(new Message(0, 100_000)).OrderBy(m => m.At).ToArray();

        Assert.Equal(messages.Sum(m => m.Work), Ends(int.MaxValue, messages).Max());
    }

    [Fact]
    public void A_copy_leaves_right_after_its_message_and_takes_no_share()
    {
        var card = new SharedCard(1);
        card.Add(0, 10, 1, item: 1);
        card.Add(0, 10, 1, item: 2, isCopy: true);
        card.Add(0, 5, 1, item: 3);
        card.Add(0, 5, 1, item: 4, isCopy: true);

        Assert.Equal([(10, 1), (10, 2), (15, 3), (15, 4)], Left(card));
    }

    [Fact]
    public void A_saved_card_goes_on_as_the_one_it_was_saved_of()
    {
        var card = new SharedCard(3);
        foreach (var (item, at) in ((int, long)[])[(1, 0), (2, 1), (3, 5), (4, 7), (5, 7)])
            card.Add(at, 100 + item, item, item);
        using var file = new MemoryStream();
        using (var to = new BinaryWriter(file, System.Text.Encoding.UTF8, leaveOpen: true))
            card.Save(to, to.Write);
        file.Position = 0;

        var loaded = new SharedCard(3);
        using (var from = new BinaryReader(file))
            loaded.Load(from, from.ReadInt32);

        Assert.Equal(5, loaded.Count);
        Assert.Equal(Left(card), Left(loaded));
    }

    sealed record Message(long At, long Work, int Weight = 1);

    static long[] Ends(int atOnce, params Message[] messages)
    {
        var card = new SharedCard(atOnce);
        var ends = new long[messages.Length];
        for (var i = 0; i < messages.Length; i++)
        {
            foreach (var (time, item) in Left(card, messages[i].At))
                ends[item] = time;
            card.Add(messages[i].At, messages[i].Work, messages[i].Weight, i);
        }
        foreach (var (time, item) in Left(card))
            ends[item] = time;
        return ends;
    }

    static List<(long Time, int Item)> Left(SharedCard card, long until = SharedCard.Never)
    {
        var left = new List<(long, int)>();
        while (card.Next <= until && card.Next != SharedCard.Never)
        {
            var now = card.Next;
            Assert.False(now > 0 && card.TryTake(now - 1, out _));
            while (card.TryTake(now, out var item))
                left.Add((now, item));
        }
        return left;
    }

    /// <summary>The same in fractions, event after event.</summary>
    static long[] ExactEnds(int atOnce, Message[] messages)
    {
        var ends = new long[messages.Length];
        var rest = messages.Select(m => new Fraction(m.Work, 1)).ToArray();
        var (now, next) = (new Fraction(0, 1), 0);
        var present = new List<int>();
        while (next < messages.Length || present.Count > 0)
        {
            var served = present.Take(atOnce).ToList();
            var weights = served.Sum(i => (long)messages[i].Weight);
            // Who would leave first, and when.
            var (first, at) = (-1, new Fraction(0, 1));
            foreach (var i in served)
            {
                var end = now + (rest[i] * new Fraction(weights, messages[i].Weight));
                if (first < 0 || end < at)
                    (first, at) = (i, end);
            }
            var isArrival = next < messages.Length && (first < 0 || new Fraction(messages[next].At, 1) < at);
            var then = isArrival ? new Fraction(messages[next].At, 1) : at;
            foreach (var i in served)
                rest[i] -= (then - now) * new Fraction(messages[i].Weight, weights);
            now = then;
            if (isArrival)
            {
                present.Add(next++);
                continue;
            }
            ends[first] = now.Ceiling;
            present.Remove(first);
        }
        return ends;
    }

    readonly struct Fraction
    {
        readonly BigInteger _over, _under;

        public Fraction(BigInteger over, BigInteger under)
        {
            var common = BigInteger.GreatestCommonDivisor(over, under);
            (_over, _under) = (over / common, under / common);
        }

        public long Ceiling => (long)((_over + _under - 1) / _under);

        public static Fraction operator +(Fraction a, Fraction b) =>
            new((a._over * b._under) + (b._over * a._under), a._under * b._under);

        public static Fraction operator -(Fraction a, Fraction b) =>
            new((a._over * b._under) - (b._over * a._under), a._under * b._under);

        public static Fraction operator *(Fraction a, Fraction b) => new(a._over * b._over, a._under * b._under);

        public static bool operator <(Fraction a, Fraction b) => a._over * b._under < b._over * a._under;

        public static bool operator >(Fraction a, Fraction b) => b < a;
    }
}
