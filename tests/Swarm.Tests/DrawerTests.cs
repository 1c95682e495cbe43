using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Experiments.Specification;
using AsyncOpt.Swarm.Drawn;

namespace AsyncOpt.Swarm.Tests;

public class DrawerTests
{
    static readonly Catalogue Known = Catalogue.Load();

    static string TextOf(ulong seed, long number, int attempt = 0) =>
        FlowText.File(new WorldDrawer(Known, seed).Draw(number, attempt).Tree);

    [Fact]
    public void A_world_is_named_by_its_seed_and_number()
    {
        Assert.Equal(TextOf(7, 3), TextOf(7, 3));
        Assert.NotEqual(TextOf(7, 3), TextOf(8, 3));
        Assert.NotEqual(TextOf(7, 3), TextOf(7, 4));
        Assert.NotEqual(TextOf(7, 3), TextOf(7, 3, attempt: 1));
    }

    [Fact]
    public void Every_method_fault_and_topology_without_a_file_is_drawn()
    {
        var drawer = new WorldDrawer(Known, 1);
        var names = Enumerable.Range(0, 2000).SelectMany(n => drawer.Draw(n, 0).Names).ToHashSet();

        Assert.Empty(Missing(typeof(Method)));
        Assert.Equal(["availability", "recorded"], Missing(typeof(Fault)));
        Assert.Equal(["edge-list", "graphml", "matrix-market"], Missing(typeof(TopologyGenerator)));

        IEnumerable<string> Missing(Type kind) =>
            Known.OfKind(kind).Where(e => !names.Contains((e.Kind.Plural, e.Name))).Select(e => e.Name);
    }

    [Fact]
    public void A_fault_of_a_plug_in_is_drawn_by_its_options()
    {
        var catalogue = Catalogue.With([typeof(LateFault)]);
        var drawer = new WorldDrawer(catalogue, 1);

        var faults = Enumerable.Range(0, 500).Select(n => drawer.Draw(n, 0))
            .Where(d => d.Names.Contains(("faults", "late"))).Select(d => FlowText.File(d.Tree)).ToList();

        Assert.NotEmpty(faults);
        Assert.All(faults, text => Assert.Contains("name: late, by: ", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Shares_are_between_0_and_1_and_all_orders_of_magnitude_are_equally_likely()
    {
        var dice = new Dice(5, 1);
        var scales = Enumerable.Range(0, 4000).Select(_ => dice.Scale(0.001, 10)).ToList();
        var wholes = Enumerable.Range(0, 4000).Select(_ => dice.Whole(2, 5)).ToList();

        Assert.All(scales, s => Assert.InRange(s, 0.001, 10));
        // A quarter of four decades each: a binomial of mean 1000 and deviation sqrt(750).
        foreach (var limit in (double[])[0.001, 0.01, 0.1, 1])
            Assert.True(Math.Abs(scales.Count(s => s >= limit && s < 10 * limit) - 1000) < 4 * Math.Sqrt(750));
        foreach (var whole in (int[])[2, 3, 4, 5])
            Assert.True(Math.Abs(wholes.Count(w => w == whole) - 1000) < 4 * Math.Sqrt(750));
    }

    [Fault("late")]
    sealed class LateFault(LateFault.Options options) : Fault
    {
        public sealed record Options
        {
            [System.ComponentModel.DataAnnotations.Range(1e-3, 1.0), Time]
            public required double By { get; init; }
        }

        public override bool JudgesMessages => options.By > 0;
    }
}
