using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.State;

/// <summary>The memory of one role's agents: a few contiguous arrays.</summary>
sealed unsafe class RoleMemory<T> : IDisposable
    where T : unmanaged
{
    // Longer vectors are read in order, which the processor sees: nothing is won by what lies beside them.
    const long ByAgentBytesMax = 16 << 10;

    // By agent, everything of an agent up to its vectors lies in one block; by field, vectors are arrays.
    readonly NativeArray<byte>? _blocks;
    readonly NativeArray<T>[] _arrays = [];
    readonly AgentField _cores;
    readonly AgentField _states;
    readonly AgentField[] _sharing;
    readonly AgentField[] _slots;
    readonly AgentField[] _vectors;

    // Where each agent's vector lies, by vectors that move; none for those that stay.
    nint[]?[] _places = [];

    // Bytes of a block before its vectors.
    readonly long _headBytes;
    readonly NativeSpan<int>[] _rows;
    readonly NativeSpan<int>[] _rowsHeld;

    // The bodies of the messages that rows hold; empty where they have none.
    readonly NativeSpan<MessageBody>[] _bodies;

    // Rows of a time-varying topology: as many per node as a phase needs, for each iteration kept; 0 for a static one.
    readonly int _rowsPerNode;
    readonly NativeSpan<double>[] _tables;

    readonly Lock _moving = new();

    /// <param name="layout">The role.</param>
    /// <param name="arena">Where memory is taken from.</param>
    /// <param name="isByAgent">
    /// Whether all of an agent may lie together, unless its vectors are long; otherwise each vector of all agents does.
    /// </param>
    /// <param name="isExposed">Whether tokens of the role wait at nodes that are down.</param>
    public RoleMemory(RoleLayout layout, Arena arena, bool isByAgent, bool isExposed)
    {
        Layout = layout;
        Program = layout.Program;
        First = layout.First;
        StateBytes = Program.StateBytes;
        Dimensions = [.. layout.Vectors.Select(v => v.Dimension)];
        VectorBytes = Dimensions.Sum(d => (long)d) * sizeof(T);
        (_sharing, _slots) = (new AgentField[Dimensions.Length], new AgentField[layout.SlotKinds.Count]);
        _vectors = new AgentField[Dimensions.Length];
        if (isByAgent && VectorBytes <= ByAgentBytesMax)
        {
            _blocks = PlaceByAgent(out _headBytes, out var fields);
            (_cores, _states) = (fields[0], fields[1]);
            fields.AsSpan(2, _slots.Length).CopyTo(_slots);
            fields.AsSpan(2 + _slots.Length, _sharing.Length).CopyTo(_sharing);
            fields.AsSpan(2 + _slots.Length + _sharing.Length).CopyTo(_vectors);
        }
        else
        {
            _cores = Field(arena.Take<AgentCore>(layout.Agents), 1);
            _states = Field(arena.Take<byte>((long)StateBytes * layout.Agents), StateBytes);
            _arrays = [.. Dimensions.Select(d => new NativeArray<T>((long)d * layout.Agents))];
            for (var s = 0; s < _slots.Length; s++)
                _slots[s] = Field(arena.Take<SlotRecord>(layout.Agents), 1);
            for (var v = 0; v < _vectors.Length; v++)
            {
                _sharing[v] = Field(arena.Take<int>(layout.Agents), 1);
                _vectors[v] = Field(_arrays[v].Span, Dimensions[v]);
            }
        }
        if (layout.NeighbourRowSets.Count > 0 && layout.Topology.Period > 1)
            _rowsPerNode = Enumerable.Range(0, layout.Topology.Period).Max(t => layout.Topology.PhaseAt(t).InDegreeMax);
        long RowsOf(RowsLayout rows) =>
            rows.Iterations * (_rowsPerNode > 0 ? (long)_rowsPerNode * layout.Agents : layout.Topology.Edges);
        _rows = [.. layout.NeighbourRowSets.Select(r => arena.Take<int>(RowsOf(r)))];
        _bodies = [.. layout.NeighbourRowSets.Select(r => arena.Take<MessageBody>(r.HasBodies ? RowsOf(r) : 0))];
        _rowsHeld = [.. layout.NeighbourRowSets.Select(r => arena.Take<int>((long)r.Iterations * layout.Agents))];
        RowIterations = [.. layout.NeighbourRowSets.Select(r => r.Iterations)];
        _tables = [.. layout.Tables.Select(t => arena.Take<double>((long)t.Length * layout.Agents))];
        TableLengths = [.. layout.Tables.Select(t => t.Length)];
        HasStation = layout.ServiceTime is not null || Program.WhileComputing == WhileComputing.Wait;
        if (HasStation)
            (WaitingFirst, WaitingLast) = (arena.Take<int>(layout.Agents), arena.Take<int>(layout.Agents));
        if (HasStation && layout.ServiceBuffer is not null)
            WaitingMessages = arena.Take<int>(layout.Agents);
        if (isExposed)
            (Watched, Doors) = (arena.Take<long>(layout.Agents), arena.Take<int>(layout.Agents));
        if (layout.ServiceTime is not null)
            (Services, Served) = (arena.Take<uint>(layout.Agents), arena.Take<int>(layout.Agents));
    }

    public RoleLayout Layout { get; }

    public RoleProgram Program { get; }

    public int First { get; }

    public int StateBytes { get; }

    public int[] Dimensions { get; }

    /// <summary>Whether any of its vectors moves.</summary>
    public bool HasMoving { get; private set; }

    /// <summary>Results of so many bytes rest between handlers.</summary>
    public long RestingLeast { get; set; } = Resting.BytesLeast;

    /// <summary>Bytes of all vectors of one agent: what a token carries.</summary>
    public long VectorBytes { get; }

    public int[] RowIterations { get; }

    public int[] TableLengths { get; }

    /// <summary>Whether messages may have to wait: for service, or for a computation to end.</summary>
    public bool HasStation { get; }

    /// <summary>First and last waiting event of each agent, in the partition's slab, + 1.</summary>
    public NativeSpan<int> WaitingFirst { get; }

    public NativeSpan<int> WaitingLast { get; }

    /// <summary>How many messages wait at each agent, where there is room for so many only.</summary>
    public NativeSpan<int> WaitingMessages { get; }

    /// <summary>Tokens that nodes may crash under: when each looks for a crash, in ns, + 1; 0 for never.</summary>
    public NativeSpan<long> Watched { get; }

    /// <summary>The node that each of these waits for, while it does.</summary>
    public NativeSpan<int> Doors { get; }

    /// <summary>Services begun so far, per agent: names the draws.</summary>
    public NativeSpan<uint> Services { get; }

    /// <summary>The message in service, in the partition's slab, + 1, per agent that is serving.</summary>
    public NativeSpan<int> Served { get; }

    public long Bytes => (_blocks?.Bytes ?? FieldBytes)
        + _rows.Sum(a => a.Bytes) + _rowsHeld.Sum(a => a.Bytes) + _bodies.Sum(a => a.Bytes)
        + _tables.Sum(a => a.Bytes)
        + WaitingFirst.Bytes + WaitingLast.Bytes + WaitingMessages.Bytes + Watched.Bytes + Doors.Bytes
        + Services.Bytes + Served.Bytes;

    long FieldBytes => Layout.Agents * (_cores.Length + _states.Length
        + _sharing.Sum(f => f.Length) + _slots.Sum(f => f.Length) + _vectors.Sum(f => f.Length));

    static AgentField Field<TItem>(NativeSpan<TItem> array, long items)
        where TItem : unmanaged => new((nint)array.Pointer, items * sizeof(TItem), items * sizeof(TItem));

    /// <summary>Core, state, slots, sharing, vectors: fields in this order.</summary>
    NativeArray<byte> PlaceByAgent(out long headBytes, out AgentField[] fields)
    {
        var blocks = new AgentBlocks();
        blocks.Add(sizeof(AgentCore));
        blocks.Add(StateBytes);
        for (var s = 0; s < _slots.Length; s++)
            blocks.Add(sizeof(SlotRecord));
        for (var v = 0; v < _sharing.Length; v++)
            blocks.Add(sizeof(int));
        headBytes = blocks.Stride;
        foreach (var dimension in Dimensions)
            blocks.Add((long)dimension * sizeof(T));
        var memory = new NativeArray<byte>(blocks.Stride * Layout.Agents);
        fields = blocks.ByAgent(memory.Pointer);
        return memory;
    }

    static RawBytes Raw(AgentField field, AgentRange agents) =>
        RawBytes.Of((byte*)field.Start + (agents.First * field.Stride), field.Length, agents.Count, field.Stride);

    /// <summary>
    /// What a checkpoint copies of some agents as it is; slots and rows refer to snapshots and go agent by agent.
    /// </summary>
    public IEnumerable<RawBytes> RawMemory(AgentRange agents)
    {
        foreach (var bytes in DeclaredMemory(agents))
            yield return bytes;
        for (var r = 0; r < _rowsHeld.Length; r++)
            yield return RawBytes.Of(_rowsHeld[r], RowIterations[r], agents);
        if (Services.Length > 0)
            yield return RawBytes.Of(Services, 1, agents);
        if (Watched.Length > 0)
            yield return RawBytes.Of(Watched, 1, agents);
    }

    /// <summary>
    /// What some agents' programs declared, slots and rows left out: states, vectors, tables; and where tokens wait.
    /// </summary>
    public IEnumerable<RawBytes> DeclaredMemory(AgentRange agents)
    {
        yield return Raw(_states, agents);
        for (var v = 0; v < _vectors.Length; v++)
        {
            foreach (var bytes in VectorMemory(v, agents))
                yield return bytes;
        }
        for (var t = 0; t < _tables.Length; t++)
            yield return TableMemory(t, agents);
        if (Doors.Length > 0)
            yield return RawBytes.Of(Doors, 1, agents);
    }

    /// <summary>A vector of some agents, one after the other, in one piece or several.</summary>
    public IEnumerable<RawBytes> VectorMemory(int v, AgentRange agents)
    {
        if (!Moves(v))
        {
            yield return Raw(_vectors[v], agents);
            yield break;
        }
        for (var i = agents.First; i < agents.End; i++)
            yield return VectorMemory(v, i);
    }

    RawBytes VectorMemory(int v, int index) => RawBytes.Of(new NativeSpan<T>(Vector(v, index), Dimensions[v]));

    public RawBytes CoreMemory(AgentRange agents) => Raw(_cores, agents);

    public RawBytes TableMemory(int t, AgentRange agents) => RawBytes.Of(_tables[t], TableLengths[t], agents);

    public AgentCore* Core(int index) => (AgentCore*)_cores.Of(index);

    public byte* State(int index) => (byte*)_states.Of(index);

    /// <summary>Whether the first agent's state stands for all of them.</summary>
    public bool AreAlike()
    {
        var first = new ReadOnlySpan<byte>(State(0), StateBytes);
        for (var i = 1; i < Layout.Agents; i++)
        {
            if (!first.SequenceEqual(new(State(i), StateBytes)))
                return false;
        }
        return true;
    }

    /// <summary>Gives every agent the state of the first.</summary>
    public void CopyFirstState()
    {
        var first = new ReadOnlySpan<byte>(State(0), StateBytes);
        for (var i = 1; i < Layout.Agents; i++)
            first.CopyTo(new Span<byte>(State(i), StateBytes));
    }

    public T* Vector(int v, int index) => HasMoving && _places[v] is { } places
        ? (T*)places[index]
        : (T*)_vectors[v].Of(index);

    /// <summary>
    /// Lets vectors of so many bytes or more move from one place to another: what is computed or written then becomes
    /// an agent's vector where it lies, and what a snapshot shares stays where it is. Results rest between handlers.
    /// </summary>
    /// <param name="bytesLeast">Vectors of fewer bytes stay, and all where agents' memory lies together.</param>
    public void LetMove(long bytesLeast)
    {
        // Partitions are made side by side, and all of them ask.
        lock (_moving)
            LetMoveOnce(bytesLeast);
    }

    void LetMoveOnce(long bytesLeast)
    {
        if (HasMoving || _blocks is not null)
            return;
        _places = new nint[_vectors.Length][];
        for (var v = 0; v < _vectors.Length; v++)
        {
            if ((long)Dimensions[v] * sizeof(T) < bytesLeast)
                continue;
            if (Rests(v))
            {
                _arrays[v].Dispose();
                _arrays[v] = new NativeArray<T>(Dimensions[v]);
            }
            var places = new nint[Layout.Agents];
            for (var i = 0; i < places.Length; i++)
                places[i] = (nint)(Rests(v) ? _arrays[v].Pointer : Vector(v, i));
            _places[v] = places;
        }
        HasMoving = Array.Exists(_places, p => p is not null);
    }

    /// <summary>Whether a vector is a result that rests between handlers.</summary>
    public bool Rests(int v) => Resting.Rests<T>(Layout.Vectors[v], RestingLeast);

    /// <summary>Whether a vector moves.</summary>
    public bool Moves(int v) => HasMoving && _places[v] is not null;

    /// <summary>Whether a vector lies where it did at the start, or rests: that memory goes to nobody else.</summary>
    public bool IsAtRest(int v, int index)
    {
        var at = (T*)_places[v]![index] - _arrays[v].Pointer;
        return at >= 0 && at < _arrays[v].Length;
    }

    /// <summary>Moves a vector.</summary>
    public void Place(int v, int index, T* memory) => _places[v]![index] = (nint)memory;

    /// <summary>Lets a result rest: all of them as the same zeros.</summary>
    public void Rest(int v, int index) => _places[v]![index] = (nint)_arrays[v].Pointer;

    /// <summary>
    /// Exchanges the memory of a vector of all agents, which is one array; nothing may refer to it.
    /// </summary>
    /// <returns>The memory it had.</returns>
    public NativeArray<T> Exchange(int v, NativeArray<T> memory)
    {
        var before = _arrays[v];
        (_arrays[v], _vectors[v]) = (memory, Field(memory.Span, Dimensions[v]));
        return before;
    }

    /// <summary>Where the vector notes the snapshot that shares its memory.</summary>
    public int* Sharing(int v, int index) => (int*)_sharing[v].Of(index);

    public SlotRecord* Slot(int s, int index) => (SlotRecord*)_slots[s].Of(index);

    /// <summary>Fetches an agent's core and state, and what lies before its vectors.</summary>
    public void FetchHead(int index)
    {
        if (_blocks is not null)
        {
            Prefetch.Bytes(Core(index), Math.Min(_headBytes, Prefetch.BytesMax));
            return;
        }
        Prefetch.Bytes(Core(index), sizeof(AgentCore));
        Prefetch.Bytes(State(index), Math.Min(StateBytes, Prefetch.BytesMax));
    }

    /// <summary>Fetches an agent's vectors and slots.</summary>
    public void Fetch(int index)
    {
        for (var v = 0; v < _vectors.Length; v++)
            Prefetch.Bytes(Vector(v, index), _vectors[v].Length);
        if (_blocks is not null)
            return;
        for (var v = 0; v < _sharing.Length; v++)
            Prefetch.Bytes(Sharing(v, index), sizeof(int));
        for (var s = 0; s < _slots.Length; s++)
            Prefetch.Bytes(Slot(s, index), sizeof(SlotRecord));
    }

    /// <summary>The row of a node's k-th in-neighbour of an iteration: a snapshot's number + 1, or 0.</summary>
    public int* Row(int r, int node, int k, long iteration) => _rows[r].Pointer + RankOfRow(r, node, k, iteration);

    /// <summary>The body of the message that such a row holds, in a set that has bodies.</summary>
    public MessageBody* RowBody(int r, int node, int k, long iteration) =>
        _bodies[r].Pointer + RankOfRow(r, node, k, iteration);

    long RankOfRow(int r, int node, int k, long iteration) =>
        ((FirstRow(node) + k) * RowIterations[r]) + (iteration % RowIterations[r]);

    /// <summary>How many rows a node has per iteration.</summary>
    public int RowsOf(int node) => _rowsPerNode > 0 ? _rowsPerNode : Layout.Topology.InDegree(node);

    long FirstRow(int node) => _rowsPerNode > 0 ? (long)node * _rowsPerNode : Layout.Topology.InStart(node);

    /// <summary>How many rows of an iteration an agent holds.</summary>
    public int* RowsHeld(int r, int index, long iteration) =>
        _rowsHeld[r].Pointer + ((long)index * RowIterations[r]) + (iteration % RowIterations[r]);

    public Span<double> Table(int t, int index) =>
        new(_tables[t].Pointer + ((long)index * TableLengths[t]), TableLengths[t]);

    public void Dispose()
    {
        _blocks?.Dispose();
        foreach (var array in _arrays)
            array.Dispose();
    }
}
