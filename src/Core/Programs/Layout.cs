using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Programs;

/// <summary>How many agents a role has.</summary>
public enum Count
{
    /// <summary>One, for instance a server.</summary>
    One,

    /// <summary>One per worker: a place with data, linked to the roles of <see cref="One"/>.</summary>
    PerWorker,

    /// <summary>One per node of the topology.</summary>
    PerNode,

    /// <summary>As many tokens as the method asks for; each has a place that changes.</summary>
    Tokens,
}

/// <summary>
/// What the evaluation takes from a vector, at any instant: it must always be what the agent's last completed iteration
/// left, so an iteration of several steps works on a vector of its own and copies the result at its end.
/// </summary>
public enum Estimate
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The vector of the role's only agent, or of its first.</summary>
    Single,

    /// <summary>The mean over the role's agents; their distance from it is the consensus distance.</summary>
    Mean,

    /// <summary>Each agent's vector by itself: mean, worst and spread of each metric.</summary>
    Each,

    /// <summary>
    /// Beside the estimate: each agent's lower solution, at which a bilevel problem takes its metrics.
    /// </summary>
    Lower,
}

/// <summary>What a vector contains at the start.</summary>
public enum Initial
{
    /// <summary>Zeros.</summary>
    Zero,

    /// <summary>The run's initial point.</summary>
    Point,
}

/// <summary>The declared layout of a method: its roles, their agents' memory, and its message kinds.</summary>
public sealed class Layout
{
    /// <summary>Kinds of messages that a method may have: one in flight holds its kind's number in a byte.</summary>
    public const int KindsMax = 256;

    readonly List<RoleLayout> _roles = [];
    readonly List<MessageKind> _kinds = [];
    bool _complete;

    /// <summary>An empty layout for a run with the given numbers.</summary>
    /// <param name="context">Counts and dimensions of the run.</param>
    public Layout(LayoutContext context) => Context = context;

    /// <summary>Counts and dimensions of the run.</summary>
    public LayoutContext Context { get; }

    /// <summary>The roles, in the order of their declaration.</summary>
    public IReadOnlyList<RoleLayout> Roles => _roles;

    /// <summary>The message kinds, sorted by name.</summary>
    public IReadOnlyList<MessageKind> Kinds => _kinds;

    /// <summary>
    /// What messages carry, as text. Silos, logs and checkpoints whose texts differ do not understand each other.
    /// </summary>
    public string MessageFormat => string.Join("; ", _kinds.Select(k => k.Format));

    /// <summary>Refuses messages of another build that lays them out otherwise.</summary>
    /// <param name="whose">Where they come from, for instance <c>the checkpoint</c>.</param>
    /// <param name="format">What they carry: its <see cref="MessageFormat"/>.</param>
    /// <exception cref="InputException">They carry something else than this layout's.</exception>
    public void CheckMessages(string whose, string format)
    {
        if (format != MessageFormat)
        {
            throw new InputException($"{whose} has messages of another build of the method: expected '{MessageFormat}',"
                + $" got '{format}'; take the build that it comes from, or begin anew");
        }
    }

    /// <summary>How many agents there are, over all roles.</summary>
    public int Agents { get; private set; }

    /// <summary>Whether agents send to others without a link of the topology: see <see cref="RoleLayout.Overlay"/>.
    /// </summary>
    internal bool HasOverlays => _roles.Exists(r => r.HasOverlays);

    /// <summary>Declares a role.</summary>
    /// <param name="name">Its name, unique within the method.</param>
    /// <param name="count">How many agents it has.</param>
    /// <param name="program">Their program.</param>
    /// <param name="tokens">The number of tokens, where <paramref name="count"/> is <see cref="Count.Tokens"/>.</param>
    public void Role(string name, Count count, RoleProgram program, int tokens = 0)
    {
        if (_complete)
            throw new InvalidOperationException("the layout is complete");
        if (_roles.Exists(r => r.Name == name))
            throw new InvalidOperationException($"two roles are named '{name}'");
        var agents = count switch
        {
            Count.One => 1,
            Count.PerWorker or Count.PerNode => Context.Places,
            Count.Tokens => tokens,
            _ => throw new ArgumentOutOfRangeException(nameof(count)),
        };
        _roles.Add(new RoleLayout(this, _roles.Count, name, count, program, Agents, agents));
        Agents = checked(Agents + agents);
    }

