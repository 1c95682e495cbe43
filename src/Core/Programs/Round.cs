using AsyncOpt.Core.Optimizers;

namespace AsyncOpt.Core.Programs;

/// <summary>
/// What happens at one instant to every agent of a role: the run begins, or a computation of the same kind completes,
/// or messages of the same kind come from all in-neighbours, or both of these, in an order that differs from agent to
/// agent.
/// </summary>
public readonly ref struct Round
{
    /// <summary>Whether the run begins.</summary>
    public bool IsStart { get; init; }

    /// <summary>The oracle of the computation that completes; null for none. Its results are in its output.</summary>
    public Oracle? Oracle { get; init; }

    /// <summary>What the computation rests on.</summary>
    public Origin ComputedOrigin { get; init; }

    /// <summary>The kind of the messages; null for none.</summary>
    public MessageKind? Kind { get; init; }

    /// <summary>What the messages rest on.</summary>
    public Origin MessageOrigin { get; init; }
}

/// <summary>
/// What a role may ask for all of its agents at once. Each is what the effect of the same name in
/// <see cref="Effects"/> asks for one agent at its last event of the round; they take place in the order of the calls.
/// </summary>
public abstract class RoundEffects
{
    /// <summary>Keeps the round's messages as the senders' rows of an iteration, which is also their version.</summary>
    public abstract void Hold(NeighbourRows rows, long iteration);

    /// <summary>Whether every agent holds all its rows of an iteration, the round's included.</summary>
    public abstract bool IsHeld(NeighbourRows rows, long iteration);

    /// <summary>x := W_ii x + the sum of W_ij x_j over the rows held of an iteration, which are released.</summary>
    public abstract void Mix(NeighbourRows rows, long iteration, Vector x);

    /// <summary>y := x.</summary>
    public abstract void Copy(Vector x, Vector y);

    /// <summary>One step of an optimizer.</summary>
    /// <param name="optimizer">The rule.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="number">Which step of the states it is, from 1.</param>
    /// <param name="gradient">The gradient.</param>
    /// <param name="x">The point.</param>
    /// <param name="state0">The optimizer's first state; unbound where it has none.</param>
    /// <param name="state1">The optimizer's second state; unbound where it has fewer.</param>
    public abstract void Step(
        Optimizer optimizer, double rate, long number, Vector gradient, Vector x, Vector state0 = default,
        Vector state1 = default);

    /// <summary>Requests an oracle of one input and one output of every agent, on its own place's samples.</summary>
    /// <param name="oracle">What to compute.</param>
    /// <param name="x">The input, frozen now.</param>
    /// <param name="version">The input's version, born now.</param>
    /// <param name="batch">Samples per batch; 0 for all samples of the place.</param>
    /// <param name="output">Where the result goes.</param>
    public abstract void Compute(Oracle oracle, Vector x, long version, int batch, Vector output);

    /// <summary>Sends every out-neighbour a version that is born now.</summary>
    public abstract void SendToNeighbours(MessageKind kind, Vector x, long version);

    /// <summary>Sends every out-neighbour a vector that rests on an earlier version.</summary>
    public abstract void SendToNeighbours(MessageKind kind, Vector x, in Origin origin);

    /// <summary>Records an update of every agent; it rests on the input that came last to the agent.</summary>
    /// <param name="iteration">The staleness is this minus the version of that input.</param>
    public abstract void RecordUpdate(long iteration);
}
