using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Tests.Problems.Data;

public class BinarySourceTests
{
    [Fact]
    public void Named_labels_become_one_and_all_others_zero()
    {
        var file = ProblemCases.WriteFile("1,0\n2,3\n3,7\n4,3\n");
        var source = new BinarySource(new() { Of = new CsvSource(new() { File = file }), Positive = ["3", "0"] });

        var raw = source.Open(new(path => path, 1, 1));

        Assert.Equal([1, 1, 0, 1], raw.Table.Labels);
        Assert.Equal(4, raw.Table.Rows);
    }

    [Fact]
    public void A_label_that_is_not_there_is_refused()
    {
        var file = ProblemCases.WriteFile("1,0\n2,3\n3,7\n4,3\n");
        var source = new BinarySource(new() { Of = new CsvSource(new() { File = file }), Positive = ["4"] });

        var error = Assert.Throws<InputException>(() => source.Open(new(path => path, 1, 1)));

        Assert.Contains("has no label '4'; its labels are 0, 3, 7", error.Message, StringComparison.Ordinal);
    }
}
