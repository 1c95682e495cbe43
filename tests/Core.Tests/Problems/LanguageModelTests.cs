using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Nets;
using AsyncOpt.Core.Problems.Shardings;

namespace AsyncOpt.Core.Tests.Problems;

public class LanguageModelTests
{
    const string Text = "the cat sat on the mat and the dog sat on the log and so on and on the cat saw the dog";

    static LanguageModel Made(int[] hidden, Activation activation = Activation.Tanh, string text = Text, double test = 0.2) =>
        new LanguageModel(new()
        {
            Data = new TextSource(new() { File = ProblemCases.WriteFile(text), Unit = TextUnit.Word, Context = 2 }),
            Regularization = 0.02,
            Split = new() { Test = test },
            Sharding = new ContiguousSharding(),
            Hidden = hidden,
            Embedding = 3,
            Activation = activation,
        }).Built(3);

    [Fact]
    public void The_objective_is_the_formula()
    {
        // Tokens a = 0 and b = 1, embeddings of one number, no hidden layer: scores are linear in two embeddings.
        var problem = new LanguageModel(new()
        {
            Data = new TextSource(new() { File = ProblemCases.WriteFile("aabaa"), Context = 2 }),
            Hidden = [],
            Embedding = 1,
        }).Built(1);
        double[] x = [0.5, -2, 1, 2, -3, 0.25, 0.1, -0.1];
        double Loss(int first, int second, int next)
        {
            double[] z = [x[first] * 1 + x[second] * -3 + 0.1, x[first] * 2 + x[second] * 0.25 - 0.1];
            return Math.Log(z.Sum(Math.Exp)) - z[next];
        }

        Assert.Equal(8, problem.Parameters);
        Assert.Equal((Loss(0, 0, 1) + Loss(0, 1, 0) + Loss(1, 0, 0)) / 3, problem.Objective(x, []), 1e-13);
    }

    [Theory]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Tanh)]
    public void The_gradient_is_that_of_finite_differences(Activation activation)
    {
        foreach (var hidden in (int[][])[[], [4], [5, 4]])
        {
            var problem = Made(hidden, activation);
            ProblemCases.CheckGradient(problem, ProblemCases.Point(problem.Parameters));
            ProblemCases.CheckPlacesAverage(problem, ProblemCases.Point(problem.Parameters));
        }
    }

    [Fact]
    public void Blocks_are_the_embeddings_and_the_layers()
    {
        var problem = Made([4]);
        var v = problem.Vocabulary;

        Assert.Equal([3 * v, 6 * 4, 4, 4 * v, v], problem.Blocks.Select(b => b.Length));
        Assert.Equal(problem.Parameters, problem.Blocks[^1].Offset + v);
        Assert.Equal(problem.Parameters, problem.InitialPoint(1).Length);
        Assert.Equal(1, problem.InitialPoint(1).Take(3 * v).Average(e => e * e), 0.6);
    }

    [Fact]
    public void Perplexity_is_the_exponential_of_the_mean_loss()
    {
        var problem = Made([4]);
        var metrics = new Dictionary<string, double>();
        problem.Evaluate(new double[problem.Parameters], metrics.Add);

        Assert.Equal(problem.Vocabulary, metrics["test-perplexity"], 1e-9);         // all tokens alike
        Assert.Equal(Math.Log(problem.Vocabulary), metrics["test-loss"], 1e-12);
        Assert.Equal(metrics.Keys, problem.Metrics);
    }

    [Fact]
    public void It_learns_a_text_that_repeats_itself()
    {
        var problem = Made([16], text: string.Join(' ', Enumerable.Repeat("one two three two one", 8)));
        var x = problem.InitialPoint(2);
        for (var step = 0; step < 400; step++)
        {
            var g = problem.FullGradient(x);
            for (var k = 0; k < x.Length; k++)
                x[k] -= 0.3 * g[k];
        }
        var metrics = new Dictionary<string, double>();
        problem.Evaluate(x, metrics.Add);

        Assert.True(metrics["accuracy"] == 1, $"accuracy {metrics["accuracy"]}");   // two words determine the third
        Assert.True(metrics["test-perplexity"] < 1.5, $"perplexity {metrics["test-perplexity"]}");
    }

    [Fact]
    public void A_text_of_one_token_is_not_told_to_be_a_text()
    {
        var message = Assert.Throws<InputException>(() => Made([16], text: "la la la la la la la la")).Message;

        Assert.Contains("language-model needs two different tokens at least, and here all are 'la'", message);
        Assert.DoesNotContain("name: text", message);
    }

    [Fact]
    public void Data_that_are_no_tokens_are_an_error()
    {
        var problem = new LanguageModel(new() { Data = new SyntheticClassification(new() { Samples = 10, Dimension = 2 }) });

        Assert.Contains("take data: { name: text, ... }", Assert.Throws<InputException>(() => problem.Built()).Message);
        Assert.Single(new LanguageModel.Options { Data = null!, Bias = true }.Violations());
    }
}
