using AsyncOpt.Core.Runs;

namespace AsyncOpt.Client.Tests;

public sealed class CommandLineTests : IDisposable
{
    readonly FakeShell _shell = new();
    readonly string _file;

    public CommandLineTests()
    {
        _file = Path.Combine(_shell.Folder, "small.yaml");
        File.WriteAllText(_file, "name: small\n");
    }

    public void Dispose() => _shell.Dispose();

    [Theory]
    [InlineData("run")]
    [InlineData("run", "x.yaml", "--seeds", "0")]
    [InlineData("run", "x.yaml", "--seeds", "many")]
    [InlineData("run", "x.yaml", "--threads", "-1")]
    [InlineData("run", "x.yaml", "--set", "method.step")]
    [InlineData("run", "x.yaml", "--unknown")]
    [InlineData("rnu", "x.yaml")]
    [InlineData("data", "get")]
    public void A_wrong_command_line_is_told_on_the_error_stream_and_ends_with_2(params string[] args)
    {
        Assert.Equal(2, _shell.Run(args));
        Assert.NotEqual("", _shell.Error);
        Assert.DoesNotContain("   at ", _shell.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("validate")]
    [InlineData("verify")]
    public void A_wrong_input_is_told_without_a_stack_trace_and_ends_with_2(string command)
    {
        Assert.Equal(2, _shell.Run(command, "nowhere.yaml"));
        Assert.Equal("nowhere.yaml: no such file" + Environment.NewLine, _shell.Error);
    }

    [Fact]
    public void Validate_builds_every_arm_and_runs_none()
    {
        _shell.Runs = (_, _) => throw new InvalidOperationException("nothing may run");

        Assert.Equal(0, _shell.Run("validate", _file));

        Assert.Contains("minibatch: 2 workers, 1 parameters, rows 7", _shell.Out, StringComparison.Ordinal);
        Assert.Contains("small is valid: 2 arms x 2 seeds", _shell.Out, StringComparison.Ordinal);
        Assert.Contains("warning: async: the step is beyond 2 / L", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_names_the_numerics_class()
    {
        Assert.Equal(0, _shell.Run("version"));
        Assert.StartsWith("asyncopt 0.", _shell.Out, StringComparison.Ordinal);
        Assert.Contains(NumericsClass.Here(Precision.Float64).ToString(), _shell.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void List_shows_names_by_kind()
    {
        Assert.Equal(0, _shell.Run("list", "topologies"));
        Assert.StartsWith("topologies", _shell.Out, StringComparison.Ordinal);
        Assert.Matches(@"\n +ring +\S", _shell.Out);
    }

    [Fact]
    public void An_unknown_kind_names_the_nearest()
    {
        Assert.Equal(2, _shell.Run("list", "topologie"));
        Assert.Contains("did you mean 'topologies'?", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_shows_options_with_what_they_expect()
    {
        Assert.Equal(0, _shell.Run("describe", "topologies/ring"));
        Assert.StartsWith("ring (topologies)", _shell.Out, StringComparison.Ordinal);
        Assert.Matches(@"nodes +a whole number.* +required", _shell.Out);
    }

    [Fact]
    public void Describe_of_an_unknown_name_names_the_nearest()
    {
        Assert.Equal(2, _shell.Run("describe", "rimg"));
        Assert.Contains("nothing is named 'rimg'; did you mean 'ring'?", _shell.Error, StringComparison.Ordinal);
    }
}
