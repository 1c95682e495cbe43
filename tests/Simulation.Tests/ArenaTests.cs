using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Tests;

public sealed unsafe class ArenaTests
{
    // Among them blocks longer than any piece, and enough of the others for several pieces and huge pages.
    static readonly long[] Lengths = [0, 1, 7, 64, 1000, 100_000, 3_000_000, 50_000_000, 12, 0, 5];

    [Fact]
    public void Blocks_are_zero_and_aligned_and_share_nothing()
    {
        using var arena = new Arena();
        var blocks = new List<NativeSpan<byte>>();
        for (var turn = 0; turn < 3; turn++)
        {
            foreach (var length in Lengths)
            {
                var block = arena.Take<byte>(length);
                Assert.Equal(length, block.Length);
                Assert.Equal(0, (nint)block.Pointer % 64);
                Assert.False(Bytes(block).ContainsAnyExcept((byte)0));
                blocks.Add(block);
                Bytes(block).Fill((byte)blocks.Count);
            }
        }
        for (var i = 0; i < blocks.Count; i++)
            Assert.False(Bytes(blocks[i]).ContainsAnyExcept((byte)(i + 1)));
    }

    [Fact]
    public void Items_are_counted_in_items()
    {
        using var arena = new Arena();
        var numbers = arena.Take<double>(3);
        numbers[2] = 1.5;
        Assert.Equal((3, 24, 1.5), (numbers.Length, numbers.Bytes, numbers.Pointer[2]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData((4 << 20) + 1)]
    public void Arrays_are_zero_and_aligned_at_any_length(long bytes)
    {
        using var array = new NativeArray<byte>(bytes);
        Assert.Equal(0, (nint)array.Pointer % (bytes > 4 << 20 ? HugePages.Size : 64));
        Assert.False(Bytes(array.Span).ContainsAnyExcept((byte)0));
    }

    static Span<byte> Bytes(NativeSpan<byte> block) => new(block.Pointer, (int)block.Length);
}
