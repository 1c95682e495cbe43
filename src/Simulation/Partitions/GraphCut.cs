namespace AsyncOpt.Simulation.Partitions;

/// <summary>A way to cut units into partitions.</summary>
/// <param name="Parts">The partition of each unit.</param>
/// <param name="Lookahead">The least floor of a crossing link, in ns; 0 where the graph does not know floors.</param>
/// <param name="Crossing">How many links cross, both directions counted.</param>
sealed record GraphCut(ushort[] Parts, long Lookahead, long Crossing)
{
    /// <summary>Whether parts follow the links rather than the numbers of units.</summary>
    public bool IsLocal { get; private init; }

    // Parts that are not contiguous share cache lines at many places: they must be clearly better.
    const double CrossingShare = 0.75;
    const double LookaheadGain = 1.1;

    // With fewer links than this share across, nothing is left to gain.
    const double CrossingMin = 0.05;

    const int Passes = 4;

    /// <summary>How much more than its share a partition may have to do, for the sake of locality.</summary>
    const double Imbalance = 1.05;

    // Units that a wide lookahead keeps together may be this much of a partition's share.
    const double GroupShare = 1.2;

    /// <summary>
    /// Contiguous parts of equal load; where links have a structure that the numbers of places do not follow, parts
    /// between which delays are longer, then parts with fewer links between them.
    /// </summary>
    public static GraphCut Of(CutGraph graph, int count)
    {
        var contiguous = Contiguous(graph, count);
        if (graph.Units <= count)
            return contiguous;
        var groups = graph.HasFloors ? WidestGroups(graph, count) : null;
        if (groups is null && contiguous.Crossing <= CrossingMin * graph.Links)
            return contiguous;
        var local = Local(graph, groups, count);
        var isWider = local.Lookahead > LookaheadGain * contiguous.Lookahead;
        var isLocal = local.Lookahead >= contiguous.Lookahead
            && local.Crossing < CrossingShare * contiguous.Crossing;
        return isWider || isLocal ? local with { IsLocal = true } : contiguous;
    }

    /// <summary>Parts of equal load in the order of numbers, servers first.</summary>
    public static GraphCut Contiguous(CutGraph graph, int count) =>
        Measured(graph, Divide(Natural(graph.Units, graph.HasServers), graph.Loads, count));

    static GraphCut Measured(CutGraph graph, ushort[] parts)
    {
        long lookahead = Lookaheads.Unlimited, crossing = 0;
        for (var unit = 0; unit < graph.Units; unit++)
        {
            var row = graph.Row(unit);
            for (var i = 0; i < row.Length; i++)
            {
                if (parts[row[i]] == parts[unit])
                    continue;
                crossing++;
                lookahead = Math.Min(lookahead, graph.HasFloors ? graph.Floors(unit)[i] : 0);
            }
        }
        return new GraphCut(parts, lookahead, crossing);
    }

    /// <summary>
    /// Units in the order of their numbers, but for that of the servers: it is the last one, and comes first, so that
    /// what is left of its part goes to places.
    /// </summary>
    public static int[] Natural(int units, bool hasServers)
    {
        var first = hasServers ? 1 : 0;
        var order = new int[units];
        for (var i = first; i < units; i++)
            order[i] = i - first;
        if (hasServers)
            order[0] = units - 1;
        return order;
    }

    /// <summary>Divides an order into parts of about equal load, none of them empty.</summary>
    public static ushort[] Divide(int[] order, double[] loads, int count)
    {
        var parts = new ushort[order.Length];
        double left = loads.Sum(), load = 0;
        var part = 0;
        for (var i = 0; i < order.Length; i++)
        {
            var next = loads[order[i]];
            var isFull = load + (next / 2) > left / (count - part) || order.Length - i < count - part;
            if (i > 0 && part + 1 < count && isFull)
            {
                left -= load;
                load = 0;
                part++;
            }
            load += next;
            parts[order[i]] = (ushort)part;
        }
        return parts;
    }

    static GraphCut Local(CutGraph graph, (int[] Of, int Count)? groups, int count)
    {
        var coarse = groups is { } g ? graph.Contract(g.Of, g.Count) : graph;
        var parts = Divide(Outward(coarse), coarse.Loads, count);
        Refine(coarse, parts, count);
        return Measured(graph, groups is { } of ? [.. of.Of.Select(group => parts[group])] : parts);
    }

