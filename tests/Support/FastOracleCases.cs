using System.Globalization;
using System.Text;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Nets;

namespace AsyncOpt.Tests;

/// <summary>Problems to test fast oracles on, where options alone do not make them; found by type.</summary>
public interface IProblemCases
{
    /// <summary>The problem's type.</summary>
    Type Problem { get; }

    /// <summary>Problems, not built.</summary>
    IEnumerable<Problem> Make();
}

/// <summary>
/// Makes and builds problems by their type: any problem over samples by its options, others by their cases.
/// </summary>
public static class FastOracleCases
{
    const int Places = 3;

    static readonly Lazy<string> SparseFile = new(WriteSparseFile);
    static readonly Lazy<string> WordsFile = new(WriteWordsFile);

    public static IEnumerable<Problem> For(Type type)
    {
        var problems = Cases(type) is { } cases ? cases.Make()
            : typeof(SampleProblem).IsAssignableFrom(type) ? OverSamples(type)
            : throw new InvalidOperationException($"write an {nameof(IProblemCases)} for {type.Name}");
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

    static IProblemCases? Cases(Type type) => typeof(FastOracleCases).Assembly.GetTypes()
        .Where(t => t.IsClass && typeof(IProblemCases).IsAssignableFrom(t))
        .Select(t => (IProblemCases)Activator.CreateInstance(t)!)
        .SingleOrDefault(c => c.Problem == type);

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

    // 400 words of up to 40, some far more frequent than others.
    static string WriteWordsFile()
    {
        var draws = new DrawSequence(6, Purpose.None);
        var path = Path.Combine(AppContext.BaseDirectory, "words.txt");
        File.WriteAllText(path, string.Join(' ', Enumerable.Range(0, 400).Select(_ => "w" + draws.Below(1 + draws.Below(40)))));
        return path;
    }

    sealed class Reweightings : IProblemCases
    {
        public Type Problem => typeof(DataReweighting);

        public IEnumerable<Problem> Make()
        {
            var split = new SplitFractions { Validation = 0.3 };
            foreach (var dimension in new[] { 1, 6, 33 })
            {
                yield return new DataReweighting(new()
                {
                    Data = new SyntheticClassification(new() { Samples = 40, Dimension = dimension }),
                    Split = split,
                    Bias = true,
                });
            }
            yield return new DataReweighting(new()
            {
                Data = new LibSvmSource(new() { File = SparseFile.Value }),
                Split = split,
                Regularization = 0.1,
            });
        }
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

    sealed class LanguageModels : IProblemCases
    {
        public Type Problem => typeof(LanguageModel);

        public IEnumerable<Problem> Make()
        {
            foreach (var (context, hidden) in ((int, int[])[])[(1, []), (3, [7]), (4, [20, 9])])
            {
                yield return new LanguageModel(new()
                {
                    Data = new TextSource(new() { File = WordsFile.Value, Unit = TextUnit.Word, Context = context }),
                    Split = new() { Validation = 0.1, Test = 0.2 },
                    Embedding = 5,
                    Hidden = hidden,
                    Regularization = hidden.Length == 1 ? 0 : 0.01,
                    Activation = hidden.Length == 1 ? Activation.Relu : Activation.Tanh,
                });
            }
        }
    }
}
