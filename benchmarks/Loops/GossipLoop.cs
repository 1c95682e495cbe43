using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Benchmarks.Loops;

/// <summary>
/// AD-PSGD on a ring as one would write it by hand, one event per gradient, offer and reply as the engine has them.
/// Each node is one block of memory. A gradient is computed when it begins, since nothing can change it; an offer is
/// read in place, since the node that made it leaves its x alone until the reply is there; a reply is written into the
/// block of the node that gets it.
/// </summary>
/// <typeparam name="TGuarantees">What is promised beside the method.</typeparam>
sealed unsafe class GossipLoop<TGuarantees> : IDisposable
    where TGuarantees : struct, IGuarantees
{
    // Blocks are fetched for so many events ahead.
    const int Ahead = 8;

    const int Computed = 1, Offer = 2, Reply = -1, Busy = -2;

    readonly Arena _arena = new();
    readonly Calendar<TGuarantees> _calendar;
    readonly byte* _blocks;
    readonly int _agents;
    readonly int _dimension;
    readonly int _length;
    readonly nint _vectorBytes;
    readonly nint _blockBytes;
    readonly double _step;
    readonly double _regularization;
    readonly bool _fetches;
    TGuarantees _guarantees;
    long _now;

    /// <param name="problem">One sample per node.</param>
    /// <param name="agents">How many nodes the ring has, at least 3.</param>
    /// <param name="step">The step size.</param>
    /// <param name="guarantees">What is promised.</param>
    /// <param name="fetches">Whether blocks are fetched ahead of their events.</param>
    public GossipLoop(LogisticRegression problem, int agents, double step, TGuarantees guarantees, bool fetches)
    {
        (_agents, _step, _guarantees, _fetches) = (agents, step, guarantees, fetches);
        (_dimension, _regularization) = (problem.Parameters, problem.Regularization);
        _length = PaddedMath.LengthOf(_dimension);
        _vectorBytes = _length * sizeof(double);
        _blockBytes = sizeof(Head) + (4 * _vectorBytes);
        _calendar = new(_arena, agents, guarantees);
        _blocks = _arena.Take<byte>(agents * _blockBytes).Pointer;
        for (var i = 0; i < agents; i++)
        {
            var row = problem.Shards.Of(i)[0];
            problem.Features.Values.AsSpan(row * _dimension, _dimension).CopyTo(new Span<double>(SampleOf(i), _dimension));
            HeadOf(i)->Label = problem.Labels[row];
        }
    }

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    struct Head
    {
        public double Label;
        public ulong Chain;
        public int Version;         // changes of x
        public int GradientVersion; // of the x that g was computed at
        public int ReplyVersion;
        public int Kept;            // the node whose offer is kept, + 1
        public uint Steps;          // gradients applied
        public uint Gradients;      // gradients begun
        public uint Exchanges;      // offers made
        public uint Sent;           // events sent
        public fixed uint SentTo[2]; // messages to each neighbour, that of the lesser number first
        public bool IsWaiting;
        public bool HasReply;
    }

    /// <summary>Gradients applied.</summary>
    public long Steps { get; private set; }

    /// <summary>Events handled.</summary>
    public long Events { get; private set; }

    /// <summary>The sum over all steps of the changes of x since the point of the gradient.</summary>
    public long Staleness { get; private set; }

    public void Dispose() => _arena.Dispose();

    /// <summary>Steps per second of wall time.</summary>
    /// <param name="warmUp">Virtual time before the clock starts.</param>
    /// <param name="timed">Virtual time that is timed.</param>
    public double Rate(VirtualTime warmUp, VirtualTime timed)
    {
        Start();
        Run(warmUp.Nanoseconds);
        var (steps, start) = (Steps, Clock.Seconds);
        Run(warmUp.Nanoseconds + timed.Nanoseconds);
        return (Steps - steps) / (Clock.Seconds - start);
    }

    /// <summary>Every node begins with a gradient.</summary>
    public void Start()
    {
        for (var i = 0; i < _agents; i++)
            Begin(i);
    }

    /// <summary>Handles all events before an end, in ns.</summary>
    public void Run(long end)
    {
        var calendar = _calendar;
        var fetched = 0;
        while (calendar.TryKnow(Ahead, _now, end))
        {
            if (_fetches)
            {
                for (; fetched < Math.Min(Ahead, calendar.Known); fetched++)
                    Fetch(calendar.Peek(fetched));
                fetched--;
            }
            var agent = calendar.Peek(0);
            calendar.Pop();
            Handle(agent);
        }
    }

    /// <summary>A node's x once it has averaged with the reply that is on its way to it.</summary>
    /// <param name="node">The node.</param>
    public double[] Model(int node)
    {
        var x = new Span<double>(PointOf(node), _dimension).ToArray();
        if (HeadOf(node)->HasReply)
        {
            for (var k = 0; k < x.Length; k++)
                x[k] = 0.5 * (x[k] + ReplyOf(node)[k]);
        }
        return x;
    }

    /// <summary>A node's x as it is, for reading and for another start.</summary>
    /// <param name="node">The node.</param>
    public Span<double> Point(int node) => new(PointOf(node), _dimension);

    /// <summary>The chain over what a node handled.</summary>
    /// <param name="node">The node.</param>
    public ulong ChainOf(int node) => HeadOf(node)->Chain;

    Head* HeadOf(int node) => (Head*)(_blocks + (node * _blockBytes));

    double* PointOf(int node) => (double*)(_blocks + (node * _blockBytes) + sizeof(Head));

    double* GradientOf(int node) => (double*)((byte*)PointOf(node) + _vectorBytes);

    double* ReplyOf(int node) => (double*)((byte*)PointOf(node) + (2 * _vectorBytes));

    double* SampleOf(int node) => (double*)((byte*)PointOf(node) + (3 * _vectorBytes));

    void Handle(int node)
    {
        ref var slot = ref _calendar[node];
        Events++;
        _now = slot.Time;
        switch (slot.Kind)
        {
            case Computed:
                OnComputed(node, ref slot);
                break;
            case Offer:
                OnOffer(slot.Partner, node, ref slot);
                break;
            case Reply:
                OnReply(node, ref slot);
                break;
            default:
                Fold(node, slot.Partner, in slot, 0);
                Finish(node);
                break;
        }
    }

    void OnComputed(int node, ref Slot slot)
    {
        var head = HeadOf(node);
        if (TGuarantees.AreKept)
            Fold(node, node, in slot, Chains.OfResult(Chains.Of(GradientOf(node), _dimension)));
        var coin = _guarantees.Coin(node, head->Exchanges);
        head->Exchanges++;
        head->IsWaiting = true;
        // Neighbours come in the order of their numbers.
        var (before, after) = (node == 0 ? _agents - 1 : node - 1, node + 1 == _agents ? 0 : node + 1);
        var (lesser, greater) = before < after ? (before, after) : (after, before);
        slot.Partner = coin == 0 ? lesser : greater;
        Send(node, node, slot.Partner, Offer);
    }

    void OnOffer(int node, int from, ref Slot slot)
    {
        var head = HeadOf(node);
        if (TGuarantees.AreKept)
        {
            var sender = HeadOf(from);
            Fold(node, from, in slot, Payload(PointOf(from), sender->Version, sender->Exchanges));
        }
        if (!head->IsWaiting)
        {
            Answer(node, from);
        }
        else if (head->Kept == 0 && from > node)
        {
            head->Kept = from + 1;
        }
        else
        {
            Send(from, node, from, Busy);
        }
    }

    void OnReply(int node, ref Slot slot)
    {
        var head = HeadOf(node);
        if (TGuarantees.AreKept)
            Fold(node, slot.Partner, in slot, Payload(ReplyOf(node), head->ReplyVersion, head->Exchanges));
        PaddedMath.Average(PointOf(node), ReplyOf(node), _length);
        head->HasReply = false;
        head->Version++;
        Finish(node);
    }

    void Answer(int node, int to)
    {
        var head = HeadOf(node);
        var other = HeadOf(to);
        PaddedMath.Copy(PointOf(node), ReplyOf(to), _length);
        (other->ReplyVersion, other->HasReply) = (head->Version, true);
        PaddedMath.Average(PointOf(node), PointOf(to), _length);
        head->Version++;
        Send(to, node, to, Reply);
    }

    void Finish(int node)
    {
        var head = HeadOf(node);
        head->IsWaiting = false;
        PaddedMath.Descend(PointOf(node), GradientOf(node), _step, _length);
        Staleness += head->Version - head->GradientVersion;
        head->Steps++;
        head->Version++;
        Steps++;
        if (head->Kept != 0)
        {
            Answer(node, head->Kept - 1);
            head->Kept = 0;
        }
        Begin(node);
    }

    void Begin(int node)
    {
        var head = HeadOf(node);
        head->GradientVersion = head->Version;
        PaddedMath.Gradient(
            PointOf(node), SampleOf(node), head->Label, _regularization, GradientOf(node), _length);
        ref var slot = ref _calendar[node];
        slot.Time = _now + _guarantees.ComputeTime(node, head->Gradients++);
        (slot.Kind, slot.Sequence) = (Computed, head->Sent++);
        _calendar.Insert(node);
    }

    /// <summary>Sends a message, which takes the slot of the node whose exchange it is.</summary>
    void Send(int owner, int from, int to, int kind)
    {
        var head = HeadOf(from);
        ref var slot = ref _calendar[owner];
        var (link, k) = (0UL, 0U);
        if (TGuarantees.AreKept)
        {
            var rank = RankOf(from, to);
            (link, k) = ((2 * (ulong)from) + (ulong)rank, head->SentTo[rank]++);
        }
        slot.Time = _now + _guarantees.Delay(link, k);
        (slot.Kind, slot.Sequence) = (kind, head->Sent++);
        _calendar.Insert(owner);
    }

    /// <summary>Which of its two neighbours a node talks to: 0 for that of the lesser number, else 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    int RankOf(int from, int to) =>
        from == 0 ? (to == 1 ? 0 : 1) : from + 1 == _agents ? (to == 0 ? 0 : 1) : to > from ? 1 : 0;

    ulong Payload(double* vector, long version, uint exchange) =>
        Chains.OfMessage(Chains.Of(vector, _dimension), version, exchange);

    void Fold(int node, int sender, in Slot slot, ulong payload)
    {
        if (TGuarantees.AreKept)
            Chains.Fold(ref HeadOf(node)->Chain, _now, slot.Kind, slot.Sequence, sender, payload);
    }

    /// <summary>Fetches what an event will touch.</summary>
    void Fetch(int node)
    {
        ref var slot = ref _calendar[node];
        switch (slot.Kind)
        {
            case Computed:
                Prefetch.Bytes(HeadOf(node), TGuarantees.AreKept ? sizeof(Head) + (2 * _vectorBytes) : sizeof(Head));
                break;
            case Offer:
                Prefetch.Bytes(HeadOf(slot.Partner), sizeof(Head) + _vectorBytes);
                Prefetch.Bytes(HeadOf(node), sizeof(Head) + _vectorBytes);
                Prefetch.Bytes(ReplyOf(node), _vectorBytes);
                break;
            default:
                Prefetch.Bytes(HeadOf(node), _blockBytes);
                break;
        }
    }
}
