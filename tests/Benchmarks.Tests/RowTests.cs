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
}
