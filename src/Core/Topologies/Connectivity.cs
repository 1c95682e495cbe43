namespace AsyncOpt.Core.Topologies;

/// <summary>Checks of a graph before time is spent on it: components and degrees.</summary>
public static class Connectivity
{
    /// <summary>The components of a graph, edges taken both ways.</summary>
    /// <param name="topology">Any topology; of a schedule, the union of its phases.</param>
    /// <returns>
    /// Their number, and each node's component: components are numbered by their smallest node, ascending.
    /// </returns>
    public static (int Count, int[] OfNode) Components(Topology topology)
    {
        var component = new int[topology.Nodes];
        if (topology.IsComplete)
            return (1, component);
        Array.Fill(component, -1);
        var queue = new int[topology.Nodes];
        int count = 0;
        for (int root = 0; root < topology.Nodes; root++)
        {
            if (component[root] >= 0)
                continue;
            component[root] = count;
            int end = 0;
            queue[end++] = root;
            for (int head = 0; head < end; head++)
            {
                Visit(topology.OutNeighbours(queue[head]), ref end);
                if (!topology.IsSymmetric)
                    Visit(topology.InNeighbours(queue[head]), ref end);
            }
            count++;
        }
        return (count, component);

        void Visit(ReadOnlySpan<int> neighbours, ref int end)
        {
            foreach (int other in neighbours)
            {
                if (component[other] >= 0)
                    continue;
                component[other] = count;
                queue[end++] = other;
            }
        }
    }

    /// <summary>The number of strong components: sets of nodes that reach each other along the edges.</summary>
    /// <param name="topology">Any topology; of a schedule, the union of its phases.</param>
    public static int StrongComponents(Topology topology) =>
        topology.IsSymmetric ? Components(topology).Count : Tarjan(topology);

    /// <summary>Refuses a graph in which some node cannot hear of another.</summary>
    /// <param name="topology">Any topology; of a schedule, the union of its phases.</param>
    /// <exception cref="InputException">With the number of components and the size of the largest.</exception>
    public static void RequireConnected(Topology topology)
    {
        var (count, component) = Components(topology);
        if (count > 1)
        {
            var sizes = Sizes(count, component);
            throw new InputException(
                $"topology '{topology.Name}' is not connected: its {topology.Nodes} nodes form {count} components, "
                + $"the largest has {sizes.Max()}; add edges, take another seed, or, where the topology has this "
                + "option, 'largest-component: true'");
        }
        int strong = StrongComponents(topology);
        if (strong > 1)
            throw new InputException(
                $"topology '{topology.Name}' is not strongly connected: its {topology.Nodes} nodes form {strong} "
                + "strong components, so that some node never hears of another; add edges, or take them both ways "
                + "('directed: false')");
    }

    /// <summary>The subgraph of the largest component, of the first of them where several are as large.</summary>
    /// <param name="topology">A static topology. Its nodes keep their order and their labels.</param>
    public static Topology LargestComponent(Topology topology)
    {
        var (count, component) = Components(topology);
        if (count == 1)
            return topology;
        var sizes = Sizes(count, component);
        int largest = Array.IndexOf(sizes, sizes.Max()), nodes = 0;
        var number = new int[topology.Nodes]; // in the subgraph
        var labels = new List<string>();
        for (int node = 0; node < topology.Nodes; node++)
        {
            number[node] = component[node] == largest ? nodes++ : -1;
            if (number[node] >= 0 && topology.Labels is { } all)
                labels.Add(all[node]);
        }
        var edges = new TopologyBuilder(nodes, symmetric: false, 16);
        for (int node = 0; node < topology.Nodes; node++)
            if (number[node] >= 0)
                foreach (int other in topology.OutNeighbours(node))
                    edges.Add(number[node], number[other]);
        string note = $"kept the largest of {count} components: {nodes} of {topology.Nodes} nodes";
        return new Topology(topology.Name, edges.Rows())
        {
            Labels = topology.Labels is null ? null : labels,
            ReadAs = topology.ReadAs,
            Notes = [.. topology.Notes, note],
        };
    }

    static int[] Sizes(int count, int[] component)
    {
        var sizes = new int[count];
        foreach (int c in component)
            sizes[c]++;
        return sizes;
    }

    // Tarjan (1972), with a stack of its own: graphs of 10^6 nodes may be one path.
    static int Tarjan(Topology topology)
    {
        int n = topology.Nodes, time = 0, count = 0, open = 0;
        var found = new int[n]; // 1-based time of the first visit, 0 = not visited
        var low = new int[n]; // least time reachable, int.MaxValue once the node's component is closed
        var nextEdge = new int[n];
        var path = new int[n];
        var pending = new int[n]; // visited nodes whose component is open
        for (int root = 0; root < n; root++)
        {
            if (found[root] != 0)
                continue;
            int depth = 0;
            Enter(root);
            while (depth > 0)
            {
                int node = path[depth - 1];
                var row = topology.OutNeighbours(node);
                if (nextEdge[node] < row.Length)
                {
                    int other = row[nextEdge[node]++];
                    if (found[other] == 0)
                        Enter(other);
                    else if (low[other] != int.MaxValue)
                        low[node] = Math.Min(low[node], found[other]);
                    continue;
                }
                depth--;
                int reached = low[node];
                if (reached == found[node])
                {
                    count++;
                    do
                        low[pending[--open]] = int.MaxValue;
                    while (pending[open] != node);
                }
                else
                    low[path[depth - 1]] = Math.Min(low[path[depth - 1]], reached);
            }

            void Enter(int node)
            {
                found[node] = low[node] = ++time;
                path[depth++] = node;
                pending[open++] = node;
            }
        }
        return count;
    }
}
