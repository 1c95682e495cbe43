using AsyncOpt.Core.Codecs;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Codecs;

/// <summary>What codecs make of vectors.</summary>
static class Encoded
{
    /// <summary>Normal draws.</summary>
    public static double[] Vector(int dimension, ulong seed = 1)
    {
        var draws = new DrawSequence(seed, Purpose.None);
        var x = new double[dimension];
        for (var i = 0; i < dimension; i++)
            x[i] = draws.Normal();
        return x;
    }

    /// <summary>C(x), and its bytes on the wire.</summary>
    public static (double[] Vector, long Bytes) Of(Codec codec, double[] x, uint number = 0, int width = 8)
    {
        double[] sent = [.. x];
        var bytes = codec.Encode(sent, width, new CodecDraws(3, 5, number));
        return (sent, bytes);
    }

    public static double Square(IEnumerable<double> x) => x.Sum(v => v * v);

    /// <summary>|C(x) - x|^2.</summary>
    public static double Error(double[] sent, double[] x) => Square(sent.Zip(x, (a, b) => a - b));

    /// <summary>
    /// Over many draws, the mean of each coordinate of C(x) - x is 0, and that of |C(x) - x|^2 is as expected: within 5
    /// standard errors, as the sample has them.
    /// </summary>
    public static void AssertUnbiased(Codec codec, double[] x, double expectedSquare, int draws = 20_000)
    {
        var (sum, squares) = (new double[x.Length], new double[x.Length]);
        var (errors, errorSquares) = (0.0, 0.0);
        for (uint n = 0; n < draws; n++)
        {
            var (sent, _) = Of(codec, x, n);
            for (var i = 0; i < x.Length; i++)
            {
                sum[i] += sent[i] - x[i];
                squares[i] += (sent[i] - x[i]) * (sent[i] - x[i]);
            }
            var error = Error(sent, x);
            errors += error;
            errorSquares += error * error;
        }
        for (var i = 0; i < x.Length; i++)
            Assert.InRange(Math.Abs(sum[i]), 0, 1e-9 + (5 * Math.Sqrt(squares[i])));
        var mean = errors / draws;
        var deviation = Math.Sqrt(Math.Max(0, (errorSquares / draws) - (mean * mean)) / draws);
        Assert.InRange(mean - expectedSquare, -1e-9 - (5 * deviation), 1e-9 + (5 * deviation));
    }
}
