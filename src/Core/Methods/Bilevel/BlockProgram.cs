using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.Bilevel;

/// <summary>State of a block.</summary>
public struct BlockState
{
    /// <summary>The first round that the block's vectors have not gone through.</summary>
    internal long Next;

    /// <summary>The round that it computes.</summary>
    internal long Round;

    /// <summary>Batches drawn so far: names the next one.</summary>
    internal long Batches;

    /// <summary>What it is at within a round, as its program numbers it.</summary>
    internal int Stage;

    /// <summary>Counts within a stage.</summary>
    internal int Step;

    /// <summary>What it was asked for.</summary>
    internal RoundParts Parts;

    /// <summary>The penalty it was told.</summary>
    internal double Penalty;

    /// <summary>What the x of the round rests on, as it came; after the round, what the answer rests on.</summary>
    internal Origin Origin;

    /// <summary>Whether its trackers have their first values.</summary>
    internal bool IsReady;
}

/// <summary>
/// The program of a block: it answers each round it is asked for once, with computations of its own in between, during
/// which messages wait. A derived program says what is computed.
/// </summary>
/// <param name="messages">The method's messages.</param>
public abstract class BlockProgram(BlockMessages messages) : RoleProgram<BlockState>
{
    Peer _coordinator;

    /// <summary>The method's messages.</summary>
    protected BlockMessages Kinds => messages;

    /// <summary>Holds the x of the round.</summary>
    protected Slot X { get; private set; }

    /// <summary>The answer; until the first round the initial x.</summary>
    protected Vector Answer { get; private set; }

    /// <inheritdoc/>
    public sealed override WhileComputing WhileComputing => WhileComputing.Wait;

    /// <inheritdoc/>
    public override void Declare(RoleLayout role)
    {
        X = role.Slot(messages.Round);
        Answer = role.Vector("share", Dim.Parameters, initial: Initial.Point);
        _coordinator = role.Peer("coordinator");
    }

    /// <summary>
    /// Requests the computation that gives trackers their first values, if there is one; <see cref="Answer"/> holds the
    /// initial x.
    /// </summary>
    protected virtual void Prepare(ref BlockState s, Effects e) => s.IsReady = true;

    /// <summary>Begins the round that <see cref="BlockState.Round"/> names: requests its first computation.</summary>
    /// <param name="s">The state.</param>
    /// <param name="before">The x of the round before, where rounds carry it.</param>
    /// <param name="e">The effects.</param>
    protected abstract void Begin(ref BlockState s, Snapshot before, Effects e);

    /// <inheritdoc/>
    public sealed override void OnStart(ref BlockState s, Effects e) => Prepare(ref s, e);

    /// <inheritdoc/>
    public sealed override void OnMessage(ref BlockState s, in Received m, Effects e)
    {
        var (penalty, parts) = m.Body(messages.Round);
        if (m.Version < s.Next)
        {
            if (m.Version == s.Next - 1 && (parts & RoundParts.Again) != 0)
                Send(ref s, e.Snapshot(Answer, s.Origin), e); // the answer was lost
            return;
        }
        e.Hold(X, m);
        (s.Round, s.Parts, s.Penalty, s.Origin) = (m.Version, parts, penalty, m.Origin);
        Begin(ref s, m.Vector1, e);
    }

    /// <summary>
    /// Makes the steps of the rounds in which the block was not sampled, one by one, or none; leaves what it was at the
    /// round before this one in the vectors of <see cref="Keep"/>.
    /// </summary>
    /// <param name="s">The state.</param>
    /// <param name="moves">Whether it moves while it is not sampled.</param>
    /// <param name="e">The effects.</param>
    protected void CatchUp(ref BlockState s, Moves moves, Effects e)
    {
        if (s.Next == s.Round)
        {
            if (s.Round == 0)
                Keep(e);
            return;
        }
        if (moves == Moves.Sampled)
            Keep(e);
        for (; moves == Moves.All && s.Next < s.Round; s.Next++)
        {
            if (s.Next == s.Round - 1)
                Keep(e);
            Move(s.Next, e);
        }
        s.Next = s.Round;
    }

    /// <summary>Copies what variance reduction needs of a round before the block moves on.</summary>
    protected virtual void Keep(Effects e)
    {
    }

    /// <summary>The block's own step of a round, along the trackers that it has.</summary>
    protected virtual void Move(long round, Effects e)
    {
    }

    /// <summary>
    /// Ends the round: the answer goes out. It rests on the x of the round, and the time since that came was computing,
    /// one computation after the other.
    /// </summary>
    /// <param name="s">The state.</param>
    /// <param name="now">Virtual time, in ns.</param>
    /// <param name="e">The effects.</param>
    protected void Finish(ref BlockState s, long now, Effects e)
    {
        s.Next = s.Round + 1;
        s.Stage = 0;
        s.Origin = s.Origin with { Compute = s.Origin.Compute + (now - s.Origin.Now), Now = now };
        Send(ref s, e.Snapshot(Answer, s.Origin), e);
    }

    // The round that was being computed is begun anew if the coordinator still wants it.
    /// <inheritdoc/>
    public sealed override void OnRestart(ref BlockState s, Effects e)
    {
        s.Stage = 0;
        if (!s.IsReady)
            Prepare(ref s, e);
        e.Send(_coordinator, messages.Ready, BlockMessages.IsBack);
    }

    /// <inheritdoc/>
    public sealed override void Awaits(in BlockState s, Waits waits)
    {
        if (s.Stage == 0)
            waits.For(messages.Round, _coordinator);
    }

    /// <summary>The name of the next batch.</summary>
    protected static BatchKey NextBatch(ref BlockState s, Effects e) => new(e.Self.Id, s.Batches++);

    /// <summary>The name of the batch drawn last.</summary>
    protected static BatchKey SameBatch(in BlockState s, Effects e) => new(e.Self.Id, s.Batches - 1);

    void Send(ref BlockState s, Snapshot share, Effects e)
    {
        if ((s.Parts & RoundParts.Counts) != 0)
            e.Send(_coordinator, messages.Share, share);
        else
            e.Send(_coordinator, messages.Ready, s.Next - 1);
    }
}
