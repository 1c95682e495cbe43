using System.Numerics;
using AsyncOpt.Core.Optimizers;

namespace AsyncOpt.Kernels.Tests.Optimizers;

/// <summary>Every fast form against its plain form: the same bits in float64, to rounding in float32.</summary>
public class FastOptimizerTests
{
    public static TheoryData<Optimizer> Rules =>
    [
        new Sgd(), new Momentum(new()), new Nesterov(new() { Beta = 0.7 }), new Adam(new()),
        new AdamW(new() { WeightDecay = 0.1 }),
    ];

    [Fact]
    public void Every_fast_form_is_tested_here() => Assert.Equal(
        FastOptimizers.All.Select(f => f.Replaces.Name).Order(),
        Rules.Select(r => r.Data.GetType().Name).Order());

    [Theory]
    [MemberData(nameof(Rules))]
    public void Has_the_bits_of_the_plain_form_in_float64(Optimizer rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var (plain, fast) = (Run<double>(rule, isFast: false), Run<double>(rule, isFast: true));

        Assert.Equal(plain, fast);
        Assert.NotEqual(Point(0), plain.Take(Length));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Agrees_to_rounding_in_float32(Optimizer rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var (plain, fast) = (Run<float>(rule, isFast: false), Run<float>(rule, isFast: true));

        Assert.Equal(plain, fast, (a, b) => Math.Abs(a - b) <= 2e-6 * (1 + Math.Abs(a)));
    }

    const int Length = 37; // vectors and a tail at both widths

    static double[] Point(int seed) => [.. Enumerable.Range(0, Length).Select(k => Math.Sin((7 * k) + seed))];

    // Point and states after five steps.
    static double[] Run<T>(Optimizer rule, bool isFast)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = Of<T>(Point(0)), u = new T[Length], v = new T[Length];
        var form = isFast ? FastOptimizers.Make<T>(rule) : new PlainOptimizer<T>(rule);
        for (var n = 1; n <= 5; n++)
        {
            form.Step(new()
            {
                X = x, Gradient = Of<T>(Point(n)), State0 = u.AsSpan(0, rule.States > 0 ? Length : 0),
                State1 = v.AsSpan(0, rule.States > 1 ? Length : 0), Rate = 0.03 * n, Number = n, Blocks = [],
            });
        }
        return [.. x.Concat(u).Concat(v).Select(value => double.CreateTruncating(value))];
    }

    static T[] Of<T>(double[] values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. values.Select(T.CreateTruncating)];
}