    /// <summary>Declares the kinds of messages the method's agents send, at most <see cref="KindsMax"/>.</summary>
    /// <exception cref="InvalidOperationException">There are more, or one has a body that cannot be sent.</exception>
    public void Messages(params MessageKind[] kinds)
    {
        foreach (var kind in kinds)
        {
            if (kind.BodyViolation is { } violation)
                throw new InvalidOperationException($"the body of message kind '{kind}' {violation}");
        }
        _kinds.AddRange(kinds);
        if (_kinds.Count > KindsMax)
            throw new InvalidOperationException($"a method has at most {KindsMax} kinds of messages");
    }

    /// <summary>Lays a method out: roles first, then each program's declarations, with all roles known.</summary>
    public static Layout Of(Method method, LayoutContext context)
    {
        var layout = new Layout(context);
        method.Declare(layout);
        layout._kinds.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        for (var i = 0; i < layout._kinds.Count; i++)
            layout._kinds[i].Bind(i);
        foreach (var role in layout._roles)
            role.Program.Declare(role);
        layout._complete = true;
        return layout;
    }

    /// <summary>The role of an agent: there are few, so they are searched.</summary>
    /// <param name="agent">The agent's number.</param>
    public RoleLayout RoleOf(int agent)
    {
        var i = _roles.Count - 1;
        while (_roles[i].First > agent)
            i--;
        return _roles[i];
    }

    /// <summary>
    /// What messages to people call an agent: its role, its rank, and its node's name where it has one.
    /// </summary>
    /// <param name="agent">Its number.</param>
    public string NameOf(int agent)
    {
        var role = RoleOf(agent);
        return role.Identity.NameOf(agent - role.First);
    }

    /// <summary>
    /// Lets the run compress what is a change; where the codec keeps what it leaves out, every agent gets a vector for
    /// it per vector of such a kind, and a note of whom that was left out from.
    /// </summary>
    /// <param name="codec">The codec.</param>
    /// <exception cref="InputException">No kind is a change, or the codec does not fit one.</exception>
    public void Compress(Codecs.Codec codec)
    {
        if (!_kinds.Exists(k => k.IsChange))
        {
            throw new InputException($"compress: no message of this method is a gradient or another change; its "
                + $"messages are {string.Join(", ", _kinds.Select(k => $"'{k}'"))}; remove the key");
        }
        if (!codec.KeepsError)
            return;
        if (_kinds.Find(k => k is { IsChange: true, TakesFragments: true }) is { } kind)
        {
            throw new InputException($"compress: codec '{codec}' keeps what it leaves out of one message for the "
                + $"next, and each '{kind}' has other coordinates; set its error-feedback to false");
        }
        foreach (var role in _roles)
            role.KeepErrors(_kinds);
    }

    internal RoleLayout Find(string role) => _roles.Find(r => r.Name == role)
        ?? throw new InvalidOperationException($"no role is named '{role}'");
}

/// <summary>A declared vector.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dimension">Its number of coordinates.</param>
/// <param name="Estimate">What the evaluation takes from it.</param>
/// <param name="Initial">What it contains at the start.</param>
public sealed record VectorLayout(string Name, int Dimension, Estimate Estimate, Initial Initial)
{
    /// <summary>Whether it is used up by the handler that got it: see <see cref="RoleLayout.Result"/>.</summary>
    public bool IsResult { get; init; }
}

