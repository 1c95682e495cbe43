using AsyncOpt.Core.Runs;

namespace AsyncOpt.Client.Tests;

public sealed class PlotCommandTests : IDisposable
{
    readonly FakeShell _shell = new() { Width = 120 };
    readonly string _file;
    readonly string _runs;

    public PlotCommandTests()
    {
        _runs = Path.Combine(_shell.Folder, "runs");
        _file = _shell.Experiment();
        _shell.Runs = (plan, _) => FakeRecord.Of(plan) with
        {
            Metrics = [new(0, 0, 0, 0, 0, "gap", 4), new(2, 10, 10, 100, 3_000, "gap", 0.1 * plan.Seeds.Run)],
        };
        Assert.Equal(0, _shell.Run("run", _file, "--out", _runs, "--quiet"));
    }

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void A_figure_lies_in_the_folder_of_the_runs_unless_it_is_to_be_elsewhere()
    {
        Assert.Equal(0, _shell.Run("plot", _runs));
        Assert.Contains("gap to the optimum", File.ReadAllText(Path.Combine(_runs, "figure.svg")));

        var (pdf, tex) = (Path.Combine(_shell.Folder, "a.pdf"), Path.Combine(_shell.Folder, "a.tex"));
        Assert.Equal(0, _shell.Run(
            "plot", _runs, "--show", "gap:log", "gap", "--over", "bytes", "--width", "180", "--out", pdf, tex));
        Assert.StartsWith("%PDF", File.ReadAllText(pdf));
        Assert.Contains("bytes sent", File.ReadAllText(tex));
    }

    [Fact]
    public void One_run_is_drawn_alone_without_bands()
    {
        var tex = Path.Combine(_shell.Folder, "one.tex");
        var run = Directory.GetDirectories(_runs).Order().First();

        Assert.Equal(0, _shell.Run("plot", Path.Combine(run, "seed-0"), "--show", "gap", "--out", tex));

        Assert.DoesNotContain("fill opacity", File.ReadAllText(tex));
        Assert.Contains("\\addplot", File.ReadAllText(tex));
    }

    [Fact]
    public void What_cannot_be_drawn_is_said_in_a_sentence_each()
    {
        Assert.Equal(2, _shell.Run("plot", _runs, "--out", "a.jpg", "b"));
        Assert.Contains("--out a.jpg: ", _shell.Error);
        Assert.Contains("--out b: ", _shell.Error);

        Assert.Equal(2, _shell.Run("plot", _runs, "--show", "gab"));
        Assert.Contains("no metric 'gab'", _shell.Error);
        Assert.Contains("gap", _shell.Error);

        Assert.Equal(2, _shell.Run("plot", _runs, "--arms", "asinc"));
        Assert.Contains("--arms asinc", _shell.Error);

        Assert.Equal(2, _shell.Run("plot", Path.Combine(_shell.Folder, "nowhere")));
        Assert.Contains("no such folder", _shell.Error);

        Assert.Equal(2, _shell.Run("plot", _runs, "--over", "tim"));
        Assert.Contains("--over expects one of time, updates", _shell.Error);

        Assert.Equal(2, _shell.Run("plot", _file));
        Assert.Contains("expected a folder of runs", _shell.Error);
    }

    [Fact]
    public void The_table_of_sizes_is_drawn_from_its_file()
    {
        var table = Path.Combine(_shell.Folder, "scale.csv");
        File.WriteAllText(table, "# build: abc\nworkload,agents,events_per_second,events_per_second_min,"
            + "events_per_second_max,engine_bytes\nphold,100,1e6,9e5,2e6,1000000\nphold,1000000,2e6,1e6,3e6,100000000\n");

        Assert.Equal(0, _shell.Run("plot", table));

        var svg = File.ReadAllText(Path.Combine(_shell.Folder, "scale.svg"));
        Assert.Contains("build: abc", svg);
        Assert.Contains("memory of the engine", svg);
    }
}
