using System.Text.Json.Nodes;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Core.Tests.Problems;

public class OptimumFileTests
{
    // F(x) = (x - 3)^2 + 7 with L = mu = 2, so at 3 the gradient is 0 and F is 7.
    sealed class Bowl(string fingerprint = "bowl", double slope = 0) : Problem
    {
        public override int Parameters => 1;

        public override int Places => 1;

        public override IReadOnlyList<OracleForm> Oracles => [];

        public override double StrongConvexity => 2;

        public override string Fingerprint => fingerprint;

        public override void Build(ProblemContext context)
        {
        }

        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient)
        {
            gradient[0] = 2 * (x[0] - 3) + slope;
            return (x[0] - 3) * (x[0] - 3) + 7;
        }
    }

    static string New(string name) => Path.Combine(AppContext.BaseDirectory, "made", "optima", name);

    static string Kept(string name, double point = 3, double value = 7, double bound = 0)
    {
        OptimumFile.Write(New(name), "bowl", new([point], value, bound));
        return New(name);
    }

    static string Refusal(string path, Problem problem) =>
        Assert.Throws<InputException>(() => OptimumFile.Read(path, problem)).Message;

    [Fact]
    public void An_optimum_comes_back_bit_for_bit_with_the_bound_of_its_gradient()
    {
        // One unit in the last place beside the optimum: |grad|^2 / (2 mu) = (2 * 2^-51)^2 / 4 = 2^-102.
        var point = Math.BitIncrement(3.0);

        var read = OptimumFile.Read(Kept("round-trip.json", point, Math.BitIncrement(7.0), 1e-13), new Bowl())!;

        Assert.Equal((point, Math.BitIncrement(7.0)), (Assert.Single(read.Point), read.Value));
        Assert.Equal(Math.Pow(2, -102), read.GapBound);
    }

    [Fact]
    public void A_bound_that_rounding_does_not_let_go_lower_is_taken()
    {
        // The gradient is off by 1e-5: the bound is 1e-10 / 4, above what is aimed at.
        var read = OptimumFile.Read(Kept("rounded.json", bound: 2.5e-11), new Bowl(slope: 1e-5))!;

        Assert.Equal(2.5e-11, read.GapBound, 1e-18);
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(double.PositiveInfinity)]
    public void A_bound_of_the_file_that_is_too_large_gives_way_to_that_of_the_gradient(double bound)
    {
        var point = Math.BitIncrement(3.0);

        var read = OptimumFile.Read(Kept($"wide-{bound}.json", point, Math.BitIncrement(7.0), bound), new Bowl())!;

        Assert.Equal(Math.Pow(2, -102), read.GapBound);
    }

    [Fact]
    public void The_optimum_of_another_problem_is_not_taken()
    {
        Assert.Contains("other.json: is no optimum file (it is of another problem)", Refusal(Kept("other.json"), new Bowl("b")));
        Assert.Null(OptimumFile.Read(New("missing.json"), new Bowl()));
    }

    [Theory]
    [InlineData(3, 7.0000001, 0, "its value is 7.0000001, and at its point it is 7")]
    [InlineData(3, double.NaN, 0, "its value is NaN")]
    [InlineData(3.001, 7.000001, 0, "its gap-bound is 0, and at its point it is 1E-06")]
    [InlineData(double.NaN, 7, 0, "its value is 7, and at its point it is NaN")]
    [InlineData(3, 7, -3.5e-18, "its gap-bound is -3.5E-18")]
    public void What_the_problem_does_not_bear_out_is_refused(double point, double value, double bound, string expected)
    {
        var message = Refusal(Kept("damaged.json", point, value, bound), new Bowl());

        Assert.Contains(expected, message);
        Assert.EndsWith("; the optimum is computed anew", message);
    }

    [Theory]
    [InlineData("hash", "0558d0739b6d326dddb1266bcd82a0d2759f5bec6822ece3af48eaceaec705cd")]
    [InlineData("fingerprint", "bowl 2")]
    [InlineData("point", "AAAA")]
    [InlineData("point", "AAAAAAAACEAAAAAAAAAIQA==")]
    [InlineData("point", "?")]
    public void So_is_a_field_that_was_changed(string key, string changed)
    {
        var path = Kept($"changed-{key}-{changed.Length}.json");
        Assert.NotNull(OptimumFile.Read(path, new Bowl()));
        var content = JsonNode.Parse(File.ReadAllText(path))!;
        content[key] = changed;
        File.WriteAllText(path, content.ToJsonString());

        Assert.StartsWith($"{path}: is no optimum file (", Refusal(path, new Bowl()));
    }

    [Fact]
    public void A_broken_file_is_an_error_that_names_it()
    {
        var path = ProblemCases.WriteFile("{ \"hash\": 3");

        Assert.Contains(path, Refusal(path, new Bowl()));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{ "hash": null, "fingerprint": "", "value": 0, "gap-bound": 0, "point": "" }""")]
    [InlineData("""{ "hash": "", "fingerprint": "", "gap-bound": 0, "point": "" }""")]
    public void What_is_missing_is_not_taken_for_0(string text)
    {
        var path = ProblemCases.WriteFile(text);

        var message = Refusal(path, new Bowl());

        Assert.StartsWith(path + ":", message);
        Assert.EndsWith("; the optimum is computed anew", message);
    }

    [Fact]
    public void The_hash_is_sha256() =>
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", OptimumFile.Hash("abc"));
}
