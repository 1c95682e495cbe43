using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Links;

public class TcpDelayTests
{
    static double Seconds(TcpDelay.Options options, long bytes) => new TcpDelay(options).Sample(
        new MessageContext { To = 1, Bytes = bytes }, new Draw(3, Purpose.LinkDelay, 2, 7)).Seconds;

    // The numbers of SimGrid's documentation for CM02, in which latency is left out where the window limits.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1e-5, 1.00001)]
    [InlineData(1e-3, 5.12 + 1e-3)]
    [InlineData(1e-1, 512 + 1e-1)]
    public void Windows_limit_long_flows_as_in_CM02(double latency, double seconds) => Assert.Equal(
        seconds,
        Seconds(new() { Latency = VirtualTime.FromSeconds(latency), Rate = 10L << 30 }, 10L << 30), 1e-9);

    [Fact]
    public void Fitted_factors_are_those_of_LV08()
    {
        var options = new TcpDelay.Options
        {
            Latency = VirtualTime.FromSeconds(0.01),
            Rate = 125_000,
            LatencyFactor = 13.01,
            BandwidthFactor = 0.97,
            CrossTraffic = 0.05,
        };

        // SimGrid's documentation: 100 kB over 1 Mbit/s and 10 ms take 0.996079 s.
        Assert.Equal((0.01 * 13.01) + (800_000 / (0.97e6 / 1.05)), Seconds(options, 100_000), 1e-9);
        Assert.Equal(0.996079, Seconds(options, 100_000), 1e-6);
        // The latency of a round trip is not multiplied: W / (2 L) = 50 kB/s.
        Assert.Equal(0.1301 + 2, Seconds(options with { Window = 1000 }, 100_000), 1e-9);
    }

    [Fact]
    public void The_floor_is_the_latency()
    {
        var model = new TcpDelay(new() { Latency = VirtualTime.FromSeconds(0.01), Rate = 1, LatencyFactor = 2 });

        Assert.Equal(VirtualTime.FromSeconds(0.02), model.FloorOverall);
        Assert.True(model.SeesMessages);
    }
}
