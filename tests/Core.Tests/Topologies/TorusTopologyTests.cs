using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class TorusTopologyTests
{
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(1, 7, 7)]
    [InlineData(2, 2, 4)]
    [InlineData(2, 5, 15)]
    [InlineData(3, 4, 24)]
    [InlineData(6, 1, 6)]
    public void Nodes_one_step_apart_in_one_direction_are_joined(int rows, int columns, int undirected)
    {
        var t = Graphs.Build(new TorusTopology(new() { Rows = rows, Columns = columns }));
        var set = Graphs.CheckInvariants(t);
        var expected = new HashSet<(int, int)>();
        for (int a = 0; a < rows * columns; a++)
        {
            for (int b = 0; b < rows * columns; b++)
            {
                int down = Gap(a / columns, b / columns, rows), right = Gap(a % columns, b % columns, columns);
                if (down + right == 1)
                    expected.Add((a, b));
            }
        }
        Assert.Equal(expected, set);
        Assert.Equal(2 * undirected, t.Edges);
        Assert.True(t.IsRegular);

        static int Gap(int a, int b, int length) => Math.Min(Math.Abs(a - b), length - Math.Abs(a - b));
    }

    [Theory]
    [InlineData(16, 4)]
    [InlineData(12, 3)]
    [InlineData(13, 1)]
    [InlineData(1, 1)]
    public void Sides_are_as_equal_as_divisors_allow(int nodes, int rows)
    {
        var t = Graphs.Build(new TorusTopology(new() { Nodes = nodes }));
        Assert.Equal([rows, nodes / rows], Assert.IsType<CycleProductShape>(t.Shape).Lengths);
        Assert.Equal(nodes, t.Nodes);
    }

    [Fact]
    public void Sizes_that_do_not_fit_together_are_refused()
    {
        Assert.Empty(Graphs.Violations(new TorusTopology.Options { Nodes = 6, Rows = 2, Columns = 3 }));
        Assert.Single(Graphs.Violations(new TorusTopology.Options()));
        Assert.Single(Graphs.Violations(new TorusTopology.Options { Rows = 3 }));
        Assert.Single(Graphs.Violations(new TorusTopology.Options { Nodes = 6, Rows = 3 }));
        Assert.Contains("7", Graphs.Violations(new TorusTopology.Options { Nodes = 7, Rows = 2, Columns = 3 })[0]);
        Assert.Single(Graphs.Violations(new TorusTopology.Options { Rows = 100_000, Columns = 100_000 }));
    }
}
