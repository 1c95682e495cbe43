using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Tests.Numerics;

namespace AsyncOpt.Core.Tests.Laws;

public sealed class ZipfTests
{
    [Fact]
    public void Follows_the_zipf_law()
    {
        // Weights 1, 1/4, 1/9, 1/16: total 205/144, so P(1) = 144/205; mean (25/12) / (205/144) = 300/205.
        var law = new Zipf(new() { Exponent = 2, Count = 4 });

        var variance = 4 * 144 / 205.0 - Math.Pow(300 / 205.0, 2);
        LawCheck.Follows(
            law, 1, 300 / 205.0, variance, (1, 144 / 205.0), (2, 180 / 205.0), (3, 196 / 205.0), (4, 1));
    }

    [Fact]
    public void Is_uniform_over_the_scaled_ranks_with_exponent_0()
    {
        var law = new Zipf(new() { Exponent = 0, Count = 7, Scale = 0.5 });

        LawCheck.Follows(law, 0.5, 2, 1);
        DrawTests.AssertUniform([.. LawCheck.Draws(law).CountBy(x => x).Select(pair => pair.Value)]);
    }

    [Fact]
    public void Refuses_to_have_no_rank() => Assert.Single(LawCheck.Errors(new Zipf.Options { Count = 0 }));
}
