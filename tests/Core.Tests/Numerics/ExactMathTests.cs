using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Numerics;

public sealed class ExactMathTests
{
    const int Points = 100_000;

    [Fact]
    public void Logarithms_of_four_numbers_are_those_of_each()
    {
        if (!Avx2.IsSupported)
            return;
        for (var i = 0; i < Points; i++)
        {
            // All exponents, the neighbourhood of 1, and what uniform draws are.
            var draw = new Draw(3, Purpose.None, 0, (ulong)i);
            var x = Vector256.Create(
                BitConverter.UInt64BitsToDouble((1 + (ulong)draw.Below(2045, 0)) << 52 | draw.Word(1)),
                1 + ((draw.Uniform(1) - 0.5) * 1e-3), draw.Uniform(2), draw.Uniform(3));
            var logs = ExactMath.LogOfNormals(x);
            for (var lane = 0; lane < 4; lane++)
            {
                Assert.Equal(
                    BitConverter.DoubleToInt64Bits(ExactMath.Log(x[lane])), BitConverter.DoubleToInt64Bits(logs[lane]));
            }
        }
    }

    [Fact]
    public void Exponentials_of_many_numbers_are_those_of_each()
    {
        var sequence = new DrawSequence(1, Purpose.None);
        for (var n = 0; n < 2000; n++)
        {
            var x = new double[n % 23];
            var spread = n % 3 == 0 ? 2000 : n % 3 == 1 ? 1400 : 2;
            foreach (ref var v in x.AsSpan())
                v = sequence.Below(50) == 0 ? double.NaN : spread * (sequence.Uniform() - 0.5);
            long[] expected = [.. x.Select(v => BitConverter.DoubleToInt64Bits(ExactMath.Exp(v)))];
            ExactMath.Exp(x, x);
            Assert.Equal(expected, x.Select(BitConverter.DoubleToInt64Bits));
        }
    }

    /// <summary>
    /// Correctly rounded values from 400-bit arithmetic (mpmath). What this code gives to the last bit is frozen in
    /// <see cref="Bits_are_frozen"/>.
    /// </summary>
    [Theory]
    [InlineData("log", 2.0, 0x3FE62E42FEFA39EF)]
    [InlineData("log", 0.5, 0xBFE62E42FEFA39EF)]
    [InlineData("log", 1.0000001, 0x3E7AD7F2847B6492)]
    [InlineData("log", 0.9999999, 0xBE7AD7F2B1049B9F)]
    [InlineData("log", 10.0, 0x40026BB1BBB55516)]
    [InlineData("log", 1e-300, 0xC085963447F87FB5)]
    [InlineData("log", 5e-324, 0xC0874385446D71C3)]
    [InlineData("log", 1.7976931348623157e308, 0x40862E42FEFA39EF)]
    [InlineData("log", 3.25, 0x3FF2DBC55768DEB3)]
    [InlineData("log", 0.7071067811865476, 0xBFD62E42FEFA39EE)]
    [InlineData("exp", 1.0, 0x4005BF0A8B145769)]
    [InlineData("exp", -1.0, 0x3FD78B56362CEF38)]
    [InlineData("exp", 0.5, 0x3FFA61298E1E069C)]
    [InlineData("exp", 1e-10, 0x3FF000000006DF38)]
    [InlineData("exp", 100.0, 0x48F3494A9B171BF5)]
    [InlineData("exp", -700.0, 0x00D14F2B0FB9307F)]
    [InlineData("exp", 709.5, 0x7FE81E9B4B52D0C9)]
    [InlineData("exp", -720.0, 0x0000000993B4DC95)]
    [InlineData("exp", 0.34657, 0x3FF6A099138A089D)]
    [InlineData("exp", 12.25, 0x410982AA4F9AEC90)]
    [InlineData("cos", 1.0, 0x3FE14A280FB5068C)]
    [InlineData("cos", 3.0, 0xBFEFAE04BE85E5D2)]
    [InlineData("cos", 1.5707963267948966, 0x3C91A62633145C07)]
    [InlineData("cos", 6.0, 0x3FEEB9B7097822F5)]
    [InlineData("cos", 100.0, 0x3FEB981DBF665FDF)]
    [InlineData("cos", 0.7853981633974483, 0x3FE6A09E667F3BCD)]
    [InlineData("sin", 1.0, 0x3FEAED548F090CEE)]
    [InlineData("sin", 3.0, 0x3FC210386DB6D55B)]
    [InlineData("sin", 3.141592653589793, 0x3CA1A62633145C07)]
    [InlineData("sin", 6.0, 0xBFD1E1F18AB0A2C0)]
    [InlineData("sin", 100.0, 0xBFE03425B78C4DB8)]
    [InlineData("sin", 1e-5, 0x3EE4F8B588E1E8A2)]
    public void Is_within_one_unit_of_the_correctly_rounded_value(string function, double x, ulong expected)
    {
        var actual = BitConverter.DoubleToInt64Bits(Call(function, x));
        Assert.InRange(actual - (long)expected, -1, 1);
    }

