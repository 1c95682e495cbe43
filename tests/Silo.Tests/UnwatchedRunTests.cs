using AsyncOpt.Client;
using AsyncOpt.Reporting;
using Spectre.Console;

namespace AsyncOpt.Silo.Tests;

/// <summary>What the command line does with runs that it did not follow itself, against a real gateway.</summary>
public sealed class UnwatchedRunTests(GatewayFixture gateway) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;
    readonly StringWriter _out = new();
    readonly StringWriter _error = new();

    string Silo => gateway.Http.BaseAddress!.ToString();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_run_that_nobody_watches_is_cancelled_and_its_folder_brought()
    {
        var id = (await gateway.Submit(Requests.Endless)).Id;
        await gateway.Until(id, s => s.Last is not null);
        var folder = Path.Combine(_folder, "brought");

        Assert.Equal(0, Run("runs", "--silo", Silo));
        Assert.Contains(id, _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, Run("cancel", id, "--silo", Silo));
        Assert.Equal(1, Run("runs", id, "--quiet", "--out", folder, "--silo", Silo));

        Assert.True(RunFolder.IsWhole(folder));
        Assert.Equal(2, Run("cancel", "nobody", "--silo", Silo));
        Assert.Contains("there is no run 'nobody'", _error.ToString(), StringComparison.Ordinal);
    }

    int Run(params string[] args)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_out) });
        console.Profile.Width = Terminal.WidthWithoutTerminal;
        return App.Run(args, Services.Real(), new Terminal(_out, _error, () => console), GatewayFixture.Token);
    }
}
