using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Numerics;

public sealed class DrawsTests
{
    const ulong Seed = 0x1122334455667788;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(37)]
    public void Many_draws_are_the_draws_one_by_one(int count)
    {
        var (ids, ks) = Names(count);
        var draws = new Draws(Seed, Purpose.LinkDelay, ids, ks);
        var (uniforms, exponentials) = (new double[count + 1], new double[count + 1]);
        draws.Uniforms(uniforms);
        draws.Exponentials(exponentials);
        var words = new ulong[count];
        draws.Words(words);

        for (var i = 0; i < count; i++)
        {
            var draw = new Draw(Seed, Purpose.LinkDelay, ids[i], ks[i]);
            Assert.True(draw.IsSame(draws[i]));
            Assert.Equal(((ulong)draw.Word(1) << 32) | draw.Word(0), words[i]);
            Assert.Equal(BitConverter.DoubleToInt64Bits(draw.Uniform()), BitConverter.DoubleToInt64Bits(uniforms[i]));
            Assert.Equal(
                BitConverter.DoubleToInt64Bits(draw.Exponential()), BitConverter.DoubleToInt64Bits(exponentials[i]));
        }
        Assert.Equal((0, 0), (uniforms[count], exponentials[count]));
    }

    // Every bit that a name may have is set in one of them, and some that are cut off.
    static (ulong[] Ids, ulong[] Ks) Names(int count) => (
        [.. Enumerable.Range(0, count).Select(i => (ulong)i * 0x9E3779B97F4A7C15)],
        [.. Enumerable.Range(0, count).Select(i => ulong.MaxValue / (ulong)(i + 1))]);
}
