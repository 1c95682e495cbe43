using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Cohorts;

enum RoundOpKind : byte
{
    Mix,
    Copy,
    Step,
    Compute,
    Send,
    Update,
}

/// <summary>One thing that a program asks for all agents of its role.</summary>
readonly record struct RoundOp(RoundOpKind Kind)
{
    /// <summary>The vector that is mixed, stepped, copied to, computed at or sent.</summary>
    public int Vector { get; init; }

    /// <summary>The vector that is copied.</summary>
    public int Source { get; init; }

    /// <summary>The iteration whose matrix mixes, the step's number, or the iteration of an update.</summary>
    public long Number { get; init; }

    public Optimizer? Optimizer { get; init; }

    public double Rate { get; init; }

    public int Gradient { get; init; }

    public int State0 { get; init; }

    public int State1 { get; init; }

    public Oracle? Oracle { get; init; }

    public int Batch { get; init; }

    public int Output { get; init; }

    public MessageKind? Message { get; init; }

    public Origin Origin { get; init; }
}

/// <summary>Notes what a program asks of a round, to be done once the program has said yes.</summary>
sealed class RoundScript : RoundEffects
{
    readonly List<RoundOp> _ops = [];

    public List<RoundOp> Ops => _ops;

    /// <summary>Which rows all agents hold, and of which iteration; an index of -1 for none.</summary>
    public (int Rows, long Iteration) Held { get; private set; }

    /// <summary>Whether the round's messages are kept.</summary>
    public bool KeepsMessages { get; private set; }

    /// <summary>Whether rows that were held are mixed.</summary>
    public bool HasMixed { get; private set; }

    /// <summary>When the round is, in ns.</summary>
    public long Now { get; private set; }

    /// <summary>Begins with what is held from rounds before.</summary>
    public void Begin(long now, (int Rows, long Iteration) held)
    {
        _ops.Clear();
        (Now, Held, KeepsMessages, HasMixed) = (now, held, false, false);
    }

    public override void Hold(NeighbourRows rows, long iteration)
    {
        if (Held.Rows >= 0 || KeepsMessages)
            throw new InvalidOperationException("a round holds rows while others are held");
        (Held, KeepsMessages) = ((rows.Index, iteration), true);
    }

    public override bool IsHeld(NeighbourRows rows, long iteration) => Held == (rows.Index, iteration);

    public override void Mix(NeighbourRows rows, long iteration, Vector x)
    {
        if (!IsHeld(rows, iteration))
            throw new InvalidOperationException($"a round mixes iteration {iteration}, which is not held");
        _ops.Add(new(RoundOpKind.Mix) { Vector = x.Index, Number = iteration });
        (Held, HasMixed) = ((-1, 0), true);
    }

    public override void Copy(Vector x, Vector y) =>
        _ops.Add(new(RoundOpKind.Copy) { Source = x.Index, Vector = y.Index });

    public override void Step(
        Optimizer optimizer, double rate, long number, Vector gradient, Vector x, Vector state0, Vector state1) =>
        _ops.Add(new(RoundOpKind.Step)
        {
            Optimizer = optimizer,
            Rate = rate,
            Number = number,
            Gradient = gradient.Index,
            Vector = x.Index,
            State0 = state0.Index,
            State1 = state1.Index,
        });

    public override void Compute(Oracle oracle, Vector x, long version, int batch, Vector output) =>
        _ops.Add(new(RoundOpKind.Compute)
        {
            Oracle = oracle,
            Vector = x.Index,
            Origin = new Origin(version, Now, 0, 0, Now),
            Batch = batch,
            Output = output.Index,
        });

    public override void SendToNeighbours(MessageKind kind, Vector x, long version) =>
        SendToNeighbours(kind, x, new Origin(version, Now, 0, 0, Now));

    public override void SendToNeighbours(MessageKind kind, Vector x, in Origin origin) =>
        _ops.Add(new(RoundOpKind.Send) { Message = kind, Vector = x.Index, Origin = origin });

    public override void RecordUpdate(long iteration) => _ops.Add(new(RoundOpKind.Update) { Number = iteration });
}
