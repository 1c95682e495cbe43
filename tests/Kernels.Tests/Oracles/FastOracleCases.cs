using System.Globalization;
using System.Reflection;
using System.Text;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Kernels.Tests.Oracles;

/// <summary>Problems to test the fast oracles of a problem with no samples; found by its type.</summary>
interface IProblemCases
{
    /// <summary>The problem's type.</summary>
    Type Problem { get; }

    /// <summary>Problems, not built.</summary>
    IEnumerable<Problem> Make();
}

/// <summary>
/// Makes and builds problems by their type: any problem over samples by its options, others by their cases.
/// </summary>
static class FastOracleCases
{
    const int Places = 3;

    static readonly Lazy<string> SparseFile = new(WriteSparseFile);

    public static IEnumerable<Problem> For(Type type)
    {
        var problems = typeof(SampleProblem).IsAssignableFrom(type) ? OverSamples(type) : ByCases(type);
        foreach (var problem in problems)
        {
            problem.Build(new(Places, 1, path => path));
            yield return problem;
        }
    }

    // Dimensions below, at and beyond the width of vectors; dense and sparse rows; two classes and more.
    static IEnumerable<Problem> OverSamples(Type type)
    {
        foreach (var dimension in new[] { 1, 7, 16, 45 })
        {
            var two = new SyntheticClassification.Options { Samples = 40, Dimension = dimension };
            yield return Make(type, new SyntheticClassification(two));
            if (type != typeof(LogisticRegression))
                yield return Make(type, new SyntheticClassification(two with { Classes = 5 }));
        }
        yield return Make(type, new LibSvmSource(new() { File = SparseFile.Value }));
        // More samples than go through a net at once, and a test part.
        var many = new SyntheticClassification.Options { Samples = 600, TestSamples = 150, Dimension = 5 };
        yield return Make(type, new SyntheticClassification(many));
    }

    static Problem Make(Type type, DataSource data)
    {
        var constructor = type.GetConstructors().Single();
        var optionsType = constructor.GetParameters().Single().ParameterType;
        var options = Activator.CreateInstance(optionsType)!;
        optionsType.GetProperty(nameof(SampleOptions.Data))!.SetValue(options, data);
        optionsType.GetProperty(nameof(SampleOptions.Regularization))!.SetValue(options, 0.05);
        return (Problem)constructor.Invoke([options]);
    }

    static IEnumerable<Problem> ByCases(Type type)
    {
        var cases = typeof(FastOracleCases).Assembly.GetTypes()
            .Where(t => t.IsClass && typeof(IProblemCases).IsAssignableFrom(t))
            .Select(t => (IProblemCases)Activator.CreateInstance(t)!)
            .SingleOrDefault(c => c.Problem == type);
        Assert.True(cases is not null, $"write an {nameof(IProblemCases)} for {type.Name}");
        return cases.Make();
    }

    // 60 rows of 50 columns, 0 to 20 entries each: every length of a row's rest beside whole vectors.
    static string WriteSparseFile()
    {
        var text = new StringBuilder();
        var draws = new DrawSequence(4, Purpose.None);
        for (var row = 0; row < 60; row++)
        {
            text.Append(row % 2 == 0 ? "1" : "-1");
            var columns = Enumerable.Range(1, 50).ToArray();
            draws.Shuffle<int>(columns);
            foreach (var column in columns.Take(row % 21).Order())
                text.Append(CultureInfo.InvariantCulture, $" {column}:{draws.Normal():R}");
            text.Append('\n');
        }
        var path = Path.Combine(AppContext.BaseDirectory, "sparse-rows.libsvm");
        File.WriteAllText(path, text.ToString());
        return path;
    }

    sealed class Quadratics : IProblemCases
    {
        public Type Problem => typeof(Quadratic);

        public IEnumerable<Problem> Make()
        {
            foreach (var dimension in new[] { 1, 7, 16, 45 })
            {
                yield return new Quadratic(
                    new() { Dimension = dimension, Heterogeneity = 1, Conditioning = 10, Noise = 0.3 });
            }
            yield return new Quadratic(new() { Targets = [[1, 2, 3]] });
        }
    }
}
