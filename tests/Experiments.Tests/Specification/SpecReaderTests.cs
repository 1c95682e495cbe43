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
    [InlineData("age,income\n1,2000000000\n1,2000000000\n1,2000000000\n1,2000000000\n1,2000000000\n", "test.yaml:1:1: expected "
        + "keys such as 'method' and 'problem', got 'age,income 1,2000000000 1,2000000000 1,2000000000 1,20000000...'")]
    [InlineData("a: 1\n---\nb: 2", "test.yaml:2:1: a second document begins here; an experiment is one document")]
    [InlineData("a: [1", "test.yaml:1:4: this '[' is not closed: expected ',' or ']'")]
    [InlineData("a: 1\nb: { c: 2, d: 3\ne: 4\n", "test.yaml:2:4: this '{' is not closed: expected ',' or '}'")]
    [InlineData("a: { b: { c: 1 }\nd: [2]", "test.yaml:1:4: this '{' is not closed: expected ',' or '}'")]
    [InlineData("a: [1, 2}\nb: 3", "test.yaml:1:9: expected ',' or ']' before this")]
    [InlineData("a: { b: 1 c: 2 }", "test.yaml:1:12: expected ',' or '}' before this")]
    [InlineData("a: 1\nb:\n\tc: 2\nd: 3", "test.yaml:3:1: this line is indented with a tab; YAML takes spaces")]
    [InlineData("a:\n  b: 1\n  \tc: 2", "test.yaml:3:3: this line is indented with a tab; YAML takes spaces")]
    [InlineData("a: \"x\nb: 2", "test.yaml:1:4: this quote is not closed")]
    [InlineData("a: @x", "test.yaml:1:4: a value cannot begin with '@'; put it into quotes")]
    [InlineData("a: 1\n  b: 2", "test.yaml:2:4: a colon and a space cannot stand within a value")]
    [InlineData("a:\n  b: 1\n c: 2", "test.yaml:3:2: expected a key with a colon, indented like those above")]
    [InlineData("a: !x 3", "test.yaml:1:4: '!' begins a tag, and tags are not read")]
    [InlineData("a: !!int 3", "test.yaml:1:4: '!' begins a tag, and tags are not read")]
    [InlineData("a: ! 3", "test.yaml:1:4: '!' begins a tag, and tags are not read")]
    [InlineData("d: &d { e: 1 }\na: { <<: *d }", "test.yaml:2:6: a: '<<' does not merge here")]
    [InlineData(": 1", "test.yaml:1:1: expected a word as key before the colon, got nothing")]
    [InlineData("null: 1", "test.yaml:1:1: expected a word as key before the colon, got nothing")]
    [InlineData("a:1", "test.yaml:1:1: expected keys such as 'method' and 'problem', got 'a:1'; a blank follows the colon")]
    [InlineData("a: 1\n\0b: 2", "test.yaml:2:1: character U+0000 is no text")]
    [InlineData("PK\u0003\u0004", "test.yaml:1:3: character U+0003 is no text")]
    [InlineData("a: *x", "no value before this one is named '&x'")]
    [InlineData("a: &x [*x]", "no value before this one is named '&x'")]
    [InlineData("[a, b]: 1", "test.yaml:1:1: expected a word as key, got a list")]
    public void A_file_that_is_no_specification_is_refused(string text, string expected) =>
        Assert.Contains(expected, Error(text));

    [Fact]
    public void A_file_nested_too_deep_is_refused_instead_of_overflowing() =>
        Assert.Contains("nested deeper than 64 levels", Error("a: " + new string('[', 5000)));

    [Theory]
    [InlineData("\uFEFFa: 1\nb: 2\n")]
    [InlineData("a: 1\r\nb: 2\r\n")]
    [InlineData("a:\t1\nb: 2\t# two")]
    [InlineData("{ \"a\": 1,\n\t\"b\": 2 }")]
    [InlineData("---\na: 1\nb: \"2\"\n...\n")]
    [InlineData("%YAML 1.2\n---\n? a\n: 1\nb: 2")]
    public void Other_ways_to_write_the_same_are_read(string text)
    {
        var root = Parsing.Read(text);

        Assert.Equal("1 2", $"{((SpecScalar)root["a"]!).Value} {((SpecScalar)root["b"]!).Value}");
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("{a: ")]
    [InlineData("[{a: ")]
    public void A_megabyte_of_nesting_is_refused(string open) => Assert.Contains(
        "test.yaml:", Error(string.Concat(Enumerable.Repeat(open, (1 << 20) / open.Length))), StringComparison.Ordinal);

    // Not an InlineData: a lone surrogate does not survive there.
    [Fact]
    public void Half_a_character_is_no_text() =>
        Assert.Equal("test.yaml:1:4: character U+D800 is no text; is this an experiment file, saved as UTF-8?",
            Error("a: " + (char)0xD800));

    [Fact]
    public void Aliases_that_stand_for_a_flood_of_values_are_refused()
    {
        var lines = Enumerable.Range(1, 30).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]");

        Assert.StartsWith(
            "test.yaml:7:", Error($"a0: &a0 1\n{string.Join('\n', lines)}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_thousand_keys_are_read_in_one_pass() =>
        Assert.Equal(100_000, Parsing.Read(string.Join('\n', Enumerable.Range(0, 100_000).Select(i => $"k{i}: 1"))).Entries.Count);

    [Fact]
    public void A_file_that_is_no_utf8_is_refused_with_its_place()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [.. "a: 1\nb: "u8, 0xE9, .. "\n"u8]);

            var error = Assert.Throws<InputException>(() => Experiment.Load(path));

            Assert.Equal(
                $"{Path.GetFileName(path)}:2:4: byte 0xE9 is no UTF-8; save the file as UTF-8 text", error.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
