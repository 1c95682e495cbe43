using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Numerics;

public sealed class PhiloxTests
{
    /// <summary>The known answers that Random123 publishes for philox4x32 with 10 rounds.</summary>
    public static TheoryData<uint[], uint[], uint[]> KnownAnswers => new()
    {
        { [0, 0], [0, 0, 0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
        {
            [0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
            [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]
        },
        {
            [0xa4093822, 0x299f31d0], [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
            [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
        },
    };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void Gives_the_published_answers(uint[] key, uint[] counter, uint[] expected)
    {
        Philox.Block(
            key[0], key[1], counter[0], counter[1], counter[2], counter[3],
            out var r0, out var r1, out var r2, out var r3);

        Assert.Equal(expected, new[] { r0, r1, r2, r3 });
    }

    [Fact]
    public void Takes_the_low_half_of_the_seed_as_first_key_word()
    {
        new Philox(0x299f31d0_a4093822).Block(
            0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, out var r0, out var r1, out var r2, out var r3);

        Assert.Equal((0xd16cfe09, 0x94fdcceb, 0x5001e420u, 0x24126ea1u), (r0, r1, r2, r3));
    }
}
