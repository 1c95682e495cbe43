using System.Runtime.InteropServices;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Simulation.Rules;

/// <summary>
/// A network card whose rate is shared by the messages that pass it: a fluid model. Message i of weight w_i is served
/// at w_i / W of the card, W the sum over those in service. With V(t), the integral of 1 / W, message i has passed when
/// V has grown by work_i / w_i since its service began, so the order in which messages leave is known when they come.
/// </summary>
/// <remarks>
/// Messages come and leave at whole nanoseconds; in between the card counts in 2^-60 ns, and from 0 again whenever it
/// was idle. So no time is lost by rounding when messages leave, and a message whose exact end is a whole nanosecond
/// leaves then; any other leaves at the next one.
/// </remarks>
/// <param name="atOnce">How many messages are in service at once, at least 1.</param>
sealed class SharedCard(int atOnce)
{
    /// <summary>The time of what never happens, in ns.</summary>
    public const long Never = long.MaxValue;

    const int FractionBits = 60;

    // What rounding of V may add to an end: it takes 2^36 messages that come while others pass, times these, to more.
    static readonly UInt128 Slack = UInt128.One << (FractionBits - 24);

    readonly PriorityQueue<Served, Rank> _served = new();
    readonly Queue<Waiting> _waiting = new();

    // The time up to which the card is worked out, and V, in 2^-60 ns.
    UInt128 _clock;
    UInt128 _virtual;
    long _weights;
    int _serving;
    long _came;

    [StructLayout(LayoutKind.Auto)]
    readonly record struct Served(int Item, int Weight);

    [StructLayout(LayoutKind.Auto)]
    readonly record struct Waiting(int Item, int Weight, long Work, bool IsCopy);

    /// <summary>Who leaves first: whose V comes first, and of equals, who came first.</summary>
    [StructLayout(LayoutKind.Auto)]
    readonly record struct Rank(UInt128 End, long Came) : IComparable<Rank>
    {
        public int CompareTo(Rank other)
        {
            var byEnd = End.CompareTo(other.End);
            return byEnd != 0 ? byEnd : Came.CompareTo(other.Came);
        }
    }

    /// <summary>
    /// When the host will next look at the card, in ns; <see cref="Never"/> if not. Not after <see cref="Next"/>.
    /// </summary>
    public long Scheduled { get; set; } = Never;

    /// <summary>Tells the host's looks apart: any but the latest are void.</summary>
    public int Look { get; set; }

    /// <summary>When a message will leave if no other comes before, in ns; <see cref="Never"/> for none.</summary>
    public long Next
    {
        get
        {
            if (_served.Count == 0)
                return Never;
            var end = End;
            return end <= Slack ? 0 : (long)((end - Slack + ((UInt128.One << FractionBits) - 1)) >> FractionBits);
        }
    }

    /// <summary>How many messages are at the card.</summary>
    public int Count => _served.Count + _waiting.Count;

    /// <summary>What is at the card, in no order.</summary>
    public IEnumerable<int> Items => _served.UnorderedItems.Select(s => s.Element.Item)
        .Concat(_waiting.Select(w => w.Item));

    /// <summary>When the first of those in service has passed; beyond the largest time it counts as that.</summary>
    UInt128 End
    {
        get
        {
            _served.TryPeek(out _, out var first);
            var left = first.End - _virtual;
            var last = (UInt128)VirtualTime.Max.Nanoseconds << FractionBits;
            return (double)left * _weights >= (double)(last - _clock) ? last : _clock + (left * (ulong)_weights);
        }
    }

    /// <summary>A message comes; those that have passed until then have been taken.</summary>
    /// <param name="now">The present, in ns.</param>
    /// <param name="work">How long it takes alone, in ns, at least 0.</param>
    /// <param name="weight">Its weight, at least 1.</param>
    /// <param name="item">What the host calls it.</param>
    /// <param name="isCopy">Whether it is a copy that comes along with the message before it, at no cost.</param>
    public void Add(long now, long work, int weight, int item, bool isCopy = false)
    {
        Advance(now);
        _waiting.Enqueue(new(item, weight, work, isCopy));
        Serve();
    }

    /// <summary>Takes the next message that has left by now; false if there is none.</summary>
    /// <param name="now">The present, in ns.</param>
    /// <param name="item">What the host calls it.</param>
    public bool TryTake(long now, out int item)
    {
        item = -1;
        if (_served.Count == 0 || End is var end && end > ((UInt128)now << FractionBits) + Slack)
            return false;
        _served.TryDequeue(out var served, out var rank);
        (item, _clock, _virtual) = (served.Item, end, rank.End);
        if (served.Weight > 0)
        {
            _weights -= served.Weight;
            _serving--;
            Serve();
        }
        if (Count == 0)
            (_clock, _virtual, _came) = ((UInt128)now << FractionBits, 0, 0);
        return true;
    }

    /// <summary>Writes the card and its messages, in an order that does not depend on how they are stored.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="save">Writes the message that the host calls so.</param>
    public void Save(BinaryWriter to, Action<int> save)
    {
        Write(_clock, to);
        Write(_virtual, to);
        to.Write(_came);
        to.Write(Scheduled);
        to.Write(_served.Count);
        foreach (var (served, rank) in _served.UnorderedItems.OrderBy(s => s.Priority))
        {
            Write(rank.End, to);
            to.Write(rank.Came);
            to.Write(served.Weight);
            save(served.Item);
        }
        to.Write(_waiting.Count);
        foreach (var waiting in _waiting)
        {
            to.Write(waiting.Weight);
            to.Write(waiting.Work);
            to.Write(waiting.IsCopy);
            save(waiting.Item);
        }
    }

    /// <summary>Reads a card.</summary>
    /// <param name="from">What <see cref="Save"/> wrote.</param>
    /// <param name="load">Reads the next message, and says what the host calls it.</param>
    public void Load(BinaryReader from, Func<int> load)
    {
        (_clock, _virtual) = (Read(from), Read(from));
        (_came, Scheduled) = (from.ReadInt64(), from.ReadInt64());
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            var rank = new Rank(Read(from), from.ReadInt64());
            var weight = from.ReadInt32();
            _served.Enqueue(new(load(), weight), rank);
            _weights += weight;
            _serving += weight > 0 ? 1 : 0;
        }
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            var (weight, work, isCopy) = (from.ReadInt32(), from.ReadInt64(), from.ReadBoolean());
            _waiting.Enqueue(new(load(), weight, work, isCopy));
        }
    }

    void Advance(long now)
    {
        var time = (UInt128)now << FractionBits;
        if (time <= _clock)
            return;
        if (_weights > 0)
            _virtual += (time - _clock) / (ulong)_weights;
        _clock = time;
    }

    /// <summary>Begins the service of those that need not wait any longer.</summary>
    void Serve()
    {
        while (_waiting.TryPeek(out var next) && (next.IsCopy || _serving < atOnce))
        {
            _waiting.Dequeue();
            // A copy leaves right after what it is a copy of, and has no share of the rate.
            var weight = next.IsCopy ? 0 : next.Weight;
            var end = _virtual + (((UInt128)next.Work << FractionBits) / (ulong)next.Weight);
            _served.Enqueue(new(next.Item, weight), new(end, _came++));
            _weights += weight;
            _serving += next.IsCopy ? 0 : 1;
        }
    }

    static void Write(UInt128 number, BinaryWriter to)
    {
        to.Write((ulong)(number >> 64));
        to.Write((ulong)number);
    }

    static UInt128 Read(BinaryReader from)
    {
        var high = from.ReadUInt64();
        return new(high, from.ReadUInt64());
    }
}
