using AsyncOpt.Core;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Tests;

public class NativeArrayTests
{
    [Fact]
    public void Memory_that_cannot_be_had_is_refused_with_its_size_and_what_to_do()
    {
        // 2^57 bytes: more than any processor addresses.
        var refused = Assert.Throws<InputException>(() => new NativeArray<double>(1L << 54));

        Assert.StartsWith(
            "the memory of agents and events needs 144115188.1 GB at once", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("or fewer runs at a time", refused.Message, StringComparison.Ordinal);
    }
}
