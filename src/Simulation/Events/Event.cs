using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AsyncOpt.Simulation.Events;

/// <summary>
/// A pending event, 44 bytes. At one agent, events are handled in the order of
/// (time, depth, class, tie, sender, sequence); between agents the order of equal (time, depth) is free, because no
/// effect takes place before depth + 1.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(int))]
struct Event
{
    /// <summary>Virtual ns at which it happens.</summary>
    public long Time;

    /// <summary>Virtual ns at which it was sent or requested.</summary>
    public long Sent;

    /// <summary>Drawn at the send from the sender's engine-owned stream.</summary>
    public uint Tie;

    public int Sender;

    /// <summary>How many events the sender had sent before.</summary>
    public uint Sequence;

    public int Receiver;

    /// <summary>
    /// Snapshot, message record, request, waiting message, node, fault, retry or which card, by type; -1 for none.
    /// </summary>
    public int Payload;

    /// <summary>Generation of the payload's slot, which look at a card it is, or where a token comes from.</summary>
    public int Extra;

    /// <summary>The cause's depth + 1 if it has the same time, else 0.</summary>
    public ushort Depth;

    /// <summary>The number of the message kind.</summary>
    public byte Kind;

    byte _typeAndLost;

    const byte LostBit = 0x80;

    public EventType Type
    {
        readonly get => (EventType)(_typeAndLost & ~LostBit);
        set => _typeAndLost = (byte)((_typeAndLost & LostBit) | (byte)value);
    }

    /// <summary>How many groups there are.</summary>
    public const int Groups = 1 << 6;

    /// <summary>Events of one type, and messages of one kind, are of a group; a few others may be of it too.</summary>
    public readonly int Group => ((_typeAndLost << 2) ^ Kind) & (Groups - 1);

    /// <summary>Whether it is a message that carries anything.</summary>
    public readonly bool HasContents => Payload >= 0 && Type is EventType.Message or EventType.AtReceiverCard;

    /// <summary>
    /// Whether it is a token's move that was lost, a lost message at a shared card, or a crash or its end that costs
    /// the agent its state.
    /// </summary>
    public bool IsLost
    {
        readonly get => (_typeAndLost & LostBit) != 0;
        set => _typeAndLost = (byte)((_typeAndLost & ~LostBit) | (value ? LostBit : 0));
    }

    public readonly EventClass Class => Type switch
    {
        EventType.AtCard or EventType.Retry => EventClass.Card,
        EventType.Crash or EventType.Restart => EventClass.Fault,
        EventType.Timer => EventClass.Timer,
        _ => EventClass.Message,
    };

    /// <summary>
    /// Copies an event from one place to another: in two overlapping parts, as an assignment would go through a third
    /// place in two parts and read it back as one, which waits for both to be written.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(in Event from, ref Event to)
    {
        ref var source = ref Unsafe.As<Event, byte>(ref Unsafe.AsRef(in from));
        ref var target = ref Unsafe.As<Event, byte>(ref to);
        var end = (nuint)(Unsafe.SizeOf<Event>() - Vector128<byte>.Count);
        var (head, tail) = (Vector256.LoadUnsafe(ref source), Vector128.LoadUnsafe(ref source, end));
        head.StoreUnsafe(ref target);
        tail.StoreUnsafe(ref target, end);
    }

    /// <summary>
    /// Copies an event that was written a moment ago: field by field, as what was written in parts cannot be read at
    /// once before it has left the processor's buffer of writes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyFresh(in Event from, ref Event to)
    {
        (to.Time, to.Sent, to.Tie, to.Sender) = (from.Time, from.Sent, from.Tie, from.Sender);
        (to.Sequence, to.Receiver, to.Payload, to.Extra) = (from.Sequence, from.Receiver, from.Payload, from.Extra);
        (to.Depth, to.Kind, to._typeAndLost) = (from.Depth, from.Kind, from._typeAndLost);
    }

    /// <summary>
    /// The total order of a partition: receivers are ranked within a depth, which changes nothing at any one agent and
    /// keeps the events of an agent together.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Before(in Event a, in Event b)
    {
        if (a.Time != b.Time)
            return a.Time < b.Time;
        return BeforeAtSameTime(in a, in b);
    }

    static bool BeforeAtSameTime(in Event a, in Event b)
    {
        if (a.Depth != b.Depth)
            return a.Depth < b.Depth;
        if (a.Receiver != b.Receiver)
            return a.Receiver < b.Receiver;
        if (a.Class != b.Class)
            return a.Class < b.Class;
        if (a.Tie != b.Tie)
            return a.Tie < b.Tie;
        if (a.Sender != b.Sender)
            return a.Sender < b.Sender;
        return a.Sequence < b.Sequence;
    }
}
