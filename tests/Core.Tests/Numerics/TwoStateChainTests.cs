using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Numerics;

public class TwoStateChainTests
{
    static Draw Step(long k) => new(11, Purpose.LinkFault, 5, (ulong)k);

    // The plain recursion, one step after the other.
    static IEnumerable<bool> Recursion(TwoStateChain chain, int steps)
    {
        var isInside = Step(0).Uniform() < chain.Enter / (chain.Enter + chain.Leave);
        yield return isInside;
        for (var k = 1; k < steps; k++)
        {
            var u = Step(k).Uniform();
            isInside = isInside ? u < 1 - chain.Leave : u < chain.Enter;
            yield return isInside;
        }
    }

    [Theory]
    [InlineData(0.01, 0.1)]
    [InlineData(0.3, 0.2)]
    [InlineData(0.9, 0.8)] // changes more often than not
    [InlineData(1, 1)] // alternates
    [InlineData(0.5, 0.5)] // independent
    public void Is_at_each_step_where_the_recursion_is(double enter, double leave)
    {
        var chain = new TwoStateChain(enter, leave);

        Assert.Equal(Recursion(chain, 4000), Enumerable.Range(0, 4000).Select(k => chain.IsInside(k, Step(k))));
    }

    [Theory]
    [InlineData(0.01, 0.1)]
    [InlineData(0.9, 0.8)]
    public void Is_stationary_from_its_first_step_on(double enter, double leave)
    {
        const int chains = 40_000;
        var chain = new TwoStateChain(enter, leave);

        foreach (var step in (int[])[0, 1, 7])
        {
            var inside = Enumerable.Range(0, chains)
                .Count(id => chain.IsInside(step, new Draw(3, Purpose.LinkFault, (ulong)id, (ulong)step)));
            var p = enter / (enter + leave);
            Assert.InRange((inside - (chains * p)) / Math.Sqrt(chains * p * (1 - p)), -4, 4);
        }
    }
}
