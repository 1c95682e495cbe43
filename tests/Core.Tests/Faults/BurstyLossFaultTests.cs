using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Faults;

public class BurstyLossFaultTests
{
    const int Messages = 200_000;

    static bool[] Losses(BurstyLossFault.Options options)
    {
        var fault = new BurstyLossFault(options);
        return [.. Enumerable.Range(0, Messages).Select(k => fault.Judge(
            new MessageContext { Sequence = k }, new Draw(7, Purpose.LinkFault, 3, (ulong)k)) == Verdict.Drop)];
    }

    [Theory]
    [InlineData(0.02, 0.25, 0, 1)]
    [InlineData(0.05, 0.5, 0.01, 0.8)]
    [InlineData(0.9, 0.7, 0, 1)]
    public void Loses_the_share_of_the_closed_form(double enter, double leave, double lossGood, double lossBad)
    {
        var lost = Losses(new() { Enter = enter, Leave = leave, LossGood = lossGood, LossBad = lossBad }).Count(l => l);

        var rate = ((leave * lossGood) + (enter * lossBad)) / (enter + leave);
        // The variance of a mean of a stationary chain: that of independent messages, and the covariances, which decay
        // as (1 - enter - leave)^lag.
        var (bad, decay) = (enter / (enter + leave), 1 - enter - leave);
        var covariance = bad * (1 - bad) * (lossBad - lossGood) * (lossBad - lossGood);
        var variance = ((rate * (1 - rate)) + (2 * covariance * decay / (1 - decay))) / Messages;
        Assert.InRange((((double)lost / Messages) - rate) / Math.Sqrt(variance), -4, 4);
    }

    [Theory]
    [InlineData(0.02, 0.25)]
    [InlineData(0.01, 0.05)]
    [InlineData(0.3, 1)]
    public void Bursts_are_geometric_with_the_mean_of_the_closed_form(double enter, double leave)
    {
        var losses = Losses(new() { Enter = enter, Leave = leave });
        var bursts = new List<int>();
        for (var k = 0; k < losses.Length; k++)
        {
            if (losses[k] && k > 0 && losses[k - 1])
                bursts[^1]++;
            else if (losses[k])
                bursts.Add(1);
        }

        // Mean 1 / leave, variance (1 - leave) / leave^2, and a burst is of one message with probability leave.
        var sd = Math.Sqrt((1 - leave) / bursts.Count) / leave;
        Assert.InRange(bursts.Average() - (1 / leave), -4 * sd, 4 * sd);
        var single = (double)bursts.Count(b => b == 1) / bursts.Count;
        sd = Math.Sqrt(leave * (1 - leave) / bursts.Count);
        Assert.InRange(single - leave, -4 * sd, 4 * sd);
    }
}
