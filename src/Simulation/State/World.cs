using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Rules;

namespace AsyncOpt.Simulation.State;

/// <summary>What the engine keeps of an agent beside its declared memory: 48 bytes.</summary>
struct AgentCore
{
    /// <summary>Chained hash of what the agent handled.</summary>
    public ulong Chain;

    /// <summary>When it last handled something other than a fault, or lost what it did to one, in ns.</summary>
    public long Acted;

    /// <summary>Events sent so far.</summary>
    public uint Sent;

    /// <summary>Computations requested so far.</summary>
    public uint Computations;

    /// <summary>Draws of its own stream so far.</summary>
    public uint Draws;

    /// <summary>Timers set so far.</summary>
    public uint Timers;

    /// <summary>Vectors compressed so far: names the draws.</summary>
    public uint Compressed;

    /// <summary>Its first pending request, in the partition's slab, + 1; 0 for none.</summary>
    public int FirstRequest;

    /// <summary>Its node or worker, or the node a token stands on; -1 for a server.</summary>
    public int Place;

    /// <summary>Computations pending.</summary>
    public ushort Computing;

    public AgentFlags Flags;

    public byte Role;
}

[Flags]
enum AgentFlags : byte
{
    None = 0,
    Stopped = 1,
    Down = 2,
    Serving = 4,

    /// <summary>The crash that took it down cost it a computation, a timer or a message.</summary>
    Interrupted = 8,

    /// <summary>A token on its way.</summary>
    Moving = 16,

    /// <summary>A token that came to a node that is down, and waits for it.</summary>
    AtDoor = 32,
}

/// <summary>What a slot holds: a snapshot, and the way it came.</summary>
struct SlotRecord
{
    /// <summary>The snapshot's number + 1; 0 for an empty slot.</summary>
    public int Snapshot;

    /// <summary>ns of service and travel between the taking of the snapshot and the holding.</summary>
    public long Compute;
    public long Wire;
}

/// <summary>Staleness of one agent's updates.</summary>
struct AgentStaleness
{
    public long Updates;
    public long Sum;
    public long Max;
}

