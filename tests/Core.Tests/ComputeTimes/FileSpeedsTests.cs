using AsyncOpt.Core.ComputeTimes;

namespace AsyncOpt.Core.Tests.ComputeTimes;

public sealed class FileSpeedsTests : IDisposable
{
    readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    double[] Factors(string text, int places, string column = "1", SpeedNormalization by = SpeedNormalization.None)
    {
        File.WriteAllText(_file, text);
        var speeds = new FileSpeeds(new() { File = "speeds", Column = column, Normalize = by });
        return speeds.Factors(new SpeedContext(places, 1, name => name == "speeds" ? _file : name));
    }

    [Fact]
    public void Deals_the_lines_out_in_order_and_begins_again() =>
        Assert.Equal([1, 2, 4, 1, 2], Factors("1\n2\n4\n", 5));

    [Fact]
    public void Takes_a_column_by_its_name() =>
        Assert.Equal([30, 50], Factors("phone,ms\na,30\nb,50\n", 2, "ms"));

    [Fact]
    public void Measured_times_become_factors_of_their_mean() =>
        Assert.Equal([0.75, 1.25], Factors("30\n50\n", 2, by: SpeedNormalization.Mean));

    [Fact]
    public void Refuses_a_zero() => Assert.Throws<InputException>(() => Factors("1\n0\n", 2));
}