/// <summary>A declared table.</summary>
/// <param name="Name">Its name; may be empty.</param>
/// <param name="Length">How many numbers it holds.</param>
public sealed record TableLayout(string Name, int Length);

/// <summary>A declared set of neighbour rows.</summary>
/// <param name="Kind">The kind of the messages.</param>
/// <param name="Vector">Which of their vectors it holds, from 0.</param>
/// <param name="Iterations">How many iterations it keeps at once.</param>
public sealed record RowsLayout(MessageKind Kind, int Vector, int Iterations)
{
    /// <summary>Whether the messages' bodies are kept beside these rows: beside those of the first vector.</summary>
    internal bool HasBodies => Vector == 0 && Kind.BodyBytes > 0;
}

/// <summary>The declared memory of a role's agents.</summary>
public sealed class RoleLayout
{
    readonly Layout _layout;
    readonly List<VectorLayout> _vectors = [];
    readonly List<MessageKind> _slots = [];
    readonly List<RowsLayout> _rows = [];
    readonly List<TableLayout> _tables = [];
    readonly List<RoleLayout> _overlays = [];

    internal RoleLayout(
        Layout layout, int index, string name, Count count, RoleProgram program, int first, int agents) =>
        (_layout, Index, Name, Count, Program, First, Agents) = (layout, index, name, count, program, first, agents);

