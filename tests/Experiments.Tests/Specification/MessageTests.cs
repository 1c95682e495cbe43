using System.Text.RegularExpressions;

namespace AsyncOpt.Experiments.Tests.Specification;

/// <summary>Messages say what is allowed and what to write instead.</summary>
public class MessageTests
{
    [Theory]
    [InlineData("initial", "zeros", "expected a mapping, or default, got 'zeros'; its keys are scale")]
    [InlineData("partitions", "many", "expected a whole number from 1 to 1024, or auto, got 'many'")]
    public void A_word_that_stands_for_no_value_is_named_among_what_is_expected(string key, string value, string expected) =>
        Assert.Contains(expected, Assert.Single(Parsing.Problems($"{Parsing.Workers}\n{key}: {value}")));

    [Theory]
    [InlineData("seeds", "3x", "got '3x'; write the number alone, without 'x'")]
    [InlineData("faults", "drop", "; a list of one is written [drop]")]
    [InlineData("arms", "5", "; it has names or keys, each with a colon and a value: { a: ..., b: ... }")]
    public void Another_shape_than_is_expected_is_told_how_it_is_written(string key, string value, string expected) =>
        Assert.EndsWith(expected, Parsing.Problems($"{Parsing.Workers}\n{key}: {value}")[0], StringComparison.Ordinal);

    [Fact]
    public void A_key_that_is_missing_is_told_with_the_keys_within() => Assert.StartsWith(
        "test.yaml:1:1: missing key 'compute': expected a mapping; its keys are per-task, ",
        Assert.Single(Parsing.Problems(Parsing.Workers.Replace("compute: { per-task: 1ms }\n", ""))),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("digits", "write { name: csv, file: digits }")]
    [InlineData("a9a", "write { name: libsvm, file: a9a }")]
    public void The_name_of_a_data_set_is_told_how_it_is_written(string set, string expected)
    {
        var text = Parsing.Workers.Replace(
            "{ name: quadratic, dimension: 3 }", $"{{ name: softmax-regression, data: {set} }}");

        Assert.EndsWith($"unknown name in data sources: '{set}'; '{set}' is a data set: {expected}",
            Assert.Single(Parsing.Problems(text)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mnits", "did you mean the data set 'mnist-10k-images'? ({ name: idx, ")]
    [InlineData("ijcnn", "did you mean the data set 'ijcnn1'? ({ name: libsvm, file: ijcnn1 }; 'asyncopt data list' shows the others)")]
    [InlineData("moby-duck", "did you mean the data set 'moby-dick'? ({ name: text, file: moby-dick };")]
    [InlineData("csb", "did you mean 'csv'? (expected one of")]     // a reader before a set
    [InlineData("dolphin", "expected one of binary, csv")]          // a graph makes no samples
    public void A_misspelt_name_is_answered_with_the_nearest_reader_or_data_set(string name, string expected)
    {
        var text = Parsing.Workers.Replace(
            "{ name: quadratic, dimension: 3 }", $"{{ name: softmax-regression, data: {name} }}");

        Assert.Contains($"unknown name in data sources: '{name}'; {expected}",
            Assert.Single(Parsing.Problems(text)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kartae", "did you mean the data set 'karate'? ({ name: edge-list, file: karate };")]
    [InlineData("toruss", "did you mean 'torus'?")]
    public void A_misspelt_topology_is_answered_with_the_nearest_topology_or_graph(string name, string expected) =>
        Assert.Contains($"unknown name in topologies: '{name}'; {expected}", Assert.Single(
            Parsing.Problems(Parsing.Nodes.Replace("{ name: ring, nodes: 6 }", name))), StringComparison.Ordinal);

    [Fact]
    public void Other_names_of_the_field_are_suggested_too() => Assert.Contains(
        "unknown name in methods: 'fedagv'; did you mean 'fedavg'?",
        Parsing.Problems(Parsing.Workers.Replace("name: async-sgd", "name: fedagv"))[0], StringComparison.Ordinal);

    [Fact]
    public void What_is_told_of_a_data_set_can_be_pasted()
    {
        var text = Parsing.Nodes.Replace("{ name: ring, nodes: 6 }", "dolphins");
        var told = Regex.Match(Assert.Single(Parsing.Problems(text)), "write (.*)$").Groups[1].Value;

        Assert.Equal("{ name: edge-list, file: dolphins }", told);
        Assert.Equal("edge-list", Parsing.Load(text.Replace("topology: dolphins", $"topology: {told}"),
            new LoadOptions { Build = false }).Arms[0].File.Topology!.Entry.Name);
    }

    [Fact]
    public void What_is_wrong_alike_in_several_arms_is_said_once()
    {
        var problems = Parsing.Problems(Parsing.Workers + """

            arms:
              a: { method: { step: fast } }
              b: {}
              c: { method: { step: fast } }
            """);

        var only = Assert.Single(problems);
        Assert.StartsWith("test.yaml:8:24: arms.a.method.step: unknown name in schedules: 'fast'", only);
        Assert.EndsWith("; also at line 10 (arms a, c)", only, StringComparison.Ordinal);
    }
}