    [Fact]
    public void Log_is_accurate()
    {
        var sequence = new DrawSequence(1, Purpose.None);
        for (var i = 0; i < Points; i++)
        {
            var u = sequence.Uniform();
            // (0, 1), around 1, and all magnitudes.
            AssertClose(Math.Log(u), ExactMath.Log(u), 5e-16);
            AssertClose(Math.Log(0.5 + 2 * u), ExactMath.Log(0.5 + 2 * u), 5e-16);
            var bits = (long)(u * 0x7FEFFFFFFFFFFFFF);
            var x = BitConverter.Int64BitsToDouble(bits);
            AssertClose(Math.Log(x), ExactMath.Log(x), 5e-16);
        }
    }

    [Fact]
    public void Exp_is_accurate()
    {
        var sequence = new DrawSequence(2, Purpose.None);
        for (var i = 0; i < Points; i++)
        {
            var u = sequence.Uniform();
            AssertClose(Math.Exp(2 * u - 1), ExactMath.Exp(2 * u - 1), 5e-16);
            var x = 1410 * u - 702;
            AssertClose(Math.Exp(x), ExactMath.Exp(x), 5e-16);
        }
    }

    [Fact]
    public void Sine_and_cosine_are_accurate()
    {
        var sequence = new DrawSequence(3, Purpose.None);
        for (var i = 0; i < Points; i++)
        {
            var u = sequence.Uniform();
            foreach (var x in new[] { 8 * u, -8 * u, 1e6 * u })
            {
                AssertClose(Math.Cos(x), ExactMath.Cos(x), 5e-16);
                AssertClose(Math.Sin(x), ExactMath.Sin(x), 5e-16);
            }
            ExactMath.SinCosTurns(u, out var sin, out var cos);
            Assert.Equal(Math.SinCos(2 * Math.PI * u).Sin, sin, 1e-15);
            Assert.Equal(Math.SinCos(2 * Math.PI * u).Cos, cos, 1e-15);
        }
    }

    [Fact]
    public void Large_angles_lose_accuracy_slowly()
    {
        foreach (var x in new[] { 1.1e6, 3e7, -1e9 })
        {
            Assert.Equal(Math.Cos(x), ExactMath.Cos(x), 1e-16 * Math.Abs(x));
            Assert.Equal(Math.Sin(x), ExactMath.Sin(x), 1e-16 * Math.Abs(x));
        }
        Assert.InRange(ExactMath.Cos(1e300), -1, 1);
    }

    [Fact]
    public void Turns_are_exact_at_the_quarters()
    {
        double[] sines = [0, 1, 0, -1, 0], cosines = [1, 0, -1, 0, 1];
        for (var quarter = 0; quarter <= 4; quarter++)
        {
            ExactMath.SinCosTurns(quarter / 4.0, out var sin, out var cos);
            Assert.Equal((sines[quarter], cosines[quarter]), (sin, cos));
        }
    }

    [Fact]
    public void Pow_is_accurate()
    {
        var sequence = new DrawSequence(4, Purpose.None);
        for (var i = 0; i < Points; i++)
        {
            var (x, y) = (10 * sequence.Uniform(), 6 * sequence.Uniform() - 3);
            AssertClose(Math.Pow(x, y), ExactMath.Pow(x, y), 4e-16 + 2e-16 * Math.Abs(y * Math.Log(x)));
        }
    }

    /// <summary>Values of 3000-bit arithmetic (mpmath).</summary>
    [Theory]
    [InlineData("log1p", 1e-20, 1e-20)]
    [InlineData("log1p", -1e-10, -1.00000000005e-10)]
    [InlineData("log1p", 1e-05, 9.999950000333332e-06)]
    [InlineData("log1p", 0.3, 0.26236426446749106)]
    [InlineData("log1p", -0.9, -2.302585092994046)]
    [InlineData("log1p", 100.0, 4.61512051684126)]
    [InlineData("sigmoid", -700.0, 9.85967654375977e-305)]
    [InlineData("sigmoid", -30.0, 9.357622968839299e-14)]
    [InlineData("sigmoid", -1.0, 0.2689414213699951)]
    [InlineData("sigmoid", 0.5, 0.6224593312018546)]
    [InlineData("sigmoid", 3.0, 0.9525741268224333)]
    [InlineData("sigmoid", 30.0, 0.9999999999999064)]
    public void Logistic_functions_are_accurate_at_both_ends(string function, double x, double expected) =>
        AssertClose(expected, Call(function, x), 6e-16);

