using System.Text;
using System.Text.Json;

namespace AsyncOpt.Core.Tests;

public class JsonTextTests
{
    sealed record Part(int Whole);

    sealed record Form
    {
        public required string Name { get; init; }

        public int? Count { get; init; }

        public Part[] Parts { get; init; } = [];
    }

    static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    [Theory]
    [InlineData("{\n \"name\": \"a\",\n \"count\": \"x\" }", "3:14: count: expected a whole number")]
    [InlineData("{ \"name\": 3 }", "1:12: name: expected a text")]
    [InlineData("{ \"name\": \"a\", \"parts\": [ { \"whole\": 1 }, { \"whole\": 1.5 } ] }",
        "1:57: parts[1].whole: expected a whole number")]
    [InlineData("{ \"name\": \"a\", \"cuont\": 3 }",
        "1:24: unknown key 'cuont'; did you mean 'count'? (expected one of name, count, parts)")]
    [InlineData("[1]", "1:2: expected an object")]
    [InlineData("{ \"count\": 3 }", "1:15: missing keys 'name'")]
    [InlineData("{ \"name\": \"a\", ", "1:16: it ends too early: something was cut off")]
    [InlineData("{ \"name\": \"a", "1:13: name: it ends too early")]
    [InlineData("{ \"name\": \"a\"", "1:14: it ends too early")]
    [InlineData("{ \"name\": g }", "1:11: name: 'g' is no JSON here")]
    [InlineData("{ \"name\": \"a\" } x", "1:17: 'x' is no JSON here")]
    [InlineData("{ \"name\": \"a\", }", "1:16: nothing follows a comma; leave it out")]
    [InlineData("{ \"name\": \"a\n", "1:13: name: the line ends too early: something was cut off")]
    [InlineData("{ name: 1 }", "1:3: 'n' is no JSON here")]
    [InlineData("{ \"count\": truth }", "1:15: count: 'truth }' is no JSON here")]
    public void What_is_wrong_is_said_with_line_column_and_key(string json, string expected)
    {
        var error = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Form>(json, Strict));

        var sentence = JsonText.Sentence(error, typeof(Form));
        Assert.StartsWith(expected, sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "x.json:1:1: ")]
    [InlineData("null", "x.json: expected an object, got null")]
    [InlineData("{ \"a\": 1, \"a\": 2 }", "x.json: the key 'a' is there twice; leave one of them out")]
    [InlineData("{ \"a\": 1 ", "x.json:1:")]
    public void A_broken_text_is_refused(string json, string expected) => Assert.StartsWith(
        expected, Assert.Throws<InputException>(() => JsonText.Parse(Encoding.UTF8.GetBytes(json), "x.json")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Keys_and_values_of_another_kind_are_named()
    {
        var node = JsonText.Parse("""{ "a": { "b": "x", "c": [1, null] } }"""u8, "x.json");

        Assert.Equal("x", node.Key("a").Key("b").Value<string>());
        Assert.Equal("a: 'z' is missing",
            Assert.Throws<FormatException>(() => node.Key("a").Key("z")).Message);
        Assert.Equal("a.b: expected a whole number",
            Assert.Throws<FormatException>(() => node.Key("a").Key("b").Value<long>()).Message);
        Assert.Equal("a: expected a text", Assert.Throws<FormatException>(() => node.Key("a").Value<string>()).Message);
        Assert.Equal("a.c: expected a list", Assert.Throws<FormatException>(() => node.Key("a").Key("c").Items()).Message);
    }

    [Theory]
    [InlineData("{\"a\":{\"\\ud800\":1}}")]
    [InlineData("{\"a\":[\"\\udc00\"]}")]
    [InlineData("{\"a\":\"\\ud800x\"}")]
    public void Half_characters_are_refused_before_anything_is_taken(string text) => Assert.StartsWith(
        "s: a key or text is no UTF-8, or has half of a character",
        Assert.Throws<InputException>(() => JsonText.Parse(Encoding.UTF8.GetBytes(text), "s")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void So_are_bytes_that_are_no_utf_8()
    {
        Assert.Throws<InputException>(() => JsonText.Parse([.. "{\"a"u8, 0x9E, .. "\":1}"u8], "s"));
        Assert.Throws<InputException>(() => JsonText.Parse([.. "{\"a\":\""u8, 0xFF, .. "\"}"u8], "s"));
        Assert.Equal("ü", (string?)JsonText.Parse("{\"a\":\"ü\"}"u8, "s")["a"]);
    }
}
