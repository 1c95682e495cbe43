using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods.Bilevel;

/// <summary>State of the coordinator.</summary>
public struct CoordinatorState
{
    /// <summary>t: rounds begun, less one.</summary>
    internal long Round;

    /// <summary>Blocks that were asked and have not answered.</summary>
    internal int Busy;

    /// <summary>Answers since the last step of x.</summary>
    internal int Answers;

    /// <summary>Shares among them.</summary>
    internal int Shares;

    /// <summary>The penalty of F2SA.</summary>
    internal double Penalty;

    /// <summary>How often the timer went off.</summary>
    internal long Ticks;
}

/// <summary>
/// The coordinator of block methods: it holds x, samples blocks that are idle, uniformly without replacement, sends
/// them x_t (and x_{t-1}), makes its direction z of the shares that come back and steps, <c>x := x - eta_t z</c>. I
/// blocks are always busy. A step waits for all of them or, asynchronously, for a quorum; then as many idle ones are
/// asked anew.
/// </summary>
/// <param name="options">Step, blocks, quorum.</param>
/// <param name="messages">The method's messages.</param>
/// <param name="storm">The direction.</param>
public sealed class Coordinator(BlockOptions options, BlockMessages messages, Storm storm)
    : RoleProgram<CoordinatorState>
{
    Vector _x, _before, _z, _sum;
    Table _asked;       // for each block, 1 + the round it was asked for; 0 where it is idle
    Table _parts;       // for each block, the bits it was asked with
    Table _order;       // all blocks, the busy ones first
    Table _position;    // where each is in that order
    Table _ticks;       // for each block, how often the timer had gone off when it was asked
    Table _other;       // all blocks, in the order of the second sample
    Peers _blocks;
    int _sampled, _quorum;

    /// <summary>
    /// Whether the blocks whose gradients count are a second sample, independent of those whose trackers move.
    /// </summary>
    public bool TwoSamples { get; init; }

    /// <summary>The penalty at the start.</summary>
    public double Penalty { get; init; }

    /// <summary>What is added to the penalty after each round; null for nothing.</summary>
    public StepSchedule? PenaltyGrowth { get; init; }

    /// <inheritdoc/>
    public override void Declare(RoleLayout role)
    {
        _x = role.Vector("x", Dim.Parameters, Estimate.Single, Initial.Point);
        _before = role.Vector("before", Dim.Parameters, initial: Initial.Point);
        (_z, _sum) = (role.Vector("z", Dim.Parameters), role.Vector("sum", Dim.Parameters));
        (_asked, _parts) = (role.Table(Dim.Nodes), role.Table(Dim.Nodes));
        (_order, _position, _other) = (role.Table(Dim.Nodes), role.Table(Dim.Nodes), role.Table(Dim.Nodes));
        if (options.Timeout is not null)
            _ticks = role.Table(Dim.Nodes);
        _blocks = role.Peers("block");
        _sampled = options.Sampled(_blocks.Count);
        _quorum = options.Quorum == 0 ? int.MaxValue : options.Quorum;
    }

    /// <inheritdoc/>
    public override void OnStart(ref CoordinatorState s, Effects e)
    {
        foreach (var table in (ReadOnlySpan<Table>)[_order, _position, _other])
        {
            var numbers = e.Numbers(table);
            for (var i = 0; i < numbers.Length; i++)
                numbers[i] = i;
        }
        s.Penalty = Penalty;
        SetTimer(e);
        Ask(ref s, e);
    }

    /// <inheritdoc/>
    public override void OnMessage(ref CoordinatorState s, in Received m, Effects e)
    {
        var block = m.Sender.Id - _blocks.First;
        ref var asked = ref e.Numbers(_asked)[block];
        var isShare = m.Kind == messages.Share;
        var round = isShare ? m.Version : m.Body(messages.Ready);
        if (!isShare && round == BlockMessages.IsBack)
        {
            if (asked > 0)
            {
                asked = s.Round + 1;
                Send(ref s, block, RoundParts.Again, e);
            }
            return;
        }
        if (asked != round + 1)
        {
            // Late: of a round before a crash.
            e.RecordWaste(asked > round + 1 ? WasteReason.Late : WasteReason.Duplicate, in m);
            return;
        }
        asked = 0;
        if (isShare)
        {
            e.Axpy(1, m.Vector, _sum);
            s.Shares++;
        }
        Swap((int)e.Numbers(_position)[block], --s.Busy, e);
        if (++s.Answers < _quorum && s.Busy > 0)
            return;

        e.RecordUpdate(s.Round - round, m);
        Step(ref s, e);
        Ask(ref s, e);
    }

    // What is on its way may have been lost with the coordinator.
    /// <inheritdoc/>
    public override void OnRestart(ref CoordinatorState s, Effects e)
    {
        for (var i = 0; i < s.Busy; i++)
            AskAgain(ref s, (int)e.Numbers(_order)[i], e);
        SetTimer(e);
    }

    /// <inheritdoc/>
    public override void OnTimer(ref CoordinatorState s, in TimerFired t, Effects e)
    {
        for (var i = 0; i < s.Busy; i++)
        {
            var block = (int)e.Numbers(_order)[i];
            if (e.Numbers(_ticks)[block] < s.Ticks)
                AskAgain(ref s, block, e);
        }
        s.Ticks++;
        SetTimer(e);
    }

    void AskAgain(ref CoordinatorState s, int block, Effects e)
    {
        e.Numbers(_asked)[block] = s.Round + 1;
        Send(ref s, block, RoundParts.Again, e);
    }

    void SetTimer(Effects e)
    {
        if (options.Timeout is { } timeout)
            e.SetTimer(timeout);
    }

    /// <inheritdoc/>
    public override void Awaits(in CoordinatorState s, Waits waits)
    {
        for (var i = 0; i < _blocks.Count; i++)
            waits.For(messages.Share, _blocks[i]);
    }

    void Step(ref CoordinatorState s, Effects e)
    {
        e.Scale(storm.Keep(s.Round), _z);
        e.Axpy(storm.Take(s.Round) / Math.Max(1, s.Shares), _sum, _z);
        e.Fill(0, _sum);
        e.Copy(_x, _before);
        e.Axpy(-options.Step.At(s.Round), _z, _x);
        s.Penalty += PenaltyGrowth?.At(s.Round) ?? 0;
        (s.Answers, s.Shares) = (0, 0);
        s.Round++;
    }

    // Asks idle blocks until as many are busy as are to be sampled, and those of the second sample.
    void Ask(ref CoordinatorState s, Effects e)
    {
        var first = s.Busy;
        var parts = e.Numbers(_parts);
        var order = e.Numbers(_order);
        while (s.Busy < _sampled)
        {
            Swap(s.Busy + e.Below(_blocks.Count - s.Busy), s.Busy, e);
            parts[(int)order[s.Busy++]] = (int)(TwoSamples ? RoundParts.Updates
                : RoundParts.Updates | RoundParts.Counts);
        }
        for (var i = 0; TwoSamples && i < _sampled; i++)
        {
            var others = e.Numbers(_other);
            var j = i + e.Below(others.Length - i);
            (others[i], others[j]) = (others[j], others[i]);
            var block = (int)others[i];
            var position = (int)e.Numbers(_position)[block];
            if (position >= s.Busy)
            {
                parts[block] = 0;
                Swap(position, s.Busy++, e);
            }
            parts[block] = (int)parts[block] | (int)RoundParts.Counts;
        }
        for (var i = first; i < s.Busy; i++)
        {
            var block = (int)order[i];
            e.Numbers(_asked)[block] = s.Round + 1;
            Send(ref s, block, RoundParts.None, e);
        }
    }

    void Swap(int i, int j, Effects e)
    {
        var order = e.Numbers(_order);
        var position = e.Numbers(_position);
        (order[i], order[j]) = (order[j], order[i]);
        position[(int)order[i]] = i;
        position[(int)order[j]] = j;
    }

    void Send(ref CoordinatorState s, int block, RoundParts again, Effects e)
    {
        if (options.Timeout is not null)
            e.Numbers(_ticks)[block] = s.Ticks;
        var body = new RoundBody(s.Penalty, (RoundParts)e.Numbers(_parts)[block] | again);
        e.Send(_blocks[block], messages.Round.With(body) with
        {
            Vector = e.Snapshot(_x, s.Round),
            Vector1 = messages.WithBefore ? e.Snapshot(_before) : Snapshot.None,
        });
    }
}
