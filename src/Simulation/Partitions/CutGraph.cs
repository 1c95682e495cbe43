using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Simulation.Partitions;

/// <summary>
/// What is cut into partitions: units whose agents stay together, what they have to do, and the links between them. A
/// unit is a place with all its agents; the last one, where there are agents without a place, is that of the servers.
/// Rows are symmetric: a link is in those of both its ends, once for each direction in which messages go.
/// </summary>
sealed class CutGraph
{
    readonly int[] _starts;
    readonly int[] _items;

    // The floor of each item, in ns; null where all links have one.
    readonly long[]? _floors;

    CutGraph(double[] loads, int[] starts, int[] items, long[]? floors, bool hasServers) =>
        (Loads, _starts, _items, _floors, HasServers) = (loads, starts, items, floors, hasServers);

    /// <summary>What each unit has to do, in expected events per second.</summary>
    public double[] Loads { get; }

    public int Units => Loads.Length;

    /// <summary>Whether the last unit is that of the servers.</summary>
    public bool HasServers { get; }

    /// <summary>Links between units, both directions counted.</summary>
    public int Links => _items.Length;

    /// <summary>Whether links differ in their floor.</summary>
    public bool HasFloors => _floors is not null;

    /// <summary>The units at the other ends of a unit's links.</summary>
    public ReadOnlySpan<int> Row(int unit) => _items.AsSpan(_starts[unit].._starts[unit + 1]);

    /// <summary>The floors of a unit's links, in ns.</summary>
    public ReadOnlySpan<long> Floors(int unit) => _floors.AsSpan(_starts[unit].._starts[unit + 1]);

    /// <summary>The graph of a run.</summary>
    /// <param name="plan">The run; a topology has rows.</param>
    /// <param name="loads">The load of each place, and that of the servers, where there are any, last.</param>
    public static CutGraph Of(RunPlan plan, double[] loads)
    {
        var hasServers = loads.Length > plan.Places;
        var topology = plan.Topology;
        var starts = new int[loads.Length + 1];
        for (var place = 0; place < plan.Places; place++)
            starts[place + 1] = starts[place] + DegreeOf(topology, place) + (hasServers ? 1 : 0);
        if (hasServers)
            starts[^1] = starts[plan.Places] + plan.Places;
        var items = new int[starts[^1]];
        for (var place = 0; place < plan.Places; place++)
        {
            var row = items.AsSpan(starts[place]..starts[place + 1]);
            if (hasServers)
            {
                row[^1] = plan.Places;
                items[starts[plan.Places] + place] = place;
            }
            if (topology is null)
                continue;
            topology.OutNeighbours(place).CopyTo(row);
            if (!topology.IsSymmetric)
                topology.InNeighbours(place).CopyTo(row[topology.OutDegree(place)..]);
        }
        var floors = plan.Links.Delay.IsUniform ? null : FloorsOf(plan, starts, items);
        return new CutGraph(loads, starts, items, floors, hasServers);
    }

    static int DegreeOf(Topology? topology, int place) => topology is null
        ? 0
        : topology.OutDegree(place) + (topology.IsSymmetric ? 0 : topology.InDegree(place));

    static long[] FloorsOf(RunPlan plan, int[] starts, int[] items)
    {
        var floors = new long[items.Length];
        for (var unit = 0; unit + 1 < starts.Length; unit++)
        {
            for (var i = starts[unit]; i < starts[unit + 1]; i++)
                floors[i] = FloorBetween(plan, unit, items[i]);
        }
        return floors;
    }

    // The lesser one of both directions, also where messages go in one of them only.
    static long FloorBetween(RunPlan plan, int a, int b)
    {
        int Place(int unit) => unit == plan.Places ? -1 : unit;
        var delay = plan.Links.Delay;
        var (there, back) = (delay.Floor(Place(a), Place(b)), delay.Floor(Place(b), Place(a)));
        return Lookaheads.Of(plan.Links, there < back ? there : back);
    }

    /// <summary>The same links between larger units.</summary>
    /// <param name="groups">The larger unit of each unit.</param>
    /// <param name="count">How many larger units there are.</param>
    public CutGraph Contract(int[] groups, int count)
    {
        var loads = new double[count];
        var starts = new int[count + 1];
        for (var unit = 0; unit < Units; unit++)
        {
            loads[groups[unit]] += Loads[unit];
            foreach (var other in Row(unit))
                starts[groups[unit] + 1] += groups[other] != groups[unit] ? 1 : 0;
        }
        for (var group = 0; group < count; group++)
            starts[group + 1] += starts[group];
        var items = new int[starts[^1]];
        var next = starts.AsSpan(..count).ToArray();
        for (var unit = 0; unit < Units; unit++)
        {
            foreach (var other in Row(unit))
            {
                if (groups[other] != groups[unit])
                    items[next[groups[unit]]++] = groups[other];
            }
        }
        return new CutGraph(loads, starts, items, null, hasServers: false);
    }
}