/// <summary>The memory of one role's agents: a few contiguous arrays.</summary>
sealed unsafe class RoleMemory<T> : IDisposable
    where T : unmanaged
{
    readonly NativeSpan<byte> _states;
    readonly NativeArray<T>[] _vectors;
    readonly NativeSpan<int>[] _sharing;
    readonly NativeSpan<SlotRecord>[] _slots;
    readonly NativeSpan<int>[] _rows;
    readonly NativeSpan<int>[] _rowsHeld;

    // Rows of a time-varying topology: as many per node as a phase needs, for each iteration kept; 0 for a static one.
    readonly int _rowsPerNode;
    readonly NativeSpan<double>[] _tables;

    public RoleMemory(RoleLayout layout, Arena arena, bool isExposed)
    {
        Layout = layout;
        Program = layout.Program;
        First = layout.First;
        StateBytes = Program.StateBytes;
        _states = arena.Take<byte>((long)StateBytes * layout.Agents);
        _vectors = [.. layout.Vectors.Select(v => new NativeArray<T>((long)v.Dimension * layout.Agents))];
        _sharing = [.. layout.Vectors.Select(_ => arena.Take<int>(layout.Agents))];
        Dimensions = [.. layout.Vectors.Select(v => v.Dimension)];
        VectorBytes = Dimensions.Sum(d => (long)d) * sizeof(T);
        _slots = [.. layout.SlotKinds.Select(_ => arena.Take<SlotRecord>(layout.Agents))];
        if (layout.NeighbourRowSets.Count > 0 && layout.Topology.Period > 1)
            _rowsPerNode = Enumerable.Range(0, layout.Topology.Period).Max(t => layout.Topology.PhaseAt(t).InDegreeMax);
        _rows = [.. layout.NeighbourRowSets.Select(k => arena.Take<int>(
            k * (_rowsPerNode > 0 ? (long)_rowsPerNode * layout.Agents : layout.Topology.Edges)))];
        _rowsHeld = [.. layout.NeighbourRowSets.Select(k => arena.Take<int>((long)k * layout.Agents))];
        RowIterations = [.. layout.NeighbourRowSets];
        _tables = [.. layout.Tables.Select(t => arena.Take<double>((long)t.Length * layout.Agents))];
        TableLengths = [.. layout.Tables.Select(t => t.Length)];
        HasStation = layout.ServiceTime is not null || Program.WhileComputing == WhileComputing.Wait;
        if (HasStation)
            (WaitingFirst, WaitingLast) = (arena.Take<int>(layout.Agents), arena.Take<int>(layout.Agents));
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

    /// <summary>Bytes of all vectors of one agent: what a token carries.</summary>
    public long VectorBytes { get; }

    public int[] RowIterations { get; }

    public int[] TableLengths { get; }

    /// <summary>Whether messages may have to wait: for service, or for a computation to end.</summary>
    public bool HasStation { get; }

    /// <summary>First and last waiting event of each agent, in the partition's slab, + 1.</summary>
    public NativeSpan<int> WaitingFirst { get; }

    public NativeSpan<int> WaitingLast { get; }

    /// <summary>Tokens that nodes may crash under: when each looks for a crash, in ns, + 1; 0 for never.</summary>
    public NativeSpan<long> Watched { get; }

    /// <summary>The node that each of these waits for, while it does.</summary>
    public NativeSpan<int> Doors { get; }

    /// <summary>Services begun so far, per agent: names the draws.</summary>
    public NativeSpan<uint> Services { get; }

    /// <summary>The message in service, in the partition's slab, + 1, per agent that is serving.</summary>
    public NativeSpan<int> Served { get; }

    public long Bytes => _states.Bytes
        + _vectors.Sum(a => a.Bytes) + _sharing.Sum(a => a.Bytes) + _slots.Sum(a => a.Bytes)
        + _rows.Sum(a => a.Bytes) + _rowsHeld.Sum(a => a.Bytes) + _tables.Sum(a => a.Bytes)
        + WaitingFirst.Bytes + WaitingLast.Bytes + Watched.Bytes + Doors.Bytes + Services.Bytes + Served.Bytes;

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
        yield return RawBytes.Of(_states, StateBytes, agents);
        for (var v = 0; v < _vectors.Length; v++)
            yield return VectorMemory(v, agents);
        for (var t = 0; t < _tables.Length; t++)
            yield return TableMemory(t, agents);
        if (Doors.Length > 0)
            yield return RawBytes.Of(Doors, 1, agents);
    }

    public RawBytes VectorMemory(int v, AgentRange agents) => RawBytes.Of(_vectors[v].Span, Dimensions[v], agents);

    public RawBytes TableMemory(int t, AgentRange agents) => RawBytes.Of(_tables[t], TableLengths[t], agents);

    public byte* State(int index) => _states.Pointer + ((long)index * StateBytes);

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

    public T* Vector(int v, int index) => _vectors[v].Pointer + ((long)index * Dimensions[v]);

    /// <summary>Exchanges the memory of a vector of all agents; nothing may refer to it.</summary>
    /// <returns>The memory it had.</returns>
    public NativeArray<T> Exchange(int v, NativeArray<T> memory)
    {
        var before = _vectors[v];
        _vectors[v] = memory;
        return before;
    }

    /// <summary>Where the vector notes the snapshot that shares its memory.</summary>
    public int* Sharing(int v, int index) => _sharing[v].Pointer + index;

    public SlotRecord* Slot(int s, int index) => _slots[s].Pointer + index;

    /// <summary>Fetches an agent's vectors and slots.</summary>
    public void Fetch(int index)
    {
        for (var v = 0; v < _vectors.Length; v++)
        {
            Prefetch.Bytes(Vector(v, index), Dimensions[v] * sizeof(T));
            Prefetch.Bytes(Sharing(v, index), sizeof(int));
        }
        for (var s = 0; s < _slots.Length; s++)
            Prefetch.Bytes(Slot(s, index), sizeof(SlotRecord));
    }

    /// <summary>The row of a node's k-th in-neighbour of an iteration: a snapshot's number + 1, or 0.</summary>
    public int* Row(int r, int node, int k, long iteration) =>
        _rows[r].Pointer + ((FirstRow(node) + k) * RowIterations[r]) + (iteration % RowIterations[r]);

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
        foreach (var vector in _vectors)
            vector.Dispose();
    }
}