    [Fact]
    public void Logistic_functions_handle_the_edges()
    {
        Assert.Equal((0, 0.5, 1), (ExactMath.Sigmoid(-1e4), ExactMath.Sigmoid(0), ExactMath.Sigmoid(1e4)));
        Assert.Equal(double.PositiveInfinity, ExactMath.Log1p(double.PositiveInfinity));
        Assert.Equal(double.NegativeInfinity, ExactMath.Log1p(-1));
        foreach (var function in new[] { "sigmoid", "log1p" })
            Assert.Equal(double.NaN, Call(function, double.NaN));
        Assert.Equal(double.NaN, ExactMath.Log1p(-2));
    }

    [Theory]
    [InlineData("log", 0.0, double.NegativeInfinity)]
    [InlineData("log", 1.0, 0.0)]
    [InlineData("log", -1.0, double.NaN)]
    [InlineData("log", double.NegativeInfinity, double.NaN)]
    [InlineData("log", double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData("log", double.NaN, double.NaN)]
    [InlineData("exp", 0.0, 1.0)]
    [InlineData("exp", 710.0, double.PositiveInfinity)]
    [InlineData("exp", double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData("exp", -746.0, 0.0)]
    [InlineData("exp", -745.0, 5e-324)]
    [InlineData("exp", double.NegativeInfinity, 0.0)]
    [InlineData("exp", double.NaN, double.NaN)]
    [InlineData("cos", 0.0, 1.0)]
    [InlineData("cos", double.PositiveInfinity, double.NaN)]
    [InlineData("cos", double.NaN, double.NaN)]
    [InlineData("sin", 0.0, 0.0)]
    [InlineData("sin", double.NegativeInfinity, double.NaN)]
    [InlineData("sin", 5e-324, 5e-324)]
    public void Handles_the_edges(string function, double x, double expected) =>
        Assert.Equal(expected, Call(function, x));

    [Fact]
    public void Pow_handles_the_edges()
    {
        Assert.Equal(1, ExactMath.Pow(0, 0));
        Assert.Equal(1, ExactMath.Pow(1, double.PositiveInfinity));
        Assert.Equal(0, ExactMath.Pow(0, 2));
        Assert.Equal(double.PositiveInfinity, ExactMath.Pow(0, -2));
        Assert.Equal(0.1, ExactMath.Pow(0.1, 1));
        Assert.Equal(double.NaN, ExactMath.Pow(-1, 0.5));
        Assert.Equal(0, ExactMath.Pow(0.5, double.PositiveInfinity));
    }

    [Fact]
    public void Largest_and_smallest_exponentials_are_right_to_a_unit()
    {
        AssertClose(double.MaxValue, ExactMath.Exp(709.782712893384), 1e-13);
        for (var x = -744.0; x < -708; x += 0.25)
            Assert.Equal(Math.Exp(x), ExactMath.Exp(x), 1e-323 + 4e-16 * Math.Exp(x));
    }

    [Fact]
    public void Log_and_exp_do_not_decrease_between_neighbours()
    {
        var sequence = new DrawSequence(5, Purpose.None);
        for (var i = 0; i < 2000; i++)
        {
            var x = 20 * sequence.Uniform();
            var (log, exp) = (ExactMath.Log(x), ExactMath.Exp(x));
            x *= 1 + 1e-14;
            Assert.True(ExactMath.Log(x) >= log && ExactMath.Exp(x) >= exp);
        }
    }

    /// <summary>
    /// Every bit of 40,000 results, folded. When this fails, event times of all runs have changed: that is a new
    /// numerics class, never a detail.
    /// </summary>
    [Fact]
    public void Bits_are_frozen()
    {
        var sequence = new DrawSequence(6, Purpose.None);
        ulong digest = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var u = sequence.Uniform();
            foreach (var y in new[]
                { ExactMath.Log(u), ExactMath.Exp(100 * u - 50), ExactMath.Cos(10 * u), ExactMath.Sin(10 * u) })
                digest = ulong.RotateLeft(digest, 5) * 0x9E3779B97F4A7C15 + BitConverter.DoubleToUInt64Bits(y);
        }

        Assert.Equal(9262238131682045629UL, digest);
    }

    static double Call(string function, double x) => function switch
    {
        "log" => ExactMath.Log(x),
        "exp" => ExactMath.Exp(x),
        "cos" => ExactMath.Cos(x),
        "sin" => ExactMath.Sin(x),
        "log1p" => ExactMath.Log1p(x),
        "sigmoid" => ExactMath.Sigmoid(x),
        _ => throw new ArgumentException(function),
    };

    static void AssertClose(double expected, double actual, double relative) =>
        Assert.True(Math.Abs(actual - expected) <= relative * Math.Abs(expected), $"{actual:R}, not {expected:R}");
}
