using AsyncOpt.Core.Problems;

namespace AsyncOpt.Experiments.Tests;

public sealed class OptimumCacheTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-optima").FullName;

    const string Ridge = """
        workers: 2
        method: { name: async-sgd, step: 0.1 }
        problem: { name: least-squares, regularization: 0.1, data: { name: synthetic-regression, samples: 20, dimension: 2 } }
        compute: { per-task: 1ms }
        stop: { time: 1s }
        samples: 2
        """;

    string? _file;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Shipped => Path.Combine(_folder, "shipped");

    string User => Path.Combine(_folder, "user");

    Optimum? Find(Problem problem, Action<string>? progress = null) =>
        new OptimumCache(Shipped, User).Find(problem, out _file, progress, TestContext.Current.CancellationToken);

    static Problem Problem(string text)
    {
        var problem = Parsing.Load(text).Arms[0].File.Problem.Create();
        problem.Build(new ProblemContext(2, 1, name => name));
        return problem;
    }

    [Fact]
    public void An_optimum_is_computed_once_and_then_read()
    {
        var problem = Problem(Ridge);
        var told = new List<string>();
        var first = Find(problem, told.Add)!;
        var before = told.Count;
        var second = Find(problem, told.Add)!;

        Assert.True(first.IsCertified && first.GapBound <= 1e-12);
        Assert.Equal(first.Point, second.Point);
        Assert.StartsWith("computing the optimum", told[0]);
        Assert.Equal(before, told.Count);
        Assert.Equal(OptimumFile.Hash(problem.Fingerprint) + ".json", Path.GetFileName(Assert.Single(Directory.GetFiles(User))));
    }

    [Fact]
    public void A_shipped_optimum_comes_first()
    {
        var problem = Problem(Ridge);
        Find(problem);
        Directory.Move(User, Shipped);

        Assert.NotNull(Find(problem));
        Assert.StartsWith(Shipped, _file);
        Assert.False(Directory.Exists(User));
    }

    [Theory]
    [InlineData("\"value\": 0.", "\"value\": 1.")]
    [InlineData("\"value\": 0.", "\"value\": x")]
    [InlineData("\"point\": \"", "\"point\": \"AAAAAAAA8D8AAAAAAADwPw==\", \"was\": \"")]
    public void A_damaged_optimum_is_named_and_computed_anew(string old, string changed)
    {
        var problem = Problem(Ridge);
        var whole = Find(problem)!;
        var text = File.ReadAllText(_file!);
        Assert.Contains(old, text);
        File.WriteAllText(_file!, text.Replace(old, changed));
        var told = new List<string>();

        var again = Find(problem, told.Add)!;

        Assert.Equal((whole.Value, whole.GapBound), (again.Value, again.GapBound));
        Assert.StartsWith(_file!, told[0]);
        Assert.StartsWith("computing the optimum", told[1]);
        Assert.Equal(text, File.ReadAllText(_file!));
    }

    [Fact]
    public void Without_strong_convexity_there_is_none_and_a_closed_form_needs_no_file()
    {
        var flat = Ridge.Replace("least-squares, regularization: 0.1", "logistic-regression")
            .Replace("synthetic-regression", "synthetic-classification");

        Assert.Null(Find(Problem(flat)));
        Assert.NotNull(Find(Problem(Parsing.Workers)));
        Assert.False(Directory.Exists(User));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_costs_only_a_word()
    {
        File.WriteAllText(User, "a file where the folder would be");
        var told = new List<string>();

        Assert.NotNull(Find(Problem(Ridge), told.Add));
        Assert.StartsWith("the optimum cannot be kept", told[^1]);
        Assert.Null(_file);
    }
}
