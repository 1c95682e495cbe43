using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class UniformMixingTests
{
    static MixingMatrix Build(TopologyGenerator generator) => new UniformMixing().Build(Graphs.Build(generator));

    [Fact]
    public void Regular_graphs_and_circulants_are_doubly_stochastic()
    {
        Assert.True(Build(new RingTopology(new() { Nodes = 5 })).IsDoublyStochastic);
        Assert.True(Build(new RandomRegularTopology(new() { Nodes = 10, Degree = 3 })).IsDoublyStochastic);
        var w = Build(new ExponentialTopology(new() { Nodes = 16 }));
        MixingMatrixTests.CheckInvariants(w);
        Assert.Equal((0.2, 0.2), w.Constant);
    }

    [Fact]
    public void Other_graphs_are_row_stochastic_and_say_so()
    {
        var w = Build(new StarTopology(new() { Nodes = 5 }));
        var dense = MixingMatrixTests.CheckInvariants(w);
        Assert.False(w.IsDoublyStochastic);
        Assert.Equal((0.2, 0.5, 0.5), (dense[0, 3], dense[3, 0], dense[3, 3]));
    }

    [Fact]
    public void The_sender_in_a_directed_graph_has_the_weight_in_the_row_of_the_receiver()
    {
        var w = new UniformMixing().Build(Graphs.OfArcs(3, false, (0, 1), (2, 1))).ToDense();
        Assert.Equal(1.0 / 3, w[1, 0]);
        Assert.Equal(0, w[0, 1]);
        Assert.Equal(1, w[0, 0]);
    }

    [Fact]
    public void One_in_degree_for_all_is_not_enough_where_out_degrees_differ()
    {
        var w = new UniformMixing().Build(Graphs.OfArcs(3, false, (0, 1), (0, 2), (1, 0)));
        Assert.Equal((0.5, 0.5), w.Constant);
        Assert.False(w.IsDoublyStochastic);
        MixingMatrixTests.CheckInvariants(w);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(32)]
    public void The_product_of_one_peer_matrices_over_a_period_averages_exactly(int n)
    {
        var product = OnePeerProduct(n);
        Assert.All(product.Cast<double>(), v => Assert.Equal(1.0 / n, v)); // sums of powers of two: no rounding
    }

    [Fact]
    public void Six_nodes_are_no_power_of_two_and_stay_a_twelfth_off()
    {
        var product = OnePeerProduct(6);
        Assert.Equal(0.25 - (1.0 / 6), product.Cast<double>().Max(v => Math.Abs(v - (1.0 / 6))), 1e-15); // 0.083
    }

    static double[,] OnePeerProduct(int n)
    {
        var schedule = new UniformMixing().Schedule(Graphs.Build(new OnePeerExponentialTopology(new() { Nodes = n })));
        Assert.True(schedule.IsDoublyStochastic);
        var product = new double[n, n];
        for (int column = 0; column < n; column++)
        {
            double[] x = new double[n], y = new double[n];
            x[column] = 1;
            for (int iteration = 0; iteration < schedule.Period; iteration++)
            {
                Assert.Equal((0.5, 0.5), schedule.At(iteration).Constant);
                schedule.At(iteration).Multiply(x, y);
                (x, y) = (y, x);
            }
            for (int i = 0; i < n; i++)
                product[i, column] = x[i];
        }
        return product;
    }

    [Fact]
    public void A_static_topology_has_a_schedule_of_one_matrix()
    {
        var schedule = new UniformMixing().Schedule(Graphs.Build(new RingTopology(new() { Nodes = 4 })));
        Assert.Equal(1, schedule.Period);
        Assert.Same(schedule.At(0), schedule.At(17));
        Assert.True(schedule.IsSymmetric);
    }
}