    /// <summary>Rank among the method's roles.</summary>
    public int Index { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>How its number of agents is determined.</summary>
    public Count Count { get; }

    /// <summary>Its agents' program.</summary>
    public RoleProgram Program { get; }

    /// <summary>The number of its first agent.</summary>
    public int First { get; }

    /// <summary>How many agents it has.</summary>
    public int Agents { get; }

    /// <summary>Its name, agents, and their nodes' names, for records and messages.</summary>
    public Runs.AgentRole Identity => new(Name, Agents)
    {
        Labels = Count == Count.PerNode ? _layout.Context.Topology?.Labels : null,
    };

    /// <summary>The graph of the nodes.</summary>
    /// <exception cref="InvalidOperationException">The run has none.</exception>
    public Topologies.Topology Topology => _layout.Context.Topology
        ?? throw new InvalidOperationException($"role '{Name}' asks for a topology, and the run has none");

    /// <summary>The number of places where data lies.</summary>
    public int Places => _layout.Context.Places;

    /// <summary>The vectors, in the order of their declaration.</summary>
    public IReadOnlyList<VectorLayout> Vectors => _vectors;

    /// <summary>The kinds of messages whose vectors the slots hold.</summary>
    public IReadOnlyList<MessageKind> SlotKinds => _slots;

    /// <summary>The sets of neighbour rows, one for each vector of a kind.</summary>
    public IReadOnlyList<RowsLayout> NeighbourRowSets => _rows;

    /// <summary>The tables, in the order of their declaration.</summary>
    public IReadOnlyList<TableLayout> Tables => _tables;

    /// <summary>The law of the time that a message's service takes, in seconds; null for none.</summary>
    public Laws.Law? ServiceTime { get; set; }

    /// <summary>How many messages may wait at an agent; what comes beyond is lost. Null for no limit.</summary>
    public int? ServiceBuffer { get; set; }

    /// <summary>
    /// The node on which each token of the role starts, by the token's index; by default index mod nodes.
    /// </summary>
    public Func<int, int>? StartPlace { get; set; }

    /// <summary>Where an agent is at the start: -1 for a server, else its worker or node.</summary>
    /// <param name="index">Rank within the role.</param>
    public int StartPlaceOf(int index) => Count switch
    {
        Count.One => -1,
        Count.Tokens => StartPlace?.Invoke(index) ?? (index % Places),
        _ => index,
    };

    /// <summary>
    /// Where an agent stays, as others know it: -1 for a server, and for a token, whose place is its own to know.
    /// </summary>
    /// <param name="agent">An agent of this role.</param>
    public int PlaceOf(int agent) => Count is Count.One or Count.Tokens ? -1 : agent - First;

    /// <summary>Declares a vector.</summary>
    public Vector Vector(string name, Dim dimension, Estimate estimate = Estimate.None, Initial initial = Initial.Zero)
    {
        _vectors.Add(new VectorLayout(name, dimension.Resolve(_layout.Context.Dimension), estimate, initial));
        return new Vector(_vectors.Count - 1);
    }

    /// <summary>
    /// Declares a vector for results of computations that are used up by the handler of the completion. No other
    /// handler may read it, so that an agent needs no memory of its own for it: a long one lies nowhere in between.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="dimension">Its number of coordinates.</param>
    public Vector Result(string name, Dim dimension)
    {
        var result = Vector(name, dimension);
        _vectors[^1] = _vectors[^1] with { IsResult = true };
        return result;
    }

    /// <summary>The parts of the parameters that belong together, such as the layers of a net; together all of them.
    /// </summary>
    public IReadOnlyList<Problems.ParameterBlock> Blocks => _layout.Context.Blocks;

    /// <summary>A range of a vector.</summary>
    /// <param name="vector">A vector of this role.</param>
    /// <param name="first">The rank of its first coordinate.</param>
    /// <param name="count">How many coordinates, at least 1.</param>
    public Fragment Fragment(Vector vector, int first, int count)
    {
        var declared = _vectors[vector.Index];
        return first >= 0 && count >= 1 && first <= declared.Dimension - count
            ? new Fragment(vector, first, count)
            : throw new ArgumentOutOfRangeException(
                nameof(first), $"role '{Name}': vector '{declared.Name}' has the coordinates 0 to "
                + $"{declared.Dimension - 1}, not {first} to {(long)first + count - 1}");
    }

    /// <summary>The range of a vector of parameters that a block is.</summary>
    /// <param name="vector">A vector of this role.</param>
    /// <param name="block">The block: one of <see cref="Blocks"/>.</param>
    public Fragment Fragment(Vector vector, Problems.ParameterBlock block) =>
        Fragment(vector, block.Offset, block.Length);

    /// <summary>A vector in ranges that follow each other and differ by one coordinate at most.</summary>
    /// <param name="vector">A vector of this role.</param>
    /// <param name="count">How many ranges, from 1 to the vector's dimension.</param>
    public Fragment[] Fragments(Vector vector, int count)
    {
        var dimension = _vectors[vector.Index].Dimension;
        if (count < 1 || count > dimension)
        {
            throw new InputException($"role '{Name}': {count} fragments of vector '{_vectors[vector.Index].Name}' with "
                + $"{dimension} coordinates: expected 1 to {dimension}");
        }
        int FirstOf(int i) => (int)((long)dimension * i / count);
        return [.. Enumerable.Range(0, count).Select(i => Fragment(vector, FirstOf(i), FirstOf(i + 1) - FirstOf(i)))];
    }

    /// <summary>
    /// What the agents leave out of compressed messages: the first vector of each kind's, by the kind's number; unbound
    /// where nothing is kept.
    /// </summary>
    internal Vector[] Kept { get; private set; } = [];

    /// <summary>To whom each kind's messages went, by the kind's number: see <see cref="Kept"/>.</summary>
    internal Table KeptFrom { get; private set; }

    internal void KeepErrors(IReadOnlyList<MessageKind> kinds)
    {
        Kept = new Vector[kinds.Count];
        KeptFrom = Table(Dim.Of(kinds.Count));
        foreach (var kind in kinds.Where(k => k.IsChange))
        {
            var vectors = kind.Vectors.Select((v, i) => Vector($"left out of {kind} {i}", v)).ToList();
            Kept[kind.Number] = vectors.FirstOrDefault();
        }
    }

    /// <summary>Declares a slot for vectors received in messages of one kind.</summary>
    public Slot Slot(MessageKind kind)
    {
        _slots.Add(kind);
        return new Slot(_slots.Count - 1);
    }

    /// <summary>Declares a bank of slots for vectors of one kind of messages.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="count">How many.</param>
    public SlotBank Slots(MessageKind kind, int count)
    {
        var bank = new SlotBank(_slots.Count, count);
        for (var i = 0; i < count; i++)
            _slots.Add(kind);
        return bank;
    }

    /// <summary>
    /// How long a computation takes at a worker or node as declared, without jitter: what a method may know in advance.
    /// </summary>
    /// <param name="place">The worker or node.</param>
    /// <param name="steps">Steps of local training; 1 for a gradient.</param>
    /// <param name="batch">Samples per step; 0 for all samples of the place.</param>
    /// <param name="data">Whose samples; by default the place's own.</param>
    public VirtualTime Pace(int place, int steps, int batch, int? data = null)
    {
        var context = _layout.Context;
        var model = context.Compute
            ?? throw new InvalidOperationException($"role '{Name}' asks for the pace of computations in a layout "
                + "without a compute model");
        var samples = batch == 0 ? context.ShardSize(data ?? place) : batch;
        return model.Duration(model.Factors[place], steps, (long)steps * samples);
    }

    /// <summary>The number of samples at a worker or node; 0 where the problem has none.</summary>
    public int ShardSize(int place) => _layout.Context.ShardSize(place);

    /// <summary>Declares rows for the messages of the in-neighbours.</summary>
    /// <param name="kind">Their kind, with one vector or more. A message's vectors and its body are kept together.
    /// </param>
    /// <param name="iterations">
    /// How many iterations are kept at once: by how much a neighbour can be ahead, plus one.
    /// </param>
    public NeighbourRows NeighbourRows(MessageKind kind, int iterations = 2)
    {
        if (kind.VectorCount == 0)
            throw new InvalidOperationException($"role '{Name}' asks for rows of '{kind}', which carries no vector");
        var rows = new NeighbourRows(_rows.Count, kind.VectorCount);
        for (var i = 0; i < kind.VectorCount; i++)
            _rows.Add(new RowsLayout(kind, i, iterations));
        return rows;
    }

    /// <summary>Declares host-only numbers.</summary>
    /// <param name="length">How many.</param>
    /// <param name="name">A name by which diagnostics find them; without one, nobody else does.</param>
    public Table Table(Dim length, string name = "")
    {
        _tables.Add(new TableLayout(name, length.Resolve(_layout.Context.Dimension)));
        return new Table(_tables.Count - 1);
    }

    /// <summary>All agents of a role.</summary>
    public Peers Peers(string role)
    {
        var other = _layout.Find(role);
        return new Peers(other.First, other.Agents);
    }

    /// <summary>
    /// All agents of a role, to any of whom this role's agents may send, whether or not a link of the topology joins
    /// them: an overlay. Such messages take the delays and faults of the run's links between the two places.
    /// </summary>
    /// <param name="role">The name of a role of one agent per node or worker; may be this one.</param>
    public Peers Overlay(string role)
    {
        var other = _layout.Find(role);
        if (Count == Count.One || other.Count is not (Count.PerNode or Count.PerWorker))
        {
            throw new InvalidOperationException($"role '{Name}' asks for an overlay to role '{role}': it goes from "
                + "nodes, workers or tokens to nodes or workers; all agents have links to and from a server");
        }
        _overlays.Add(other);
        return Peers(role);
    }

    internal bool HasOverlays => _overlays.Count > 0;

    internal bool HasOverlayTo(RoleLayout other) => _overlays.Contains(other);

    /// <summary>The only agent of a role.</summary>
    public Peer Peer(string role)
    {
        var other = _layout.Find(role);
        return other.Agents == 1
            ? new Peer(other.First)
            : throw new InvalidOperationException($"role '{role}' has {other.Agents} agents, not one");
    }
}
