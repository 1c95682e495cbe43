namespace AsyncOpt.Kernels.Tests;

public class AlignedMemoryTests
{
    [Fact]
    public unsafe void It_begins_a_line_of_the_cache_and_holds_what_was_asked()
    {
        for (var length = 0; length < 50; length++)
        {
            var memory = new AlignedMemory<double>(length);
            Assert.Equal(0, (nint)memory.Data % 64);
            Assert.Equal(new double[length], memory.Span.ToArray());
        }
    }
}
