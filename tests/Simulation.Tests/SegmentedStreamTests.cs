using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Tests;

public class SegmentedStreamTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(25)]
    public void What_is_written_is_read_whole_and_by_segments(int length)
    {
        byte[] bytes = [.. Enumerable.Range(1, length).Select(i => (byte)i)];
        using var stream = new SegmentedStream(segmentBytes: 10);
        stream.Write(bytes.AsSpan(0, length / 3));
        stream.Write(bytes.AsSpan(length / 3));

        var segments = stream.Segments();
        Assert.Equal(Math.Max(1, (length + 9) / 10), segments.Count);
        Assert.All(segments, s => Assert.InRange(s.Length, 0, 10));
        Assert.Equal(bytes, segments.SelectMany(s => s.ToArray()));

        using var copy = new SegmentedStream(segments);
        var read = new byte[length];
        copy.ReadExactly(read);
        Assert.Equal(bytes, read);
        Assert.Equal(0, copy.Read(new byte[1]));
    }
}
