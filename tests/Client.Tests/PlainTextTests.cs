using AsyncOpt.Client.Display;

namespace AsyncOpt.Client.Tests;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("one two three", 6, "one|two|three")]
    [InlineData("one\ntwo three", 20, "one|two three")]
    [InlineData("a abcdefgh b", 4, "a|abcd|efgh|b")]
    [InlineData("", 4, "")]
    public void A_text_is_wrapped_at_blanks(string text, int width, string lines) =>
        Assert.Equal(lines, string.Join('|', PlainText.Wrapped(text, width)));

    [Fact]
    public void A_table_is_as_wide_as_its_cells() => Assert.Equal(
        ["", " name  what", "──────────────", " a     is one", " long  x", "       y", ""],
        PlainText.Table(["name", "what"], [["a", "is one"], ["long", "x\ny"]], 40));

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(100)]
    public void Wide_columns_give_way_and_no_word_is_lost(int width)
    {
        var (left, right) = (string.Join(' ', Enumerable.Range(100, 30)), string.Join(' ', Enumerable.Range(200, 90)));

        var lines = PlainText.Table(["name", "left", "right"], [["n", left, right]], width).ToList();

        Assert.Equal(width, lines.Max(line => line.Length));
        var words = string.Join(' ', lines).Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(word => int.TryParse(word, out _)).Select(int.Parse).ToList();
        Assert.Equal(Enumerable.Range(100, 30), words.Where(w => w < 200));
        Assert.Equal(Enumerable.Range(200, 90), words.Where(w => w >= 200));
        // The short column keeps its width, and the two others come to one.
        var (first, second) = (lines[1].Split("left")[0].Length, lines[1].Split("right")[0].Length);
        Assert.Equal(7, first);
        Assert.InRange(width - second - (second - 2 - first), -1, 1);
    }
}
