using AsyncOpt.Benchmarks.Commands;

namespace AsyncOpt.Benchmarks.Tests;

/// <summary>A wrong command line is refused in plain words, with the nearest name and all names.</summary>
public class CommandLineTests
{
    [Theory]
    [InlineData("zzz", "unknown row 'zzz'; expected one of phold, queue, ")]
    [InlineData("rign", "unknown row 'rign'; did you mean 'ring'? (expected one of phold, queue, ")]
    [InlineData("scale phol", "unknown workload 'phol'; did you mean 'phold'? (expected one of phold, d-sgd, gossip, async-sgd)")]
    [InlineData("probe phol 3", "unknown workload 'phol'; did you mean 'phold'? (expected one of phold, phold-10, ")]
    [InlineData("-n x", "--repetitions expects a whole number of at least 1; got 'x'")]
    [InlineData("scale -n 0", "--repetitions expects a whole number of at least 1; got '0'")]
    [InlineData("compare a", "COMMITTED is missing: The report to hold it to.")]
    [InlineData("--shrot", "unknown option '--shrot'; did you mean '--short'?")]
    public void It_is_said_in_plain_words(string line, string expected) =>
        Assert.StartsWith(expected, Wrong(line)[0], StringComparison.Ordinal);

    [Fact]
    public void All_that_is_wrong_is_said_at_once() =>
        Assert.Equal(4, Wrong("zzz yyy --repetitions 0").Count);

    [Theory]
    [InlineData("phold ring --short -n 7")]
    [InlineData("scale d-sgd -n 2")]
    [InlineData("compare a b")]
    public void A_good_one_is_accepted(string line) => Assert.Empty(Wrong(line));

    [Theory]
    [InlineData("zzz", false, "nothing to measure: no measurement of these rows contains 'zzz', which --only asks for")]
    [InlineData(null, true, "nothing to measure: these rows are not in the short selection; leave --short out, "
        + "or say 'asyncopt bench --all'")]
    public void An_empty_selection_says_why_it_is_empty(string? only, bool isShort, string expected) =>
        Assert.Equal(expected, MeasureCommand.Nothing(new(["phold"], isShort, only)));

    static IReadOnlyList<string> Wrong(string line) =>
        CommandLine.Wrong(CommandLine.Create().Parse(line, CommandLine.Parsing));
}
