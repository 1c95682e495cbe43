namespace AsyncOpt.Core.Topologies;

/// <summary>
/// Collects edges in any order and makes a topology of them, in time linear in nodes and edges.
/// Self loops and repeated edges are dropped and counted.
/// </summary>
public sealed class TopologyBuilder
{
    readonly int _nodes;
    readonly bool _symmetric;
    readonly long _edgesMax;
    int[] _from, _to;
    int _count;

    /// <summary>Starts with no edge.</summary>
    /// <param name="nodes">At least 1.</param>
    /// <param name="symmetric">Whether an added edge means both directions.</param>
    /// <param name="edges">How many will be added, if known: the arrays' first length.</param>
    public TopologyBuilder(int nodes, bool symmetric, long edges = 16)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        // Directed edges are numbered by int within the rows; the runtime's longest array is the limit.
        _edgesMax = symmetric ? Array.MaxLength / 2 : Array.MaxLength;
        if (edges > _edgesMax)
            throw TooMany(edges);
        if (MachineMemory.Refusal(nodes, edges) is { } tooLarge)
            throw new InputException(tooLarge);
        (_nodes, _symmetric) = (nodes, symmetric);
        (_from, _to) = (new int[edges], new int[edges]);
    }

    /// <summary>Edges added so far, self loops left out.</summary>
    public int Count => _count;

    /// <summary>Self loops dropped.</summary>
    public long SelfLoops { get; private set; }

    /// <summary>Repeated edges dropped; known once the topology is built.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Adds the edge from a node to another, or both directions where the graph is symmetric.</summary>
    /// <param name="from">In 0..nodes-1.</param>
    /// <param name="to">In 0..nodes-1.</param>
    public void Add(int from, int to)
    {
        if ((uint)from >= (uint)_nodes || (uint)to >= (uint)_nodes)
            throw new ArgumentOutOfRangeException(nameof(to), $"edge {from} -> {to}: nodes are 0..{_nodes - 1}");
        if (from == to)
        {
            SelfLoops++;
            return;
        }
        if (_count == _from.Length)
            Grow();
        (_from[_count], _to[_count]) = (from, to);
        _count++;
    }

    /// <summary>An end of an edge added before; over all ends a node comes up as often as its degree.</summary>
    /// <param name="end">In 0..2*Count-1.</param>
    public int End(int end) => (end & 1) == 0 ? _from[end >> 1] : _to[end >> 1];

    /// <summary>The topology of the edges added so far.</summary>
    /// <param name="name">The generator's name.</param>
    /// <param name="shape">The structure behind closed forms, where one is known.</param>
    public Topology Build(string name, GraphShape? shape = null) => new(name, Rows()) { Shape = shape };

    internal Csr Rows()
    {
        var from = _from.AsSpan(0, _count);
        var to = _to.AsSpan(0, _count);
        // Collected by receiver, then reversed: rows by sender, ascending. (Both are the same for symmetric graphs.)
        var sorted = Csr.Collect(_nodes, to, from, both: _symmetric).Transpose();
        int edges = sorted.Items.Length;
        var rows = sorted.WithoutDuplicates();
        Duplicates = (edges - rows.Items.Length) / (_symmetric ? 2 : 1);
        return rows;
    }

    void Grow()
    {
        if (_count >= _edgesMax)
            throw TooMany(_count + 1L);
        int length = (int)Math.Min(_edgesMax, Math.Max(16L, 2L * _count));
        Array.Resize(ref _from, length);
        Array.Resize(ref _to, length);
    }

    InputException TooMany(long edges) => new(
        $"a topology of {edges} edges does not fit: at most {_edgesMax} can be held; choose fewer nodes or neighbours");
}
