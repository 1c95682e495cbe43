namespace AsyncOpt.Core.Topologies;

/// <summary>
/// A directed graph in compressed sparse rows, without self loops or repeated edges. An undirected graph holds both
/// directions. Nodes are 0..Nodes-1; edges are numbered 0..Edges-1 by sender, then by receiver. Immutable.
/// <para>
/// A topology may be a function of the iteration: <see cref="Period"/> phases that repeat. Its own edges are then the
/// union of theirs, so that an edge keeps one number (and one stream of delays) in every phase.
/// </para>
/// </summary>
public sealed class Topology
{
    // A row of so many neighbours is read through sooner than it is searched in halves.
    const int ShortRow = 16;

    // Complete graphs up to this size hold rows like any other graph; above, neighbours are computed.
    internal const int CompleteRowsMax = 2048;

    readonly int[]? _outStarts, _inStarts; // null where rows are computed
    readonly int[] _out = [], _in = [], _inEdges = [];
    readonly ComputedRows? _computed;
    readonly Topology[] _phases = [];

    internal Topology(string name, Csr rows)
    {
        Name = name;
        Nodes = rows.Starts.Length - 1;
        Edges = rows.Items.Length;
        _inEdges = new int[Edges];
        var reversed = rows.Transpose(_inEdges);
        IsSymmetric = rows.Starts.AsSpan().SequenceEqual(reversed.Starts)
            && rows.Items.AsSpan().SequenceEqual(reversed.Items);
        (_outStarts, _out) = (rows.Starts, rows.Items);
        (_inStarts, _in) = IsSymmetric ? (_outStarts, _out) : (reversed.Starts, reversed.Items);
        (OutDegreeMin, OutDegreeMax) = Extremes(_outStarts);
        (InDegreeMin, InDegreeMax) = Extremes(_inStarts);
    }

    Topology(string name, ComputedRows rows)
    {
        Name = name;
        Nodes = rows.Nodes;
        Edges = (long)rows.Nodes * rows.Degree;
        IsSymmetric = rows.IsSymmetric;
        _computed = rows;
        OutDegreeMin = OutDegreeMax = InDegreeMin = InDegreeMax = rows.Degree;
    }

    Topology(string name, Csr rows, Topology[] phases) : this(name, rows) => _phases = phases;

    /// <summary>The name of the generator that made it.</summary>
    public string Name { get; }

    /// <summary>Number of nodes, at least 1.</summary>
    public int Nodes { get; }

    /// <summary>Number of directed edges: an undirected edge counts twice.</summary>
    public long Edges { get; }

    /// <summary>Whether every edge has its reverse.</summary>
    public bool IsSymmetric { get; }

    /// <summary>Whether every ordered pair of nodes is an edge.</summary>
    public bool IsComplete => Edges == (long)Nodes * (Nodes - 1);

    /// <summary>Whether rows of neighbours exist; where not, ask by index (<see cref="OutNeighbour"/>).</summary>
    public bool HasRows => _computed is not CompleteRows;

    /// <summary>Least out-degree.</summary>
    public int OutDegreeMin { get; }

    /// <summary>Greatest out-degree.</summary>
    public int OutDegreeMax { get; }

    /// <summary>Least in-degree.</summary>
    public int InDegreeMin { get; }

    /// <summary>Greatest in-degree.</summary>
    public int InDegreeMax { get; }

    /// <summary>Whether all in- and out-degrees are one number.</summary>
    public bool IsRegular => OutDegreeMin == OutDegreeMax && InDegreeMin == InDegreeMax && OutDegreeMin == InDegreeMin;

    /// <summary>The nodes' labels in the file they came from, by node; null where nodes have only numbers.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>What was taken for what when a file was read, one sentence each.</summary>
    public IReadOnlyList<string> ReadAs { get; init; } = [];

    /// <summary>What the generator dropped and how many, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The structure behind closed forms, where one is known.</summary>
    public GraphShape? Shape { get; init; }

