using AsyncOpt.Core.Codecs;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;

namespace AsyncOpt.Core.Programs;

/// <summary>
/// What a role program may ask for while it handles an event. The host supplies it; every call concerns the agent whose
/// event is being handled. Operations on vectors form a closed set, so that a host may run them on any device.
/// </summary>
public abstract class Effects
{
    /// <summary>The agent whose event is being handled.</summary>
    public abstract Peer Self { get; }

    /// <summary>Rank of the agent within its role, 0 .. count-1.</summary>
    public abstract int Index { get; }

    /// <summary>Where the agent is: its node or worker number, or the node that a token stands on.</summary>
    public abstract int Place { get; }

    // --- vectors --------------------------------------------------------------------------------------------------

    /// <summary>y := x.</summary>
    public abstract void Copy(Operand x, Vector y);

    /// <summary>y := value, in every coordinate.</summary>
    public abstract void Fill(double value, Vector y);

    /// <summary>y := a y.</summary>
    public abstract void Scale(double a, Vector y);

    /// <summary>y := y + a x.</summary>
    public abstract void Axpy(double a, Operand x, Vector y);

    /// <summary>y := (1 - a) y + a x.</summary>
    public abstract void Lerp(double a, Operand x, Vector y);

    /// <summary>y := x, for a range of a vector.</summary>
    /// <param name="x">As many coordinates as y; disjoint from it.</param>
    /// <param name="y">The range.</param>
    public abstract void Copy(Operand x, Fragment y);

    /// <summary>y := a y, for a range of a vector.</summary>
    public abstract void Scale(double a, Fragment y);

    /// <summary>y := y + a x, for a range of a vector.</summary>
    /// <param name="a">The factor.</param>
    /// <param name="x">As many coordinates as y; disjoint from it, or y itself.</param>
    /// <param name="y">The range.</param>
    public abstract void Axpy(double a, Operand x, Fragment y);

    /// <summary>y := (1 - a) y + a x, for a range of a vector.</summary>
    /// <param name="a">The share of x.</param>
    /// <param name="x">As many coordinates as y; disjoint from it, or y itself.</param>
    /// <param name="y">The range.</param>
    public abstract void Lerp(double a, Operand x, Fragment y);

    /// <summary>
    /// y := W_ii self + sum_j W_ij row_j over the in-neighbours j, in ascending order, with the mixing matrix of the
    /// iteration and the rows held for it, which are released. Self may be y itself. Of messages of several vectors,
    /// each is mixed by itself: <c>e.Mix(rows[0], k, x, x); e.Mix(rows[1], k, y, y)</c>.
    /// </summary>
    /// <param name="rows">The rows; of several vectors, those of one.</param>
    /// <param name="iteration">The iteration.</param>
    /// <param name="self">The node's own vector.</param>
    /// <param name="y">The mean.</param>
    /// <param name="missing">What becomes of the weights of rows that are not held; null where all are.</param>
    public abstract void Mix(
        NeighbourRows rows, long iteration, Operand self, Vector y, MissingRows? missing = null);

    /// <summary>
    /// y := y + a sum_j row_j over those in-neighbours j of an iteration whose rows are held, in ascending order. They
    /// stay held.
    /// </summary>
    /// <param name="a">The factor.</param>
    /// <param name="rows">The rows; of several vectors, those of one.</param>
    /// <param name="iteration">The iteration.</param>
    /// <param name="y">As many coordinates as a row.</param>
    public abstract void AddRows(double a, NeighbourRows rows, long iteration, Vector y);

    /// <summary>
    /// y := sum_i w_i x_i over what the slots hold, in float64, in blocks of 1,024 slots in their order.
    /// </summary>
    /// <param name="slots">The x_i, each of y's dimension; only those of weight 0 may be empty.</param>
    /// <param name="weights">The w_i, one for each slot.</param>
    /// <param name="y">The sum.</param>
    public abstract void WeightedSum(SlotBank slots, ReadOnlySpan<double> weights, Vector y);