    /// <summary>All units, each near those before it: breadth first, from a unit at the edge.</summary>
    static int[] Outward(CutGraph graph)
    {
        var order = new int[graph.Units];
        Search(graph, 0, order);
        Search(graph, order[^1], order);
        return order;
    }

    static void Search(CutGraph graph, int first, int[] order)
    {
        var isFound = new bool[graph.Units];
        var (head, tail) = (0, 0);
        for (var unit = 0; tail < order.Length; unit++)
        {
            // The first one, then whatever it does not reach.
            var start = unit == 0 ? first : unit - 1;
            if (isFound[start])
                continue;
            isFound[start] = true;
            order[tail++] = start;
            while (head < tail)
            {
                foreach (var other in graph.Row(order[head++]))
                {
                    if (isFound[other])
                        continue;
                    isFound[other] = true;
                    order[tail++] = other;
                }
            }
        }
    }

    /// <summary>Moves units to the part that most of their links lead to, while loads stay balanced.</summary>
    static void Refine(CutGraph graph, ushort[] parts, int count)
    {
        var loads = new double[count];
        var units = new int[count];
        for (var unit = 0; unit < graph.Units; unit++)
        {
            loads[parts[unit]] += graph.Loads[unit];
            units[parts[unit]]++;
        }
        var most = Math.Max(Imbalance * loads.Sum() / count, loads.Max());
        var links = new int[count];
        for (var (pass, moved) = (0, true); pass < Passes && moved; pass++)
        {
            moved = false;
            for (var unit = 0; unit < graph.Units; unit++)
            {
                Array.Clear(links);
                foreach (var other in graph.Row(unit))
                    links[parts[other]]++;
                var (own, best) = (parts[unit], parts[unit]);
                for (var part = 0; part < count; part++)
                {
                    if (links[part] > links[best] && loads[part] + graph.Loads[unit] <= most)
                        best = (ushort)part;
                }
                if (best == own || units[own] == 1)
                    continue;
                (loads[own], loads[best]) = (loads[own] - graph.Loads[unit], loads[best] + graph.Loads[unit]);
                (units[own], units[best]) = (units[own] - 1, units[best] + 1);
                parts[unit] = best;
                moved = true;
            }
        }
    }

    /// <summary>
    /// Groups of units within which delays are short, so that those between groups are as long as they can be while
    /// the groups still fill partitions evenly. Null where that gains nothing.
    /// </summary>
    static (int[] Of, int Count)? WidestGroups(CutGraph graph, int count)
    {
        long[] floors =
            [.. Enumerable.Range(0, graph.Units).SelectMany(u => graph.Floors(u).ToArray()).Distinct().Order()];
        // Groups at the least floor are single units, which always fit; the more, the larger.
        var (fits, tooMuch) = (0, floors.Length);
        while (tooMuch - fits > 1)
        {
            var middle = (fits + tooMuch) / 2;
            if (Fit(graph, Groups(graph, floors[middle]), count))
                fits = middle;
            else
                tooMuch = middle;
        }
        return fits == 0 ? null : Groups(graph, floors[fits]);
    }

    static bool Fit(CutGraph graph, (int[] Of, int Count) groups, int count)
    {
        var loads = new double[groups.Count];
        for (var unit = 0; unit < graph.Units; unit++)
            loads[groups.Of[unit]] += graph.Loads[unit];
        var most = Math.Max(GroupShare * loads.Sum() / count, graph.Loads.Max());
        return groups.Count >= count && loads.Max() <= most;
    }

    /// <summary>Units that links with floors below a bound join, numbered by their first unit.</summary>
    static (int[] Of, int Count) Groups(CutGraph graph, long floor)
    {
        var of = new int[graph.Units];
        Array.Fill(of, -1);
        var count = 0;
        var found = new Stack<int>();
        for (var first = 0; first < graph.Units; first++)
        {
            if (of[first] >= 0)
                continue;
            of[first] = count;
            found.Push(first);
            while (found.TryPop(out var unit))
            {
                var row = graph.Row(unit);
                for (var i = 0; i < row.Length; i++)
                {
                    if (of[row[i]] >= 0 || graph.Floors(unit)[i] >= floor)
                        continue;
                    of[row[i]] = count;
                    found.Push(row[i]);
                }
            }
            count++;
        }
        return (of, count);
    }
}
