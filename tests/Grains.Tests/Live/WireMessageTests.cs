using AsyncOpt.Grains.Live;
using AsyncOpt.Grains.Live.Agents;

namespace AsyncOpt.Grains.Tests.Live;

public class WireMessageTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(17)]
    public void A_vector_comes_with_what_it_rests_on_and_its_bytes(int? bytes)
    {
        var sent = new LiveVector<double>([1, -2.5])
        {
            Version = 3, Birth = 4, Compute = 5, Wire = 6, WireBytes = bytes,
        };
        var converter = new LiveMessageConverter();

        var m = converter.ConvertToSurrogate(new LiveMessage { Sender = 1, Receiver = 2, Kind = 0, Vector = sent });
        var received = Assert.IsType<LiveVector<double>>(converter.ConvertFromSurrogate(m).Vector);

        Assert.Equal(sent.Data, received.Data);
        Assert.NotSame(sent.Data, received.Data);
        Assert.Equal((3, 4, 5, 6), (received.Version, received.Birth, received.Compute, received.Wire));
        Assert.Equal(bytes, received.WireBytes);
    }
}
