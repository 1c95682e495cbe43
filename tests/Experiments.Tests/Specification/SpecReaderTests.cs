using AsyncOpt.Core;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments.Tests.Specification;

public class SpecReaderTests
{
    static string Error(string text) => Assert.Throws<InputException>(() => Parsing.Read(text)).Message;

    [Fact]
    public void Every_value_knows_line_column_and_keys()
    {
        var root = Parsing.Read("""
            method:
              name: x
              steps: [1, { at: 2 }]
            """);

        var method = (SpecMapping)root["method"]!;
        Assert.Equal(new Place("test.yaml", 2, 9), method["name"]!.Place);
        var at = ((SpecMapping)((SpecSequence)method["steps"]!).Items[1]).Find("at")!;
        Assert.Equal(new Place("test.yaml", 3, 16), at.KeyPlace);
        Assert.Equal("method.steps[1].at", at.Value.Path);
    }

    [Fact]
    public void An_alias_is_the_value_it_names()
    {
        var root = Parsing.Read("a: &x { k: 1 }\nb: *x");

        Assert.Same(root["a"], root["b"]);
    }

    [Fact]
    public void Repeated_keys_are_all_reported() => Assert.Equal(
        "test.yaml:2:1: key 'a' was already given at line 1\ntest.yaml:4:3: b: key 'c' was already given at line 3",
        Error("a: 1\na: 2\nb: { c: 1,\n  c: 2 }"));

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("# nothing", "the file is empty")]
    [InlineData("[1]", "test.yaml:1:1: expected keys such as 'method' and 'problem', got a list")]
    [InlineData("a: 1\n---\nb: 2", "test.yaml:2:1: a second document begins here; an experiment is one document")]
    [InlineData("a: [1", "cannot be read as YAML")]
    [InlineData("a: *x", "no value before this one is named '&x'")]
    [InlineData("a: &x [*x]", "no value before this one is named '&x'")]
    [InlineData("[a, b]: 1", "test.yaml:1:1: expected a word as key, got a list")]
    public void A_file_that_is_no_specification_is_refused(string text, string expected) =>
        Assert.Contains(expected, Error(text));

    [Fact]
    public void A_file_nested_too_deep_is_refused_instead_of_overflowing() =>
        Assert.Contains("nested deeper than 64 levels", Error("a: " + new string('[', 5000)));
}
