using System.Numerics;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Rules;

/// <summary>
/// What becomes of a message: how often it is delivered, when, and what rules did to it. A host has one, and asks again
/// for each message.
/// </summary>
sealed class Fate
{
    /// <summary>Faults that judge messages are among the first so many of a run.</summary>
    public const int RulesMax = 64;

    // Bit i: the run's i-th fault did something; and what.
    ulong _fired;
    readonly FaultDeed[] _deeds = new FaultDeed[RulesMax];

    Draw _noise;

    /// <summary>Whether a log says that it comes: then rules that lose it have no say, and the others tell how it came.
    /// </summary>
    public bool Comes { get; init; }

    /// <summary>How often it arrives: 0, 1 or 2 times.</summary>
    public int Deliveries { get; private set; }

    /// <summary>The count that names it among its link's messages, and its tries with it.</summary>
    public uint Count { get; set; }

    /// <summary>On which way it goes, once rules have seen it; here before that.</summary>
    public MessageWay Way { get; set; }

    /// <summary>Its rank on that way, as rules see it.</summary>
    public long Rank { get; set; }

    /// <summary>Whether no further rule is asked.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>When it has left the sender, in ns.</summary>
    public long Left { get; private set; }

    /// <summary>How much longer than its links' delay it takes, in ns.</summary>
    public long Longer { get; private set; }

    /// <summary>How long it takes from then on, in ns.</summary>
    public long Delay { get; set; }

    /// <summary>Nothing comes before this time, in ns.</summary>
    public long HeldUntil { get; private set; }

    /// <summary>How long the copy takes, which a fault made of it.</summary>
    public long CopyDelay { get; set; }

    /// <summary>By how much the quantum raised the delay, in ns; 0 for not at all.</summary>
    public long Raised { get; private set; }

    /// <summary>By how much it raised that of the copy.</summary>
    public long CopyRaised { get; private set; }

    /// <summary>When it arrives, in ns.</summary>
    public long Due => Math.Max(Left + Delay, HeldUntil);

    /// <summary>When the copy arrives, in ns.</summary>
    public long CopyDue => Math.Max(Left + CopyDelay, HeldUntil);

    /// <summary>Whether its vectors arrive changed.</summary>
    public bool IsCorrupt { get; private set; }

    /// <summary>How they are changed.</summary>
    public Distortion Distortion { get; private set; }

    /// <summary>Names the noise.</summary>
    public ref readonly Draw Noise => ref _noise;

    /// <summary>Whether it is lost, as its sender's card has no room.</summary>
    public bool HasOverflowed { get; private set; }

    /// <summary>Whether any fault did something, or its sender's card has no room.</summary>
    public bool HasFired => _fired != 0 || HasOverflowed;

    /// <summary>A message that nothing befalls.</summary>
    /// <param name="left">When it has left the sender, in ns.</param>
    public void Begin(long left)
    {
        (Deliveries, Left, Longer, Delay, Raised, CopyRaised) = (1, left, 0, 0, 0, 0);
        (_fired, HeldUntil, IsDecided, IsCorrupt, HasOverflowed) = (0, 0, false, false, false);
        Way = MessageWay.Here;
    }

    /// <summary>Adds what a rule says.</summary>
    /// <param name="verdict">Its verdict.</param>
    /// <param name="fault">Which of the run's faults it is.</param>
    /// <param name="draw">Names the message, and the rule.</param>
    /// <param name="isMove">Whether a token moves.</param>
    public void Add(in Verdict verdict, int fault, in Draw draw, bool isMove)
    {
        switch (verdict.Kind)
        {
            case VerdictKind.Pass:
            case VerdictKind.Corrupt when isMove:
            case VerdictKind.Drop when Comes:
                return;
            case VerdictKind.Duplicate when isMove:
                IsDecided = true;
                return;
            case VerdictKind.Drop:
                (IsDecided, Deliveries) = (true, 0);
                break;
            case VerdictKind.Duplicate:
                (IsDecided, Deliveries) = (true, 2);
                break;
            case VerdictKind.Delay:
                Longer += verdict.Time.Nanoseconds;
                break;
            case VerdictKind.Hold:
                HeldUntil = Math.Max(HeldUntil, verdict.Time.Nanoseconds);
                break;
            case VerdictKind.Corrupt:
                Distortion = IsCorrupt ? Distortion.Then(verdict.Distortion) : verdict.Distortion;
                (IsCorrupt, _noise) = (true, draw);
                break;
        }
        _fired |= 1UL << fault;
        _deeds[fault] = DeedOf(verdict.Kind);
    }

    static FaultDeed DeedOf(VerdictKind kind) => kind switch
    {
        VerdictKind.Drop => FaultDeed.Dropped,
        VerdictKind.Duplicate => FaultDeed.Duplicated,
        VerdictKind.Delay => FaultDeed.Delayed,
        VerdictKind.Hold => FaultDeed.Held,
        _ => FaultDeed.Corrupted,
    };

    /// <summary>The message finds no room at its sender's card.</summary>
    public void Overflow() => (HasOverflowed, Deliveries) = (true, 0);

    /// <summary>No delay is less than the quantum.</summary>
    public void RaiseTo(long quantum)
    {
        if (Delay < quantum)
            (Raised, Delay) = (quantum - Delay, quantum);
        if (Deliveries > 1 && CopyDelay < quantum)
            (CopyRaised, CopyDelay) = (quantum - CopyDelay, quantum);
    }

    /// <summary>Which of the run's faults did something: the lowest of those not below a number; -1 for none.</summary>
    /// <param name="from">The number, from 0.</param>
    public int NextFired(int from)
    {
        var rest = from < RulesMax ? _fired >> from << from : 0;
        return rest == 0 ? -1 : BitOperations.TrailingZeroCount(rest);
    }

    /// <summary>What a fault did that did something.</summary>
    /// <param name="fault">Which of the run's faults.</param>
    public FaultDeed DeedOf(int fault) => _deeds[fault];
}