    /// <summary>One step of an optimizer: x and the states move along a gradient or pseudo-gradient.</summary>
    /// <param name="optimizer">The rule; it says how many states it has.</param>
    /// <param name="rate">The learning rate, at least 0.</param>
    /// <param name="number">Which step of these states it is: 1, 2, ....</param>
    /// <param name="gradient">The gradient; not x, nor a state.</param>
    /// <param name="x">The point, in and out.</param>
    /// <param name="state0">The first state, in and out.</param>
    /// <param name="state1">The second state, in and out.</param>
    public abstract void Step(
        Optimizer optimizer, double rate, long number, Operand gradient, Vector x, Vector state0 = default,
        Vector state1 = default);

    /// <summary>
    /// Delay compensation, elementwise: <c>g := g + lambda g g (now - then)</c>, which takes a gradient computed at
    /// <c>then</c> to the first order in g g, a stand-in for the diagonal of the Hessian, to <c>now</c>. With a mean
    /// square s, <c>s := keep s + (1 - keep) g g</c> first, and lambda is divided by <c>sqrt(s + epsilon)</c>.
    /// </summary>
    /// <param name="lambda">How much, at least 0.</param>
    /// <param name="now">The point that g is to be applied to.</param>
    /// <param name="then">The point that g was computed at.</param>
    /// <param name="g">The gradient, in and out.</param>
    /// <param name="meanSquare">s, in and out; unbound for none.</param>
    /// <param name="keep">The share of s that stays, in [0, 1).</param>
    /// <param name="epsilon">Added to s, above 0.</param>
    public abstract void Compensate(
        double lambda, Operand now, Operand then, Vector g, Vector meanSquare = default, double keep = 0,
        double epsilon = 0);

    /// <summary>y := the projection of y onto the ball of the given radius around 0.</summary>
    public abstract void ProjectOntoBall(double radius, Vector y);

    /// <summary>y := M x.</summary>
    /// <param name="m">As many rows as y has coordinates, row by row.</param>
    /// <param name="x">As many coordinates as M has columns.</param>
    /// <param name="y">The product; not x.</param>
    public abstract void Multiply(Operand m, Operand x, Vector y);

    /// <summary>y := M^-1 b for a positive definite M; not finite where M is not.</summary>
    /// <param name="m">A symmetric matrix, row by row; its lower triangle is read.</param>
    /// <param name="b">The right side.</param>
    /// <param name="y">The solution; may be b.</param>
    public abstract void Solve(Operand m, Operand b, Vector y);

    /// <summary>
    /// M := (M + M^T) / 2 with every eigenvalue below the floor raised to it, in float64.
    /// </summary>
    /// <param name="floor">The least eigenvalue.</param>
    /// <param name="m">A square matrix, row by row.</param>
    public abstract void FloorEigenvalues(double floor, Vector m);

    // --- snapshots ------------------------------------------------------------------------------------------------

    /// <summary>An unversioned snapshot of a vector.</summary>
    public Snapshot Snapshot(Vector x) => Snapshot(x, Origin.Unversioned);

    /// <summary>A snapshot that is a model version, born now.</summary>
    /// <param name="x">The vector.</param>
    /// <param name="version">The number of updates it contains, or whatever the method counts; at least 0.</param>
    public abstract Snapshot Snapshot(Vector x, long version);

    /// <summary>A snapshot that rests on an earlier version: it inherits version, birth and age.</summary>
    /// <param name="x">The vector, for instance a gradient.</param>
    /// <param name="origin">What it was computed from.</param>
    public abstract Snapshot Snapshot(Vector x, in Origin origin);

    /// <summary>
    /// A snapshot of a range of a vector that is a model version, born now: a message that carries it counts the bytes
    /// of the range, and its kind says <see cref="MessageKind.TakesFragments"/>.
    /// </summary>
    /// <param name="x">The range.</param>
    /// <param name="version">The number of updates it contains, or whatever the method counts; at least 0.</param>
    public abstract Snapshot Snapshot(Fragment x, long version);

    /// <summary>A snapshot of a range of a vector that rests on an earlier version.</summary>
    /// <param name="x">The range.</param>
    /// <param name="origin">What it was computed from.</param>
    public abstract Snapshot Snapshot(Fragment x, in Origin origin);

