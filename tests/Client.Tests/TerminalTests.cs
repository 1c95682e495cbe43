namespace AsyncOpt.Client.Tests;

public class TerminalTests
{
    [Theory]
    [InlineData(null, null, 120)]
    [InlineData(null, 97, 97)]
    [InlineData("200", null, 200)]
    [InlineData("200", 97, 200)]
    [InlineData("", 97, 97)]
    [InlineData("wide", null, 120)]
    [InlineData("-5", null, 120)]
    [InlineData("3", null, 40)]
    public void Text_is_as_wide_as_the_user_says_else_as_the_terminal(string? columns, int? terminal, int expected) =>
        Assert.Equal(expected, Terminal.WidthOf(columns, terminal));
}
