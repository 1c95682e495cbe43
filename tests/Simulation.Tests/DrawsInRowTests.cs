using AsyncOpt.Core.Numerics;
using AsyncOpt.Simulation.Agents;

namespace AsyncOpt.Simulation.Tests;

public sealed class DrawsInRowTests
{
    const ulong Seed = 5;

    readonly DrawsInRow _draws = new(Seed);

    [Fact]
    public void Who_draws_again_and_again_finds_the_next_draws_made()
    {
        Assert.False(_draws.TryTake(2, 20, out _));
        for (var rank = 21u; rank < 60; rank++)
            Expect(2, rank);
        // Another's draw ends that, and a draw that is not the next.
        Assert.False(_draws.TryTake(3, 30, out _));
        Assert.False(_draws.TryTake(2, 60, out _));
        Assert.False(_draws.TryTake(2, 80, out _));
        Expect(2, 81);
    }

    void Expect(int agent, uint rank)
    {
        Assert.True(_draws.TryTake(agent, rank, out var words));
        var draw = new Draw(Seed, Purpose.Program, (ulong)agent, rank);
        Assert.Equal(((ulong)draw.Word(1) << 32) | draw.Word(0), words);
    }
}
