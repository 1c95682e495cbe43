using AsyncOpt.Core.Problems;

namespace AsyncOpt.Core.Tests.Problems;

public class OptimumFileTests
{
    static string New(string name) => Path.Combine(AppContext.BaseDirectory, "made", "optima", name);

    [Theory]
    [InlineData(3.25e-13)]
    [InlineData(double.PositiveInfinity)]
    public void An_optimum_comes_back_bit_for_bit(double bound)
    {
        var path = New($"round-trip-{bound}.json");
        double[] point = [0.1, -1.0 / 3, 5e-324, -0.0, 1e308];

        OptimumFile.Write(path, "problem a", new(point, 0.1 + 0.2, bound));
        var read = OptimumFile.Read(path, "problem a")!;

        Assert.Equal(point.Select(BitConverter.DoubleToInt64Bits), read.Point.Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal((0.1 + 0.2, bound), (read.Value, read.GapBound));
    }

    [Fact]
    public void The_optimum_of_another_problem_is_not_taken()
    {
        var path = New("other.json");
        OptimumFile.Write(path, "problem a", new([1], 2, 0));

        Assert.Null(OptimumFile.Read(path, "problem b"));
        Assert.Null(OptimumFile.Read(New("missing.json"), "problem a"));
    }

    [Fact]
    public void A_broken_file_is_an_error_that_names_it()
    {
        var path = ProblemCases.WriteFile("{ \"hash\": 3");

        Assert.Contains(path, Assert.Throws<InputException>(() => OptimumFile.Read(path, "problem a")).Message);
    }

    [Fact]
    public void The_hash_is_sha256() =>
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", OptimumFile.Hash("abc"));
}