    /// <summary>Number of phases after which the topology repeats; 1 for a static one.</summary>
    public int Period => Math.Max(1, _phases.Length);

    /// <summary>Every node sends to every other.</summary>
    /// <param name="name">The generator's name.</param>
    /// <param name="nodes">At least 1; above 2,048 neighbours are computed instead of held.</param>
    public static Topology Complete(string name, int nodes)
    {
        if (nodes > CompleteRowsMax)
            return new Topology(name, new CompleteRows(nodes)) { Shape = new CompleteShape() };
        var starts = new int[nodes + 1];
        var items = new int[nodes * (nodes - 1)];
        for (int node = 0, edge = 0; node < nodes; node++)
        {
            for (int other = 0; other < nodes; other++)
                if (other != node)
                    items[edge++] = other;
            starts[node + 1] = edge;
        }
        return new Topology(name, new Csr(starts, items)) { Shape = new CompleteShape() };
    }

    /// <summary>A topology that goes through its phases, one an iteration, and starts over.</summary>
    /// <param name="name">The generator's name.</param>
    /// <param name="phases">At least one static topology, all of the same number of nodes, with rows.</param>
    public static Topology OfPhases(string name, IReadOnlyList<Topology> phases)
    {
        ArgumentOutOfRangeException.ThrowIfZero(phases.Count);
        var union = new TopologyBuilder(phases[0].Nodes, symmetric: false, phases.Sum(p => p.Edges));
        foreach (var phase in phases)
        {
            if (phase.Nodes != phases[0].Nodes || phase.Period != 1 || !phase.HasRows)
                throw new ArgumentException("phases are static, hold rows, and have the same nodes", nameof(phases));
            for (int node = 0; node < phase.Nodes; node++)
                foreach (int other in phase.OutNeighbours(node))
                    union.Add(node, other);
        }
        return new Topology(name, union.Rows(), [.. phases]);
    }

    // Every node sends to (node + shift) mod n; the array 0..n-1 is shared by all shifts of a schedule.
    internal static Topology Shift(string name, int[] circle, int shift) =>
        new(name, new ShiftRows(circle, shift)) { Shape = new CirculantShape([shift]) };

    /// <summary>The graph of one phase; the topology itself where it is static.</summary>
    /// <param name="iteration">Any iteration, counted from 0.</param>
    public Topology PhaseAt(long iteration) =>
        _phases.Length == 0 ? this : _phases[(int)((ulong)iteration % (ulong)_phases.Length)];

    /// <summary>Number of edges that leave a node.</summary>
    /// <param name="node">In 0..Nodes-1, like every node below.</param>
    public int OutDegree(int node) => _outStarts is { } starts ? starts[node + 1] - starts[node] : _computed!.Degree;

    /// <summary>Number of edges that enter a node.</summary>
    /// <param name="node">A node.</param>
    public int InDegree(int node) => _inStarts is { } starts ? starts[node + 1] - starts[node] : _computed!.Degree;

    /// <summary>The nodes that a node sends to, ascending. A complete graph above 2,048 nodes has no rows.</summary>
    /// <param name="node">A node.</param>
    public ReadOnlySpan<int> OutNeighbours(int node) =>
        _outStarts is { } starts ? Row(_out, starts, node) : _computed!.OutRow(node);

    /// <summary>The nodes that a node hears from, ascending. A complete graph above 2,048 nodes has no rows.</summary>
    /// <param name="node">A node.</param>
    public ReadOnlySpan<int> InNeighbours(int node) =>
        _inStarts is { } starts ? Row(_in, starts, node) : _computed!.InRow(node);

    /// <summary>For each in-neighbour, in order, the number of the edge from it to the node.</summary>
    /// <param name="node">A node.</param>
    public ReadOnlySpan<int> InEdgeIds(int node) =>
        _inStarts is { } starts ? Row(_inEdges, starts, node) : _computed!.InEdgeRow(node);

