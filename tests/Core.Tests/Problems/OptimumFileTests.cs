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

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{ "hash": null, "fingerprint": "", "value": 0, "gap-bound": 0, "point": "" }""")]
    [InlineData("""{ "hash": "", "fingerprint": "", "gap-bound": 0, "point": "" }""")]
    public void What_is_missing_is_not_taken_for_0(string text)
    {
        var path = ProblemCases.WriteFile(text);

        var e = Assert.Throws<InputException>(() => OptimumFile.Read(path, "problem a"));

        Assert.StartsWith(path + ":", e.Message);
        Assert.EndsWith("delete the file, and the optimum is computed again", e.Message);
    }

    [Fact]
    public void The_hash_is_sha256() =>
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", OptimumFile.Hash("abc"));
}
