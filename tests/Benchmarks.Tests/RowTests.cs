using AsyncOpt.Benchmarks.Rows;

namespace AsyncOpt.Benchmarks.Tests;

public class RowTests
{
    [Fact]
    public void No_two_things_that_are_measured_have_the_same_name()
    {
        var names = Row.All.SelectMany(r => r.Comparisons().SelectMany(c => c.References.Select(x => $"{c.What} | {x.Name}"))
            .Concat(r.Amounts().Select(a => a.What))).ToList();

        Assert.NotEmpty(names);
        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public void The_short_selection_has_a_part_of_every_row()
    {
        foreach (var row in Row.All)
            Assert.True(row.Comparisons().Any(c => c.IsShort) || row.Amounts().Any(a => a.IsShort), row.Name);
    }
}