    /// <summary>
    /// What the receiver of a compressed vector sees: C(x), or with error feedback C(x + kept), after which what was
    /// left out is kept: <c>kept := x + kept - C(x + kept)</c>. A message that carries it counts the codec's bytes.
    /// </summary>
    /// <param name="codec">C.</param>
    /// <param name="x">What is to be sent.</param>
    /// <param name="origin">What it rests on.</param>
    /// <param name="kept">What was left out so far, as long as x, in and out; unbound for no error feedback.</param>
    public abstract Snapshot Compress(Codec codec, Operand x, in Origin origin, Vector kept = default);

    /// <summary>Keeps a received vector in a slot; what the slot held before is released.</summary>
    public abstract void Hold(Slot slot, in Received m);

    /// <summary>Keeps a snapshot of the agent's own in a slot; what the slot held before is released.</summary>
    public abstract void Hold(Slot slot, Snapshot own);

    /// <summary>Empties a slot.</summary>
    public abstract void Release(Slot slot);

    /// <summary>
    /// Keeps a received message, all its vectors and its body, as the sender's row of an iteration, which is also its
    /// version. A duplicate of what is held changes nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The row still holds a message of an earlier iteration, the message is of another kind than the rows, or its
    /// sender is no in-neighbour of that iteration.
    /// </exception>
    public abstract void Hold(NeighbourRows rows, long iteration, in Received m);

    /// <summary>
    /// Keeps a received message, all its vectors and its body, as the sender's row, in place of what came from it
    /// before: the rows of iteration 0 are then what each in-neighbour said last. A message whose version is not above
    /// that of the one held changes nothing.
    /// </summary>
    /// <param name="rows">Rows of one iteration, on a graph that is the same in all.</param>
    /// <param name="m">The message; its version is its sender's count.</param>
    /// <exception cref="InvalidOperationException">
    /// The message is of another kind than the rows, or its sender is no in-neighbour.
    /// </exception>
    public abstract void HoldLatest(NeighbourRows rows, in Received m);

    /// <summary>Releases the rows of an iteration, of all their vectors.</summary>
    public abstract void Release(NeighbourRows rows, long iteration);

    /// <summary>The body of the message that a row holds.</summary>
    /// <param name="rows">The rows, of all vectors or of the first.</param>
    /// <param name="iteration">The iteration.</param>
    /// <param name="k">The rank of the sender among the in-neighbours of that iteration.</param>
    /// <param name="kind">The kind that the rows were declared with.</param>
    /// <param name="body">The body; 0 where none is held.</param>
    /// <returns>Whether the row is held.</returns>
    public bool TryBody<TBody>(NeighbourRows rows, long iteration, int k, MessageKind<TBody> kind, out TBody body)
        where TBody : unmanaged
    {
        var isHeld = TryBody(rows, iteration, k, out var held, out var of);
        if (!ReferenceEquals(of, kind))
            throw new InvalidOperationException($"a handler reads the body of '{kind}' in rows of '{of}'");
        body = held.To<TBody>();
        return isHeld;
    }

    internal abstract bool TryBody(
        NeighbourRows rows, long iteration, int k, out MessageBody body, out MessageKind kind);

    /// <summary>
    /// How many in-neighbours' rows of an iteration are held; a message that arrived twice counts once. Rows that
    /// <see cref="Mix"/> released are not held.
    /// </summary>
    public abstract int Held(NeighbourRows rows, long iteration);

    /// <summary>Whether the rows of all in-neighbours of an iteration are held.</summary>
    public abstract bool IsComplete(NeighbourRows rows, long iteration);

    /// <summary>The agent's host-only numbers.</summary>
    public abstract Span<double> Numbers(Table table);

    // --- messages -------------------------------------------------------------------------------------------------

    /// <summary>Sends a message: through resources, link and faults, as the run declares.</summary>
    /// <param name="to">
    /// The receiver: a neighbour, the one server, a worker, an agent at the same place, or one of an overlay.
    /// </param>
    /// <param name="message">Its kind, and what the kind declares.</param>
    public abstract void Send(Peer to, in Message message);

    /// <summary>Sends a message of one vector or none.</summary>
    public void Send(Peer to, MessageKind kind, Snapshot vector = default) =>
        Send(to, new Message(kind) { Vector = vector });

    /// <summary>Sends a message of a body and of one vector or none.</summary>
    public void Send<TBody>(Peer to, MessageKind<TBody> kind, in TBody body, Snapshot vector = default)
        where TBody : unmanaged => Send(to, kind.With(in body) with { Vector = vector });