/// <summary>
/// What all partitions of a run share, or those of a process. Each agent's part is touched by its own partition only.
/// </summary>
sealed unsafe class World<T> : IDisposable
    where T : unmanaged
{
    readonly Arena _arena = new();

    /// <param name="plan">The run.</param>
    /// <param name="layout">Its method's layout.</param>
    /// <param name="present">
    /// Which agents of a role are in this process; null for all. Numbers are the same everywhere, and the memory of the
    /// others is never touched.
    /// </param>
    public World(RunPlan plan, Layout layout, Func<RoleLayout, IReadOnlyList<AgentRange>>? present = null)
    {
        var links = new Links(plan, layout);
        Plan = plan;
        Layout = layout;
        Links = links;
        Kinds = [.. layout.Kinds];
        KindBytes = BytesOf(layout);
        KindDimensions = DimensionsOf(layout);
        Crashes = PlaceCrashes.Of(plan, layout);
        Roles =
        [
            .. layout.Roles.Select(r => new RoleMemory<T>(r, _arena, Crashes is not null && r.Count == Count.Tokens)),
        ];
        Cores = _arena.Take<AgentCore>(layout.Agents);
        foreach (var role in layout.Roles)
        {
            foreach (var agents in present?.Invoke(role) ?? [new AgentRange(0, role.Agents)])
            {
                for (var i = agents.First; i < agents.End; i++)
                {
                    ref var core = ref Cores[role.First + i];
                    core.Role = (byte)role.Index;
                    core.Place = role.StartPlaceOf(i);
                }
                Initialize(Roles[role.Index], agents, plan.InitialPoint);
            }
        }
    }

    public RunPlan Plan { get; }

    public Layout Layout { get; }

    public Links Links { get; }

    /// <summary>When places are down; null where no token can meet that.</summary>
    public PlaceCrashes? Crashes { get; }

    public MessageKind[] Kinds { get; }

    /// <summary>Bytes on the wire, per kind.</summary>
    public long[] KindBytes { get; }

    /// <summary>Dimensions of the vectors of each kind.</summary>
    public int[][] KindDimensions { get; }

    public RoleMemory<T>[] Roles { get; }

    public NativeSpan<AgentCore> Cores { get; }

    public int Agents => Layout.Agents;

    /// <summary>An agent's role, without a look at the agent's own memory: there are few roles.</summary>
    public RoleMemory<T> RoleOf(int agent)
    {
        var i = Roles.Length - 1;
        while (Roles[i].First > agent)
            i--;
        return Roles[i];
    }

    public ulong Seed => Plan.Seeds.Run;

    public long Bytes => Cores.Bytes + Roles.Sum(r => r.Bytes) + Links.Bytes;

    public void Dispose()
    {
        Links.Dispose();
        foreach (var role in Roles)
            role.Dispose();
        _arena.Dispose();
    }

    /// <summary>Dimensions of the vectors of each kind.</summary>
    public static int[][] DimensionsOf(Layout layout) =>
        [.. layout.Kinds.Select(k => k.Vectors.Select(v => v.Resolve(layout.Context.Dimension)).ToArray())];

    /// <summary>Bytes on the wire, per kind.</summary>
    public static long[] BytesOf(Layout layout)
    {
        var width = sizeof(T);
        return [.. layout.Kinds.Select(k => k.Bytes ?? k.BodyBytes
            + k.Vectors.Sum(v => (long)width * v.Resolve(layout.Context.Dimension)))];
    }

    static void Initialize(RoleMemory<T> role, AgentRange agents, double[]? point)
    {
        if (point is null)
            return;
        for (var v = 0; v < role.Dimensions.Length; v++)
        {
            if (role.Layout.Vectors[v].Initial != Initial.Point)
                continue;
            for (var i = agents.First; i < agents.End; i++)
                Floats.FromDouble(point, new Span<T>(role.Vector(v, i), role.Dimensions[v]));
        }
    }
}

/// <summary>Conversions between the run's float width and float64.</summary>
static class Floats
{
    public static void FromDouble<T>(ReadOnlySpan<double> source, Span<T> target)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            source.CopyTo(System.Runtime.InteropServices.MemoryMarshal.Cast<T, double>(target));
            return;
        }
        var floats = System.Runtime.InteropServices.MemoryMarshal.Cast<T, float>(target);
        for (var i = 0; i < source.Length; i++)
            floats[i] = (float)source[i];
    }

    public static void ToDouble<T>(ReadOnlySpan<T> source, Span<double> target)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            System.Runtime.InteropServices.MemoryMarshal.Cast<T, double>(source).CopyTo(target);
            return;
        }
        var floats = System.Runtime.InteropServices.MemoryMarshal.Cast<T, float>(source);
        for (var i = 0; i < floats.Length; i++)
            target[i] = floats[i];
    }
}
