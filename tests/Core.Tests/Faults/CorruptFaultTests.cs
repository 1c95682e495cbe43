using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Faults;

public class CorruptFaultTests
{
    static readonly Draw Message = new(5, Purpose.LinkFault, 2, 9);

    static double[] Applied(Distortion how, params double[] x)
    {
        var y = new double[x.Length];
        how.Apply<double>(x, y, 0, in Message);
        return y;
    }

    [Fact]
    public void Flips_the_sign_of_the_share_it_is_told()
    {
        var fault = new CorruptFault(new() { Probability = 0.2 });

        var verdicts = Enumerable.Range(0, 20_000)
            .Select(k => fault.Judge(default, new Draw(7, Purpose.LinkFault, 3, (ulong)k))).ToList();

        Assert.InRange(verdicts.Count(v => v == Verdict.Corrupt(new(-1))), 4000 - (5 * 57), 4000 + (5 * 57));
        Assert.All(verdicts, v => Assert.True(v.Kind is VerdictKind.Corrupt or VerdictKind.Pass));
        Assert.Equal([-1, 2, 0], Applied(new(-1), 1, -2, 0));
    }

    [Fact]
    public void Concerns_the_senders_it_is_told()
    {
        var fault = new CorruptFault(new() { Senders = [2, -1] });

        Assert.Equal([-1, 2], Enumerable.Range(-1, 5)
            .Where(p => fault.Judge(new MessageContext { From = p }, in Message) != Verdict.Pass));
    }

    [Fact]
    public void Noise_is_normal_independent_and_named_by_the_message()
    {
        const int n = 100_000;
        var noise = Applied(new(0, 2), new double[n]);

        Assert.InRange(noise.Average() / (2 / Math.Sqrt(n)), -4, 4);
        Assert.InRange(((noise.Average(x => x * x) / 4) - 1) / Math.Sqrt(2.0 / n), -4, 4);
        Assert.InRange(noise.Zip(noise.Skip(1), (a, b) => a * b / 4).Average() * Math.Sqrt(n), -4, 4);
        Assert.Equal(noise, Applied(new(0, 2), new double[n]));
    }

    [Fact]
    public void Noise_goes_on_where_a_draw_has_no_more_words()
    {
        // 2^17 normal numbers a draw: those after are of its next part, and none is used twice.
        const int n = (1 << 17) + 1000;
        var noise = Applied(new(0, 1), new double[n]);

        Assert.Equal(n, noise.Distinct().Count());
        var rest = new double[1000];
        new Distortion(0, 1).Apply<double>(new double[1000], rest, 1 << 17, in Message);
        Assert.Equal(noise[^1000..], rest);
    }

    [Fact]
    public void Two_corruptions_are_one_of_the_same_law()
    {
        Assert.Equal(new(-3), new Distortion(-1).Then(new(3)));
        Assert.Equal(new(-2, 10), new Distortion(2, 6).Then(new(-1, 8))); // sqrt(36 + 64)
        Assert.Equal(new(0, 8), new Distortion(2, 6).Then(new(0, 8)));
    }

    [Fact]
    public void A_corruption_that_changes_nothing_is_refused() =>
        Assert.Single(new CorruptFault.Options { Factor = 1 }.Violations());
}