    /// <summary>Sends the same message to all agents of a role, in ascending order.</summary>
    public void SendToAll(Peers to, in Message message)
    {
        for (var i = 0; i < to.Count; i++)
            Send(to[i], in message);
    }

    /// <summary>Sends the same message of one vector or none to all agents of a role, in ascending order.</summary>
    public void SendToAll(Peers to, MessageKind kind, Snapshot vector = default) =>
        SendToAll(to, new Message(kind) { Vector = vector });

    /// <summary>Sends the same message to every out-neighbour of an iteration, in ascending order.</summary>
    public abstract void SendToNeighbours(in Message message, long iteration = 0);

    /// <summary>
    /// Sends the same message of one vector or none to every out-neighbour of an iteration, in ascending order.
    /// </summary>
    public void SendToNeighbours(MessageKind kind, Snapshot vector = default, long iteration = 0) =>
        SendToNeighbours(new Message(kind) { Vector = vector }, iteration);

    /// <summary>Moves a token to a neighbouring node; ends in <c>OnArrived</c>.</summary>
    public abstract void Move(int node);

    // --- computation, time, chance --------------------------------------------------------------------------------

    /// <summary>Requests a computation; its inputs are frozen now.</summary>
    public abstract ComputationId Compute(in Computation computation);

    /// <summary>Requests an oracle of one input and one output where the agent is.</summary>
    public ComputationId Compute(Oracle oracle, Operand input, int batch, Vector output) =>
        Compute(new Computation(oracle, batch) { Input = input, Output = output });

    /// <summary>
    /// Gives up a pending computation, for instance because a message says so: no completion comes, its results leave
    /// no trace in state or hash, and a new one may be asked for at once. An evaluation that was made for it counts as
    /// wasted. No effect once it has completed.
    /// </summary>
    /// <remarks>A message can stop a computation only where the role handles messages while it computes.</remarks>
    public abstract void Cancel(ComputationId computation);

    /// <summary>Sets a timer.</summary>
    /// <param name="delay">Virtual time from now.</param>
    /// <param name="tag">Given back when it fires.</param>
    public abstract TimerId SetTimer(VirtualTime delay, int tag = 0);

    /// <summary>Gives up a pending timer. No effect once it has fired.</summary>
    public abstract void Cancel(TimerId timer);

    /// <summary>The next draw of the agent's own stream, uniform in the open interval (0, 1).</summary>
    public abstract double Uniform();

    /// <summary>The next draw of the agent's own stream, uniform among 0 .. n-1.</summary>
    public abstract int Below(int n);

    /// <summary>
    /// The draw that says who takes part in a round: the agent's own, and the same whatever was drawn before, so that
    /// arms with different methods or options ask the same workers in the same round.
    /// </summary>
    /// <param name="round">The round, from 0.</param>
    public abstract Draw ParticipationDraw(long round);

    // --- records --------------------------------------------------------------------------------------------------

    /// <summary>Records one update of the model, and how stale what it rests on is.</summary>
    /// <param name="staleness">As the method declares it; a non-negative integer.</param>
    /// <param name="origin">What the update rests on; its age is recorded beside the staleness.</param>
    /// <param name="of">Whose contribution it is: in staleness per agent it counts for this one.</param>
    public abstract void RecordUpdate(long staleness, in Origin origin, Peer of);

    /// <summary>Records an update that the agent made by itself.</summary>
    public void RecordUpdate(long staleness, in Origin origin) => RecordUpdate(staleness, in origin, Self);

    /// <summary>Records an update made of what a message brought: its sender's contribution.</summary>
    public void RecordUpdate(long staleness, in Received m) => RecordUpdate(staleness, m.Origin, m.Sender);

    /// <summary>
    /// Records that the message being handled comes to nothing, as what it brings is too old, too late, or here
    /// already. No result depends on it; who says nothing has used the message.
    /// </summary>
    /// <param name="reason">Why: stale, late or duplicate.</param>
    /// <param name="m">The message.</param>
    public abstract void RecordWaste(WasteReason reason, in Received m);

    /// <summary>Ends the agent: it handles nothing more, and the run ends at the next sampling instant.</summary>
    public abstract void Stop();
}
