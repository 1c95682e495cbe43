using System.Text.RegularExpressions;

namespace AsyncOpt.Client.Tests;

/// <summary>The command line's own words.</summary>
public sealed partial class ParseSentencesTests : IDisposable
{
    readonly FakeShell _shell = new();

    public void Dispose() => _shell.Dispose();

    [GeneratedRegex(@"System\.|Nullable|argument missing|Unrecognized|was not matched|expected type|Exception")]
    private static partial Regex ForeignWords();

    [Theory]
    [InlineData("a command is missing; expected one of new, run, ", "")]
    [InlineData("FILE is missing: An experiment file", "run")]
    [InlineData("B is missing: Another run folder, or an experiment's folder with the same arms and seeds.", "compare a")]
    [InlineData("NAME is missing: ", "describe")]
    [InlineData("unknown command 'rnu'; did you mean 'run'? (expected one of new, run, ", "rnu x.yaml")]
    [InlineData("unknown command 'got'; did you mean 'get'? (expected one of ", "data got")]
    [InlineData("a command is missing; expected one of ", "data")]
    [InlineData("unknown option '--sed'; did you mean '--seed'?\n'asyncopt run --help' shows how", "run x.yaml --sed 3")]
    [InlineData("unknown option '--zzzzzz'\n'asyncopt run --help' shows how", "run x.yaml --zzzzzz")]
    [InlineData("unknown option '--sed'; did you mean '--seed'?\n'asyncopt run --help' shows how", "run --sed 3 x.yaml")]
    [InlineData("'y.yaml' is one value too many: run takes FILE", "run x.yaml y.yaml")]
    [InlineData("'now' is one value too many: version takes none", "version now")]
    [InlineData("--seeds expects a whole number of at least 1; got 'abc'", "run x.yaml --seeds abc")]
    [InlineData("--seeds expects a whole number of at least 1; got '0'", "run x.yaml --seeds 0")]
    [InlineData("--seeds expects a whole number of at least 1; got '1.5'", "run x.yaml --seeds 1.5")]
    [InlineData("--jobs expects a whole number of at least 1; got '99999999999'", "run x.yaml --jobs 99999999999")]
    [InlineData("--seed expects a whole number of at least 0; got '-1'", "run x.yaml --seed -1")]
    [InlineData("--seeds needs a value: N", "run x.yaml --seeds")]
    [InlineData("--silo needs a value: URL", "run x.yaml --silo")]
    [InlineData("--seeds is given more than once", "run x.yaml --seeds 1 --seeds 2")]
    [InlineData("--device expects one of cpu, auto, cuda, opencl; got 'gpu'", "run x.yaml --device gpu")]
    [InlineData("--mode expects one of virtual, live; got 'fast'", "run x.yaml --silo http://a --mode fast")]
    [InlineData("--target expects a distance between 0 and 1; got '0,5'; decimals are written with a point",
        "compare a b --target 0,5")]
    [InlineData("--target expects a distance between 0 and 1; got '2'", "compare a b --target 2")]
    [InlineData("--time-factor expects a number of at least 0; got '-1'",
        "run x.yaml --silo http://a --mode live --time-factor -1")]
    [InlineData("--time-factor expects a number of at least 0; got 'x'",
        "run x.yaml --silo http://a --mode live --time-factor x")]
    [InlineData("--set expects key=value, for instance method.step=0.1; got 'a'", "run x.yaml --set a")]
    [InlineData("--set gives method.step 2 times; leave one of them", "run x.yaml --set method.step=1 --set method.step=2")]
    [InlineData("experiment file '@x': no such file", "run @x")]
    [InlineData("--repetitions expects a whole number of at least 1; got 'x'", "bench --repetitions x")]
    public void A_wrong_command_line_is_said_in_plain_words(string expected, string line)
    {
        Assert.Equal(2, _shell.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

        Assert.StartsWith(expected, _shell.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotMatch(ForeignWords(), _shell.Error);
    }

    // As a variable of the shell that is not set gives them.
    [Theory]
    [InlineData("FILE is empty: An experiment file", "run", "")]
    [InlineData("A is empty: ", "compare", "", "b")]
    [InlineData("LOG is empty: ", "replay", "")]
    [InlineData("--out has an empty value; expected DIR\n'asyncopt run --help'", "run", "x.yaml", "--out", "")]
    [InlineData("--data has an empty value; expected DIR", "data", "check", "--data", "")]
    [InlineData("--plugin has an empty value; expected DLL", "list", "--plugin", "")]
    [InlineData("--out has an empty value; expected FILE", "new", "d-sgd", "--out", "")]
    [InlineData("--out has an empty value; expected FILE\n'asyncopt bench", "bench", "--out", "")]
    [InlineData("--seeds has an empty value; expected N\n'asyncopt run", "run", "x.yaml", "--seeds", "")]
    public void An_empty_value_is_none(string expected, params string[] line)
    {
        Assert.Equal(2, _shell.Run(line));

        Assert.StartsWith(expected, _shell.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_is_said_at_once()
    {
        Assert.Equal(2, _shell.Run("run", "--seeds", "no", "--threads", "0", "--qiet"));

        Assert.Equal(
            """
            unknown option '--qiet'; did you mean '--quiet'?
            --seeds expects a whole number of at least 1; got 'no'
            --threads expects a whole number of at least 1; got '0'
            'asyncopt run --help' shows how

            """.ReplaceLineEndings(), _shell.Error);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("run", "--help")]
    [InlineData("data", "get", "--help")]
    public void Help_is_no_mistake(params string[] args) => Assert.Equal(0, _shell.Run(args));
}
