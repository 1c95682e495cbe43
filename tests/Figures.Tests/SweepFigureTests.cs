using AsyncOpt.Core;

namespace AsyncOpt.Figures.Tests;

public sealed class SweepFigureTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    void Write(string table) => File.WriteAllText(Path.Combine(_folder, "sweep.csv"), table);

    [Fact]
    public void Each_arm_and_condition_has_a_line_over_the_last_key_with_its_best_filled()
    {
        Write("""
            arm,links.delay,method.step,seed,value,best,outcome
            a,0.1,0.01,0,4,no,budget spent
            a,0.1,0.01,1,6,no,budget spent
            a,0.1,0.1,0,1,yes,budget spent
            a,0.1,0.1,1,2,yes,budget spent
            a,0.5,0.01,0,7,no,budget spent
            a,0.5,0.1,0,NaN,no,diverged

            """);

        var figure = SweepFigure.Read(_folder);
        var panel = figure.Panels.Single();

        Assert.Equal(["a, links.delay=0.1", "a, links.delay=0.5"], figure.Legend.Select(l => l.Text));
        Assert.Equal([new(0.01, 5), new(0.1, 1.5)], panel.Marks.OfType<Line>().First(l => l.Arm == 0).Points);
        Assert.Equal([new(0.01, 7)], panel.Marks.OfType<Line>().First(l => l.Arm == 1).Points);
        Assert.Equal(new(0.1, 1.5), panel.Marks.OfType<Symbol>().Single(s => s.Kind == SymbolKind.Best).At);
        Assert.Equal("1 of 6 runs failed", panel.Remark);
        Assert.True(panel.X is { IsLog: true, Low: < 0.01, High: > 0.1 });
    }

    [Theory]
    [InlineData("arm,seed,value,best,outcome\na,0,1,no,diverged\n", "no key")]
    [InlineData("arm,k,seed,value,best,outcome\na,ring,0,1,no,diverged\n", "'k' must be a number")]
    [InlineData("arm,k,seed,value,best,outcome\na,1,0,NaN,no,diverged\n", "every point failed")]
    [InlineData("arm,k,value\na,1,2\n", "expected the table of a sweep")]
    [InlineData("", "expected the table of a sweep")]
    public void A_table_that_cannot_be_drawn_is_refused_with_the_reason(string table, string reason)
    {
        Write(table);

        Assert.Contains(reason, Assert.Throws<InputException>(() => SweepFigure.Read(_folder)).Message);
    }
}
