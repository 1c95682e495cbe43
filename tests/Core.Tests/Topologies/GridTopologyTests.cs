using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class GridTopologyTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 6)]
    [InlineData(2, 2)]
    [InlineData(4, 4)]
    [InlineData(5, 3)]
    public void Nodes_one_step_apart_are_joined(int rows, int columns)
    {
        var t = Graphs.Build(new GridTopology(new() { Rows = rows, Columns = columns }));
        var set = Graphs.CheckInvariants(t);
        var expected = new HashSet<(int, int)>();
        for (int a = 0; a < rows * columns; a++)
            for (int b = 0; b < rows * columns; b++)
                if (Math.Abs((a / columns) - (b / columns)) + Math.Abs((a % columns) - (b % columns)) == 1)
                    expected.Add((a, b));
        Assert.Equal(expected, set);
        Assert.Equal(rows + columns - 2, Graphs.Diameter(t));
    }

    [Fact]
    public void Sixteen_nodes_make_four_rows_and_a_half_given_size_is_refused()
    {
        Assert.Equal(48, Graphs.Build(new GridTopology(new() { Nodes = 16 })).Edges);
        Assert.Single(Graphs.Violations(new GridTopology.Options { Columns = 3 }));
    }
}
