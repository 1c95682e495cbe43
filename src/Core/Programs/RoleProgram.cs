using System.Reflection;
using System.Runtime.CompilerServices;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Programs;

/// <summary>Whether messages are handled while the agent computes.</summary>
public enum WhileComputing
{
    /// <summary>As in an actor: messages are handled as they come.</summary>
    Handle,

    /// <summary>Messages wait until none of the agent's computations is pending.</summary>
    Wait,
}

/// <summary>
/// The program of a role: a pure state machine. It gets an event, changes its agent's state, and asks for effects. One
/// object serves all agents of the role; after <see cref="Declare"/> it holds only handles and options, never state.
/// Derive from <see cref="RoleProgram{TState}"/>.
/// </summary>
public abstract class RoleProgram
{
    private protected RoleProgram()
    {
    }

    /// <summary>Declares vectors, slots, rows, tables and peers, and keeps their handles.</summary>
    public abstract void Declare(RoleLayout role);

    /// <summary>Whether messages are handled while the agent computes.</summary>
    public virtual WhileComputing WhileComputing => WhileComputing.Handle;

    internal abstract int StateBytes { get; }

    internal abstract unsafe void Start(void* state, Effects e);

    internal abstract unsafe void Message(void* state, in Received m, Effects e);

    internal abstract unsafe void Completion(void* state, in Computed c, Effects e);

    internal abstract unsafe void Timer(void* state, in TimerFired t, Effects e);

    internal abstract unsafe void Arrival(void* state, in Arrived a, Effects e);

    internal abstract unsafe void Restart(void* state, bool isStateLost, Effects e);

    internal abstract unsafe void WaitsFor(void* state, Waits waits);

    /// <summary>Whether it names what its agents wait for.</summary>
    internal abstract bool TellsWaits { get; }
}

/// <summary>The program of a role whose agents each have a state of type <typeparamref name="TState"/>.</summary>
/// <typeparam name="TState">Plain memory: numbers only; all zero at the start.</typeparam>
public abstract class RoleProgram<TState> : RoleProgram
    where TState : unmanaged
{
    /// <summary>The run begins, at virtual time 0.</summary>
    public virtual void OnStart(ref TState s, Effects e)
    {
    }

    /// <summary>A message's service ended.</summary>
    public virtual void OnMessage(ref TState s, in Received m, Effects e) => throw Unexpected($"a message '{m.Kind}'");

    /// <summary>A computation ended; its results are in the outputs it named.</summary>
    public virtual void OnComputed(ref TState s, in Computed c, Effects e) =>
        throw Unexpected($"a result of '{c.Oracle}'");

    /// <summary>A timer went off.</summary>
    public virtual void OnTimer(ref TState s, in TimerFired t, Effects e) => throw Unexpected("a timer");

    /// <summary>A token arrived at a node.</summary>
    public virtual void OnArrived(ref TState s, in Arrived a, Effects e) => throw Unexpected("an arrival");

    /// <summary>
    /// The agent comes back after a crash: state, vectors and slots are as they were, pending computations and timers
    /// are lost, messages that arrived meanwhile are lost. By default it starts again.
    /// </summary>
    public virtual void OnRestart(ref TState s, Effects e) => OnStart(ref s, e);

    /// <summary>
    /// The agent comes back after a crash that cost it its state: state, vectors, tables, slots and rows are as they
    /// were at the start, pending computations and timers are lost, messages that arrived meanwhile are lost. Others
    /// remember it. Draws and default batch keys go on, so that none comes twice. By default it starts again.
    /// </summary>
    public virtual void OnStateLost(ref TState s, Effects e) => OnStart(ref s, e);

    /// <summary>Names what the agent waits for, so that a run that cannot go on can say who waits for whom.</summary>
    public virtual void Awaits(in TState s, Waits waits)
    {
    }

    internal sealed override bool TellsWaits =>
        GetType().GetMethod(nameof(Awaits), BindingFlags.Public | BindingFlags.Instance)!.DeclaringType
            != typeof(RoleProgram<TState>);

    internal sealed override int StateBytes => Unsafe.SizeOf<TState>();

    internal sealed override unsafe void Start(void* state, Effects e) => OnStart(ref *(TState*)state, e);

    internal sealed override unsafe void Message(void* state, in Received m, Effects e) =>
        OnMessage(ref *(TState*)state, in m, e);

    internal sealed override unsafe void Completion(void* state, in Computed c, Effects e) =>
        OnComputed(ref *(TState*)state, in c, e);

    internal sealed override unsafe void Timer(void* state, in TimerFired t, Effects e) =>
        OnTimer(ref *(TState*)state, in t, e);

    internal sealed override unsafe void Arrival(void* state, in Arrived a, Effects e) =>
        OnArrived(ref *(TState*)state, in a, e);

    internal sealed override unsafe void Restart(void* state, bool isStateLost, Effects e)
    {
        if (isStateLost)
            OnStateLost(ref *(TState*)state, e);
        else
            OnRestart(ref *(TState*)state, e);
    }

    internal sealed override unsafe void WaitsFor(void* state, Waits waits) => Awaits(in *(TState*)state, waits);

    InvalidOperationException Unexpected(string what) =>
        new($"{GetType().Name} got {what}, which it does not handle");
}

/// <summary>Collects what an agent waits for.</summary>
/// <param name="place">Where the agent is.</param>
public sealed class Waits(int place)
{
    readonly List<(MessageKind Kind, Peer From)> _entries = [];

    /// <summary>Where the agent is: its node or worker number, or the node that a token stands on.</summary>
    public int Place { get; } = place;

    /// <summary>The kinds awaited, and from whom.</summary>
    public IReadOnlyList<(MessageKind Kind, Peer From)> Entries => _entries;

    /// <summary>The agent waits for a message of this kind from this sender.</summary>
    public void For(MessageKind kind, Peer from) => _entries.Add((kind, from));

    /// <summary>The node waits for messages of this kind from its in-neighbours of an iteration.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="nodes">The agents of the nodes' role.</param>
    /// <param name="topology">Their graph.</param>
    /// <param name="iteration">The iteration, from 0.</param>
    public void ForNeighbours(MessageKind kind, Peers nodes, Topology topology, long iteration)
    {
        foreach (var neighbour in topology.PhaseAt(iteration).InNeighbours(Place))
            For(kind, nodes[neighbour]);
    }
}
