namespace AsyncOpt.Experiments.Tests;

/// <summary>What cannot fit into the machine is refused when it is planned, with its size and what to do.</summary>
public class MemoryTests
{
    [Fact]
    public void Agents_that_need_more_than_the_machine_has_are_refused()
    {
        // 2e6 workers with a vector of 1e5 numbers at the least: 1.6 TB.
        var problem = Assert.Single(Parsing.Problems("""
            workers: 2000000
            method: { name: async-sgd, step: 0.1 }
            problem: { name: quadratic, dimension: 100000 }
            compute: { per-task: 1ms }
            stop: { time: 10s }
            samples: 4
            """));

        Assert.StartsWith("test.yaml:2:9: method: the agents need ", problem, StringComparison.Ordinal);
        Assert.Contains("2000000 of role 'worker' keep vectors of ", problem, StringComparison.Ordinal);
        Assert.EndsWith("take fewer agents or parameters, or 'precision: float32'", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "{ name: quadratic, dimension: 100000, heterogeneity: 1 }",
        "test.yaml:3:10: problem: quadratic: places x dimension: 1000000 x 100000 numbers need 800 GB, and ")]
    [InlineData(
        "{ name: quadratic-bilevel, dimension: 1000, lower: 1000 }",
        "test.yaml:3:10: problem: quadratic-bilevel: places and lower x lower: 1000000000 x 1000 numbers need 8000 GB, and ")]
    [InlineData(
        "{ name: least-squares, data: { name: synthetic-regression, samples: 100000000, dimension: 10000 } }",
        "test.yaml:3:10: problem: synthetic-regression: samples x features: 100000000 x 10000 numbers need 8000 GB, and ")]
    public void Data_that_need_more_than_the_machine_has_are_refused(string data, string says)
    {
        var problem = Assert.Single(Parsing.Problems($$"""
            workers: 1000000
            method: { name: async-sgd, step: 0.1 }
            problem: {{data}}
            compute: { per-task: 1ms }
            stop: { time: 10s }
            samples: 4
            """));

        Assert.StartsWith(says, problem, StringComparison.Ordinal);
        Assert.EndsWith("; take fewer", problem, StringComparison.Ordinal);
    }
}
