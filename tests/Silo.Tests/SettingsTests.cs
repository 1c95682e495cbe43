using AsyncOpt.Client;
using AsyncOpt.Core;

namespace AsyncOpt.Silo.Tests;

public class SettingsTests
{
    [Fact]
    public void Every_setting_has_a_switch_a_variable_a_key_and_a_meaning()
    {
        var setting = Settings.All.Single(s => s.Option.Name == "runs-at-a-time");

        Assert.Equal(
            ("--runs-at-a-time", "ASYNCOPT_RUNS_AT_A_TIME", "AsyncOpt:RunsAtATime"),
            (setting.Switch, setting.Variable, setting.Key));
        Assert.All(Settings.All, s => Assert.NotEmpty(s.Option.Summary));
        Assert.Equal(Settings.All.Select(s => s.Key).Distinct(), Settings.All.Select(s => s.Key));
    }

    [Fact]
    public void The_environment_sets_what_it_names_and_lists_are_split()
    {
        var variables = new Dictionary<string, string>
        {
            ["ASYNCOPT_API_KEY"] = "0123456789abcdef",
            ["ASYNCOPT_PLUGINS"] = $"a.dll{Path.PathSeparator}b.dll",
        };

        var entries = Settings.OfEnvironment(variables.GetValueOrDefault).Select(e => (e.Key, e.Value));

        Assert.Equal(
            [("AsyncOpt:ApiKey", "0123456789abcdef"), ("AsyncOpt:Plugins:0", "a.dll"), ("AsyncOpt:Plugins:1", "b.dll")], entries);
    }

    [Fact]
    public void A_variable_of_another_kind_is_said()
    {
        var e = Assert.Throws<InputException>(
            () => Settings.OfEnvironment(v => v == "ASYNCOPT_SILO_PORT" ? "many" : null).ToList());

        Assert.Equal("ASYNCOPT_SILO_PORT: expected a whole number from 1 to 65535, got 'many'", e.Message);
    }

    [Theory]
    [InlineData("--silo-port", "many")]
    [InlineData("--sillo-port", "1")]
    [InlineData("--clustering", "Cloud")]
    public void A_command_line_that_is_wrong_is_refused(params string[] args)
    {
        var (code, said) = Silo(args);

        Assert.Equal(2, code);
        Assert.EndsWith("'asyncopt silo --help' shows how", said.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Words_are_written_with_hyphens()
    {
        var setting = Settings.All.Single(s => s.Option.Name == "clustering");

        Assert.Null(setting.Wrong("postgre-sql"));
        Assert.Equal("PostgreSql", Assert.Single(setting.Entries(["postgre-sql"])).Value, ignoreCase: true);
        Assert.Equal("PostgreSql", Assert.Single(setting.Entries(["postgresql"])).Value);
    }

    [Fact]
    public void Help_names_every_setting()
    {
        var (code, said) = Silo("--help");

        Assert.Equal(0, code);
        Assert.All(Settings.All, s => Assert.Contains(s.Switch, said, StringComparison.Ordinal));
    }

    static (int Code, string Said) Silo(params string[] args)
    {
        var said = new StringWriter();
        var terminal = new Terminal(said, said, () => throw new InvalidOperationException("nothing is drawn"));
        return (App.Run(["silo", .. args], Services.Real(), terminal), said.ToString());
    }

    [Fact]
    public void The_page_of_the_silo_has_every_setting()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "silo.md"));

        Assert.All(Settings.All, s => Assert.Contains($"| `{s.Switch}` |", page));
    }

    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "AsyncOpt.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
