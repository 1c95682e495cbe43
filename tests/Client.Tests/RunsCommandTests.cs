using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Client.Tests;

public sealed class RunsCommandTests : IDisposable
{
    const string Silo = "http://silo.test:8080";

    readonly FakeShell _shell = new() { Width = 120 };
    readonly FakeGateway _gateway = new();

    public RunsCommandTests() => _shell.Gateway = _gateway.Client;

    public void Dispose()
    {
        _shell.Dispose();
        _gateway.Dispose();
    }

    [Fact]
    public void All_runs_are_listed_newest_first()
    {
        Assert.Equal(0, _shell.Run("runs", "--silo", Silo));
        Assert.Contains("there are no runs", _shell.Out, StringComparison.Ordinal);
        Submit();

        Assert.Equal(0, _shell.Run("runs", "--silo", Silo));

        var rows = _shell.Out.Split(Environment.NewLine).Where(l => l.Contains("run-", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, rows.Count);
        Assert.StartsWith(" run-2  small       minibatch", rows[0], StringComparison.Ordinal);
        Assert.Contains("virtual  budget spent  100 %", rows[0], StringComparison.Ordinal);
    }

    [Fact]
    public void One_run_is_a_sentence()
    {
        Submit();

        Assert.Equal(0, _shell.Run("runs", "run-1", "--silo", Silo));
        Assert.Contains("run run-1 (small, async, seed-0, virtual): budget spent", _shell.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_of_a_run_comes_also_when_nobody_watched_its_end()
    {
        Submit();
        var folder = Path.Combine(_shell.Folder, "brought");

        Assert.Equal(0, _shell.Run("runs", "run-2", "--silo", Silo, "--out", folder));

        Assert.Equal("minibatch", StoredRun.Read(folder).Arm);
        Assert.Contains($"1 run folder: {folder}", _shell.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_goes_on_is_followed_to_its_end_first()
    {
        Begin();
        var folder = Path.Combine(_shell.Folder, "brought");

        Assert.Equal(0, _shell.Run("runs", "run-1", "--silo", Silo, "--out", folder));

        Assert.True(RunFolder.IsWhole(folder));
        Assert.Contains("GET /runs/run-1/progress", _gateway.Requests);
    }

    [Fact]
    public void A_run_is_cancelled_by_its_name()
    {
        Begin();

        Assert.Equal(0, _shell.Run("cancel", "run-1", "--silo", Silo));
        Assert.Contains("run run-1 (small, async, seed-0, virtual): cancelled", _shell.Out, StringComparison.Ordinal);
        Assert.Equal(1, _shell.Run("runs", "run-1", "--silo", Silo, "--out", Path.Combine(_shell.Folder, "brought")));
    }

    [Fact]
    public void A_run_that_takes_its_time_to_end_can_be_looked_at_where_it_is()
    {
        Begin();
        _gateway.Answers.Enqueue(new(System.Net.HttpStatusCode.Accepted)
        {
            Content = new StringContent(GatewayJson.Write(RunStatus.Queued(
                "run-1", new RunRequest { Name = "small", Arm = "async", Specification = "" }, DateTimeOffset.UnixEpoch))),
        });

        Assert.Equal(0, _shell.Run("cancel", "run-1", "--silo", Silo));

        Assert.EndsWith(
            $"run run-1 was asked to end; 'asyncopt runs run-1 --silo {Silo}' says when it has{Environment.NewLine}",
            _shell.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("runs", "run-9")]
    [InlineData("cancel", "run-9")]
    public void An_unknown_run_is_told_and_ends_with_2(params string[] args)
    {
        Assert.Equal(2, _shell.Run([.. args, "--silo", Silo]));
        Assert.Contains(
            $"{Silo} refuses: there is no run run-9; 'asyncopt runs --silo {Silo}' lists those there are", _shell.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_needs_a_run()
    {
        Assert.Equal(2, _shell.Run("runs", "--out", "x", "--silo", Silo));
        Assert.Contains("--out needs the run", _shell.Error, StringComparison.Ordinal);
    }

    // Two runs that have ended.
    void Submit() => Assert.Equal(0, _shell.Run(
        "run", _shell.Experiment(), "--seeds", "1", "--jobs", "1", "--quiet", "--silo", Silo, "--out",
        Path.Combine(_shell.Folder, "out")));

    // One run that has not: the connection is lost before its end.
    void Begin()
    {
        for (var k = 0; k < 4; k++)
            _gateway.Breaks.Enqueue(0);
        Assert.Equal(1, _shell.Run(
            "run", _shell.Experiment(), "--seeds", "1", "--jobs", "1", "--quiet", "--silo", Silo, "--out",
            Path.Combine(_shell.Folder, "out")));
    }
}
