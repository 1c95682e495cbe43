using AsyncOpt.Core.Runs;

namespace AsyncOpt.Client.Tests;

public sealed class CommandLineTests : IDisposable
{
    readonly FakeShell _shell = new();
    readonly string _file;

    public CommandLineTests()
    {
        _file = _shell.Experiment();
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
        Assert.Contains("'nowhere.yaml': no such file", _shell.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_builds_every_arm_and_runs_none()
    {
        _shell.Runs = (_, _) => throw new InvalidOperationException("nothing may run");

        Assert.Equal(0, _shell.Run("validate", _file));

        Assert.Contains("minibatch: minibatch-sgd on quadratic, 2 workers", _shell.Out, StringComparison.Ordinal);
        Assert.Contains("small is valid: 2 arms, 2 seeds", _shell.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "validate")]
    [InlineData(false, "version")]
    [InlineData(false, "--version")]
    [InlineData(true, "list")]
    public void The_terminal_is_asked_what_it_can_do_where_something_is_drawn(bool draws, string command)
    {
        Assert.Equal(0, command == "validate" ? _shell.Run(command, _file) : _shell.Run(command));
        Assert.Equal(draws, _shell.HasDrawn);
    }

    [Fact]
    public void Every_command_is_found_by_its_name()
    {
        var session = new Session(Services.Real(), Terminal.OfProcess(), CancellationToken.None);
        Assert.All(App.Commands, command => Assert.Equal(command.Name, command.Create(session).Name));
    }

    [Fact]
    public void Validate_checks_the_grid_of_a_sweep_too()
    {
        Assert.Equal(0, _shell.Run("validate", _file));
        Assert.Contains("2 seeds, a sweep of 6 points", _shell.Out, StringComparison.Ordinal);

        File.WriteAllText(_file, File.ReadAllText(_file).Replace("method.step:", "method.stp:"));
        Assert.Equal(2, _shell.Run("validate", _file));
        Assert.Contains("'stp'", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_problem_of_a_file_is_told_at_once_each_on_a_line_of_its_own()
    {
        var text = File.ReadAllText(_file);
        File.WriteAllText(_file, text.Replace("step: 0.1 }", "stepp: 0.1 }").Replace("10ms", "soon"));

        Assert.Equal(2, _shell.Run("validate", _file));

        var lines = _shell.Error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, l => l.Contains("small.yaml:4", StringComparison.Ordinal) && l.Contains("'step'"));
        Assert.Contains(lines, l => l.Contains("small.yaml:5", StringComparison.Ordinal) && l.Contains("soon"));
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

    [Theory]
    [InlineData("stop")]
    [InlineData("stop.time")]
    [InlineData("workers")]
    public void Describe_of_a_key_says_where_keys_are_explained(string key)
    {
        Assert.Equal(2, _shell.Run("describe", key));
        Assert.Contains($"describe: '{key}' is a key of experiment files, and no entry of the catalogue; "
            + "docs/experiment-file.md explains the keys", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_of_an_unknown_name_names_the_nearest()
    {
        Assert.Equal(2, _shell.Run("describe", "rimg"));
        Assert.Contains("nothing is named 'rimg'; did you mean 'ring'?", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_leads_from_a_name_of_the_field_to_the_method_and_its_options()
    {
        Assert.Equal(0, _shell.Run("describe", "fedbuff"));

        Assert.StartsWith("fedbuff is async-local-sgd with server: buffer, staleness: polynomial", _shell.Out,
            StringComparison.Ordinal);
        Assert.Contains("in a file: { name: fedbuff, rate: ..., outer-rate: ... }", _shell.Out, StringComparison.Ordinal);
        Assert.Contains("async-local-sgd (methods)", _shell.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gossip", "near to it is ad-psgd: asynchronous, in pairs")]
    [InlineData("gossip", "near to it is d-sgd: in iterations, with all neighbours")]
    [InlineData("parameter-server", "near to it is async-sgd")]
    [InlineData("fedprox", "near to it is local-sgd: without its proximal term")]
    [InlineData("c-sgd", "minibatch-sgd (methods)")]
    [InlineData("srrw", "sa-srrw (methods)")]
    public void Describe_leads_to_what_is_near_to_a_name_of_the_field(string name, string expected)
    {
        Assert.Equal(0, _shell.Run("describe", name));
        Assert.Contains(expected, _shell.Out, StringComparison.Ordinal);
    }
}