    /// <summary>The k-th node that a node sends to, ascending.</summary>
    /// <param name="node">A node.</param>
    /// <param name="k">In 0..OutDegree-1.</param>
    public int OutNeighbour(int node, int k) =>
        _outStarts is { } starts ? Row(_out, starts, node)[k] : _computed!.Out(node, k);

    /// <summary>The k-th node that a node hears from, ascending.</summary>
    /// <param name="node">A node.</param>
    /// <param name="k">In 0..InDegree-1.</param>
    public int InNeighbour(int node, int k) =>
        _inStarts is { } starts ? Row(_in, starts, node)[k] : _computed!.In(node, k);

    /// <summary>The number of the edge from a node's k-th in-neighbour to the node.</summary>
    /// <param name="node">A node.</param>
    /// <param name="k">In 0..InDegree-1.</param>
    public long InEdgeId(int node, int k) =>
        _inStarts is { } starts ? Row(_inEdges, starts, node)[k] : _computed!.EdgeId(_computed.In(node, k), node);

    /// <summary>The number of a node's first out-edge; the k-th has this number + k.</summary>
    /// <param name="node">A node, or Nodes, which gives Edges.</param>
    public long OutStart(int node) => _outStarts is { } starts ? starts[node] : (long)node * _computed!.Degree;

    /// <summary>Where a node's row starts in arrays per in-edge: the sum of the in-degrees before it.</summary>
    /// <param name="node">A node, or Nodes, which gives Edges.</param>
    public long InStart(int node) => _inStarts is { } starts ? starts[node] : (long)node * _computed!.Degree;

    /// <summary>Whether rows lie in memory, and are not computed.</summary>
    internal bool HasStoredRows => _outStarts is not null;

    /// <summary>Where the start of a node's row is stored, of a topology with stored rows.</summary>
    /// <param name="node">A node.</param>
    internal ref int StoredStart(int node) => ref _outStarts![node];

    /// <summary>Where a node's row is stored, of a topology with stored rows; the node has out-neighbours.</summary>
    /// <param name="node">A node.</param>
    internal ref int StoredRow(int node) => ref _out[_outStarts![node]];

    /// <summary>
    /// The number of the edge between two nodes, -1 where there is none. At most logarithmic in the degree.
    /// </summary>
    /// <param name="from">The sender.</param>
    /// <param name="to">The receiver.</param>
    public long EdgeId(int from, int to)
    {
        if (_outStarts is not { } starts)
            return _computed!.EdgeId(from, to);
        var row = Row(_out, starts, from);
        // Joined with all others, as in a complete graph: nothing to search for in long rows.
        if (row.Length == Nodes - 1)
            return from == to ? -1 : starts[from] + (to < from ? to : to - 1);
        int k = row.Length <= ShortRow ? row.IndexOf(to) : row.BinarySearch(to);
        return k < 0 ? -1 : starts[from] + k;
    }

    /// <summary>The nodes that a node sends to at an iteration, ascending.</summary>
    /// <param name="node">A node.</param>
    /// <param name="iteration">Counted from 0.</param>
    public ReadOnlySpan<int> OutNeighboursAt(int node, long iteration) => PhaseAt(iteration).OutNeighbours(node);

    /// <summary>The nodes that a node hears from at an iteration, ascending.</summary>
    /// <param name="node">A node.</param>
    /// <param name="iteration">Counted from 0.</param>
    public ReadOnlySpan<int> InNeighboursAt(int node, long iteration) => PhaseAt(iteration).InNeighbours(node);

    static ReadOnlySpan<int> Row(int[] items, int[] starts, int node) =>
        items.AsSpan(starts[node], starts[node + 1] - starts[node]);

    static (int Min, int Max) Extremes(int[] starts)
    {
        int min = int.MaxValue, max = 0;
        for (int node = 0; node < starts.Length - 1; node++)
        {
            int degree = starts[node + 1] - starts[node];
            (min, max) = (Math.Min(min, degree), Math.Max(max, degree));
        }
        return (min, max);
    }
}
