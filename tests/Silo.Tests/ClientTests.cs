using AsyncOpt.Client;
using AsyncOpt.Reporting;
using Spectre.Console;

namespace AsyncOpt.Silo.Tests;

/// <summary>The command line against a real gateway.</summary>
public sealed class ClientTests(GatewayFixture gateway) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;
    readonly StringWriter _out = new();
    readonly StringWriter _error = new();

    string Silo => gateway.Http.BaseAddress!.ToString();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_on_a_silo_leaves_what_an_embedded_run_leaves()
    {
        var file = Path.Combine(_folder, "small.yaml");
        File.WriteAllText(file, Requests.Specification + "\nseeds: 2\n");
        var (here, there) = (Path.Combine(_folder, "here"), Path.Combine(_folder, "there"));

        Assert.Equal(0, Run("run", file, "--quiet", "--out", here));
        Assert.Equal(0, Run("run", file, "--quiet", "--out", there, "--silo", Silo));

        Assert.Equal("", _error.ToString());
        foreach (var name in (string[])["summary.csv", "bands.csv"])
            Assert.Equal(File.ReadAllText(Path.Combine(here, name)), File.ReadAllText(Path.Combine(there, name)));
        foreach (var k in (int[])[0, 1])
        {
            var runs = (string[])[RunFolder.PathOf(here, "async-sgd", k), RunFolder.PathOf(there, "async-sgd", k)];
            Assert.Equal(StoredRun.Read(runs[0]).Record.Hash, StoredRun.Read(runs[1]).Record.Hash);
            Assert.Equal(Directory.GetFiles(runs[0]).Length, Directory.GetFiles(runs[1]).Length);
        }
        Assert.Equal(0, Run("compare", here, there, "--target", "0"));
    }

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
        return App.Run(args, Services.Real(), new Terminal(console, _error), GatewayFixture.Token);
    }
}
