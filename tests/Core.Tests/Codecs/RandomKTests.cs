using AsyncOpt.Core.Codecs;

namespace AsyncOpt.Core.Tests.Codecs;

public class RandomKTests
{
    static RandomK Of(double share, bool feedback = false) => new(new() { Share = share, ErrorFeedback = feedback });

    [Fact]
    public void The_mean_is_the_vector_and_the_error_is_d_over_k_minus_one_of_its_square()
    {
        var x = Encoded.Vector(20);

        Encoded.AssertUnbiased(Of(0.25), x, ((20.0 / 5) - 1) * Encoded.Square(x));
    }

    [Fact]
    public void With_error_feedback_coordinates_are_sent_as_they_are()
    {
        var x = Encoded.Vector(50);

        var (sent, bytes) = Encoded.Of(Of(0.2, feedback: true), x);

        Assert.Equal(10, sent.Count(v => v != 0));
        Assert.All(sent.Zip(x).Where(p => p.First != 0), p => Assert.Equal(p.Second, p.First));
        Assert.Equal(10 * 12, bytes);
    }

    [Fact]
    public void All_sets_of_coordinates_are_equally_likely()
    {
        const int Draws = 12_000;
        var sets = new Dictionary<string, int>();
        for (uint n = 0; n < Draws; n++)
        {
            var set = string.Join(' ', Encoded.Of(Of(0.5), [1, 1, 1, 1], n).Vector);
            sets[set] = sets.GetValueOrDefault(set) + 1;
        }

        Assert.Equal(6, sets.Count);
        // Chi square of 5 degrees of freedom: above 25.7 once in 10,000.
        Assert.InRange(sets.Values.Sum(n => Math.Pow(n - (Draws / 6.0), 2) / (Draws / 6.0)), 0, 25.7);
    }

    [Fact]
    public void Draws_go_on_beyond_those_of_one_draw()
    {
        double[] x = [.. Enumerable.Repeat(1.0, 300_000)];

        var (sent, _) = Encoded.Of(Of(0.5), x);

        // Were they repeated, the second part would be the first again.
        Assert.False(sent.AsSpan(0, 131_072).SequenceEqual(sent.AsSpan(131_072, 131_072)));
        Assert.Equal(150_000, sent.Count(v => v == 2));
    }
}
