using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class CompleteTopologyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void Every_pair_is_joined(int n)
    {
        var t = Graphs.Build(new CompleteTopology(new() { Nodes = n }));
        Assert.Equal(n * (n - 1), Graphs.CheckInvariants(t).Count);
        Assert.True(t.IsComplete);
    }

    [Fact]
    public void Computed_neighbours_agree_with_held_ones()
    {
        const int N = 2050; // above the limit
        var t = Graphs.Build(new CompleteTopology(new() { Nodes = N }));
        Assert.False(t.HasRows);
        Assert.True(t.IsComplete && t.IsSymmetric && t.IsRegular);
        Assert.Equal((long)N * (N - 1), t.Edges);
        foreach (int i in new[] { 0, 1, 1024, N - 1 })
        {
            Assert.Equal(N - 1, t.OutDegree(i));
            for (int k = 0; k < N - 1; k++)
            {
                int other = t.OutNeighbour(i, k);
                Assert.Equal(k < i ? k : k + 1, other);
                Assert.Equal(other, t.InNeighbour(i, k));
                Assert.Equal(t.OutStart(i) + k, t.EdgeId(i, other));
                Assert.Equal(t.EdgeId(other, i), t.InEdgeId(i, k));
            }
            Assert.Equal(-1, t.EdgeId(i, i));
        }
    }

    [Fact]
    public void A_million_nodes_hold_no_edges_and_number_them_beyond_32_bits()
    {
        var t = Graphs.Build(new CompleteTopology(new() { Nodes = 1_000_000 }));
        Assert.Equal(999_999_000_000, t.Edges);
        Assert.Equal(t.Edges - 1, t.EdgeId(999_999, 999_998));
        Assert.Equal(1, Connectivity.Components(t).Count);
        Assert.Throws<InvalidOperationException>(() => t.OutNeighbours(0).Length);
    }
}
