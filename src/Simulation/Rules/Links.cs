using System.Runtime.InteropServices;
using AsyncOpt.Core;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Rules;

/// <summary>
/// The links of a run: which route a message takes, how long, and what befalls it. Links are numbered: the topology's
/// edges, then two per worker (down, up). Counters are indexed by link and touched by the sender's partition only. An
/// overlay joins all with all: its messages are counted by their sender instead.
/// </summary>
sealed unsafe class Links : IDisposable
{
    /// <summary>The route between agents at the same place: no link, no delay.</summary>
    public const long Local = -1;

    const long TokenRoute = -2;
    const long Overlay = -3;

    // Words of a message's draw: the delay comes first, then each fault rule; a copy made by a fault counts as another
    // draw.
    const ulong CopyBit = 1UL << 44;
    public const int RuleShift = 40;

    // A further try of a message has its name, and its number above the 32 bits of counts.
    const int TryShift = 32;
    const ulong CountMask = (1UL << TryShift) - 1;

    // Names the noise of messages that are corrupted alike.
    const ulong AlikeId = 1UL << 50;

    // Beyond this many nodes a complete graph's n^2 counters leave the cache: every message would wait for its own.
    const int CountedLinksMax = 256;

    // Rows and counters of fewer links stay in a second-level cache by themselves.
    const long CachedEdges = 1 << 15;

    readonly RunPlan _plan;
    readonly Layout _layout;
    readonly LinkDelay _delay;
    readonly Law? _law;
    readonly bool _isRandom;

    // The delay of all messages, in ns, where it is one; -1 where it is not.
    readonly long _common;
    readonly ulong _seed;
    readonly (Fault Rule, int Number)[] _judges;
    readonly NativeArray<uint>? _counts;
    readonly NativeArray<Last>? _last;

    // Ranks without gaps, where a rule asks for them and the counters have some, or leave tries out: of the messages of
    // links, of what agents send over overlays, of moves.
    readonly NativeArray<uint>? _ranks;
    readonly NativeArray<uint>? _overlayRanks;
    readonly NativeArray<uint>? _moves;

    // FIFO links: until when each waits for the next try of a message that was lost, in ns.
    readonly NativeArray<long>? _heldUp;

    // How many messages each agent has sent over overlays, where draws need to know.
    readonly NativeArray<uint>? _overlaid;

    // The agents' cards where they pass one message after the other.
    readonly QueueingCards? _sending;
    readonly QueueingCards? _receiving;
    readonly bool _countsPerSender;
    readonly bool _seesMessages;
    readonly bool _hasOverlays;
    readonly long _edges;

    // The topology, where its rows fill more than a cache.
    readonly Topology? _stored;

    struct Last
    {
        public long Due;
        public uint Depth;
        public uint Tie;
    }

    /// <param name="plan">The run.</param>
    /// <param name="layout">Its method's layout.</param>
    /// <param name="isLive">Whether time is real: then no delay is raised to the quantum.</param>
    /// <exception cref="InputException">
    /// The topology is too large to store what the links must keep, or there are too many faults.
    /// </exception>
    public Links(RunPlan plan, Layout layout, bool isLive = false)
    {
        Quantum = isLive ? 0 : plan.Links.Quantum.Nanoseconds;
        _plan = plan;
        (_delay, _isRandom, _seed) = (plan.Links.Delay, plan.Links.Delay.IsRandom, plan.Seeds.Run);
        _law = _delay.CommonLaw;
        _common = !_isRandom && _delay.IsUniform ? _delay.FloorOverall.Nanoseconds : -1;
        (_layout, _hasOverlays) = (layout, layout.HasOverlays);
        _judges = [.. plan.Faults.Select((f, i) => (f, i)).Where(f => f.f.JudgesMessages)];
        if (_judges.Length > 0 && _judges[^1].Number >= Fate.RulesMax)
            throw new InputException($"faults: {plan.Faults.Count} rules; expected at most {Fate.RulesMax}");
        Recalling = Recalling.Of(plan, layout);
        if (_delay is { SeesMessages: true, IsRandom: false })
            throw new InvalidOperationException($"links '{_delay}' see messages, and say that no delay varies");
        _seesMessages = _judges.Length > 0 || _delay.SeesMessages || plan.RecordSchedule;
        _edges = plan.Topology?.Edges ?? 0;
        if (plan.Topology is { HasStoredRows: true, OutDegreeMin: > 0, Edges: > CachedEdges })
            _stored = plan.Topology;
        // Then draws are counted per sender instead of per link.
        _countsPerSender = plan.Topology is { IsComplete: true, Nodes: > CountedLinksMax };
        var links = _edges + (2L * plan.Places);
        if (_isRandom || _seesMessages)
        {
            _counts = new NativeArray<uint>(_countsPerSender ? 0 : links);
            _overlaid = _hasOverlays ? new NativeArray<uint>(layout.Agents) : null;
        }
        var loses = _judges.Length > 0 || plan.Links is { Buffer: not null, SendRate: not null };
        Retransmission = loses ? plan.Links.Retransmit : null;
        // A record names messages as those see them who take it again.
        if (_delay.CountsPerLink || _judges.Any(j => j.Rule.CountsPerLink) || plan.RecordSchedule)
        {
            if (_countsPerSender || Retransmission is not null)
                _ranks = new NativeArray<uint>(Stored(links, "a rule that counts the messages of each link"));
            if (layout.HasOverlays && Retransmission is not null)
                _overlayRanks = new NativeArray<uint>(layout.Agents);
            if (layout.Roles.Any(r => r.Count == Count.Tokens))
                _moves = new NativeArray<uint>(layout.Agents);
        }
        if (plan.Links.OrderRefusal(layout) is { } refusal)
            throw new InputException($"links.fifo: {refusal}");
        if (plan.Links.Fifo)
            _last = new NativeArray<Last>(Stored(links, "links.fifo"));
        if (plan.Links.Fifo && Retransmission is not null)
            _heldUp = new NativeArray<long>(links);
        if (isLive)
            VirtualOnly.Refuse(plan);
        Shared = SharedCards.Of(plan, layout.Agents);
        if (Shared is null && plan.Links.SendRate is { } sendRate)
            _sending = new QueueingCards(layout.Agents, sendRate, plan.Links.Buffer);
        if (Shared is null && plan.Links.ReceiveRate is { } receiveRate)
            _receiving = new QueueingCards(layout.Agents, receiveRate, plan.Links.Buffer);
        IsPlain = _isRandom && !_seesMessages && _last is null && Shared is null
            && _sending is null && _receiving is null;
    }

    /// <summary>Whether nothing but a drawn delay befalls messages: no rule, no card, no order to be kept.</summary>
    public bool IsPlain { get; }

    /// <summary>Whether rules or delays look at single messages and moves.</summary>
    public bool SeesMessages => _seesMessages;

    /// <summary>How what is lost is sent again; null where nothing is lost, or that is for good.</summary>
    public Retransmission? Retransmission { get; }

    /// <summary>Who may send again what it sent before; null where nobody does.</summary>
    public Recalling? Recalling { get; }

    /// <summary>Whether all delays are drawn with one law, whatever the route.</summary>
    public bool HasCommonLaw => _law is not null;

    /// <summary>No delay is less than this, in ns.</summary>
    public long Quantum { get; }

    /// <summary>Whether messages pass a card at their receiver.</summary>
    public bool HasReceiverCards => _receiving is not null || Shared is { AreReceiving: true };

    /// <summary>The network cards where messages share their rate; null where they pass one after the other.</summary>
    public SharedCards? Shared { get; }

    public long Bytes => (_counts?.Bytes ?? 0) + (_ranks?.Bytes ?? 0) + (_moves?.Bytes ?? 0) + (_last?.Bytes ?? 0)
        + (_overlayRanks?.Bytes ?? 0) + (_heldUp?.Bytes ?? 0) + (_overlaid?.Bytes ?? 0)
        + (_sending?.Bytes ?? 0) + (_receiving?.Bytes ?? 0);

    long Stored(long links, string what) => _plan.Topology is { HasRows: false }
        ? throw new InputException(
            $"{what} needs stored links: this complete topology is too large for them; use fewer nodes or another "
            + "topology")
        : links;

    /// <summary>What a checkpoint copies as it is.</summary>
    public IEnumerable<RawBytes> RawMemory()
    {
        if (_counts is not null)
            yield return RawBytes.Of(_counts.Span);
        if (_last is not null)
            yield return RawBytes.Of(_last.Span);
        foreach (var bytes in _sending?.RawMemory() ?? [])
            yield return bytes;
        foreach (var bytes in _receiving?.RawMemory() ?? [])
            yield return bytes;
        if (_ranks is not null)
            yield return RawBytes.Of(_ranks.Span);
        if (_moves is not null)
            yield return RawBytes.Of(_moves.Span);
        if (_overlaid is not null)
            yield return RawBytes.Of(_overlaid.Span);
        if (_overlayRanks is not null)
            yield return RawBytes.Of(_overlayRanks.Span);
        if (_heldUp is not null)
            yield return RawBytes.Of(_heldUp.Span);
    }

    public void Dispose()
    {
        _counts?.Dispose();
        _last?.Dispose();
        _ranks?.Dispose();
        _moves?.Dispose();
        _overlaid?.Dispose();
        _overlayRanks?.Dispose();
        _heldUp?.Dispose();
        _sending?.Dispose();
        _receiving?.Dispose();
    }

    /// <summary>Fetches what sending from a node to a neighbour will read.</summary>
    /// <param name="node">The node.</param>
    /// <param name="isNear">Whether the start of its row has been fetched already.</param>
    public void Fetch(int node, bool isNear)
    {
        if (_stored is not { } stored)
            return;
        if (!isNear)
        {
            Prefetch.Item(ref stored.StoredStart(node));
            return;
        }
        Prefetch.Item(ref stored.StoredRow(node));
        if (_counts is not null)
            Prefetch.Item(ref _counts[stored.OutStart(node)]);
    }

    /// <summary>The route of a message.</summary>
    /// <exception cref="InvalidOperationException">There is no link between the two: the method sends where it
    /// cannot.</exception>
    public Route Find(RoleLayout fromRole, int fromPlace, RoleLayout toRole, int toPlace)
    {
        if (fromRole.Count == Count.One && toRole.Count == Count.One)
            return new Route(Local, -1, -1);
        // A token talks to its place, which answers it there: nobody else reads where a token is.
        if (toRole.Count == Count.Tokens || (fromRole.Count == Count.Tokens && fromPlace == toPlace))
            return new Route(Local, fromPlace, fromPlace);
        if (fromRole.Count == Count.One)
            return new Route(_edges + (2L * toPlace), -1, toPlace);
        if (toRole.Count == Count.One)
            return new Route(_edges + (2L * fromPlace) + 1, fromPlace, -1);
        if (fromPlace == toPlace)
            return new Route(Local, fromPlace, toPlace);
        if (_hasOverlays && fromRole.HasOverlayTo(toRole))
            return new Route(Overlay, fromPlace, toPlace);
        var edge = _plan.Topology?.EdgeId(fromPlace, toPlace) ?? -1;
        return edge >= 0
            ? new Route(edge, fromPlace, toPlace)
            : throw new InvalidOperationException(
                $"role '{fromRole.Name}' at place {fromPlace} sends to role '{toRole.Name}' at place {toPlace}: "
                + "no link");
    }

    /// <summary>Decides what becomes of a message. Both hosts ask this, once for each message.</summary>
    /// <param name="route">Its route.</param>
    /// <param name="message">The message.</param>
    /// <param name="fate">Receives the answer; what it said of the message before is gone.</param>
    public void Decide(in Route route, in Sending message, Fate fate) =>
        Decide(in route, in message, NameOf(in route, message.Sender, message.Sequence), fate);

    /// <summary>The same for a message that is sent again.</summary>
    /// <param name="route">Its route.</param>
    /// <param name="message">The message, as it is sent now.</param>
    /// <param name="count">What <see cref="Fate.Count"/> was when it was first sent.</param>
    /// <param name="tries">Which try after the first sending it is, from 1.</param>
    /// <param name="fate">Receives the answer.</param>
    public void DecideAgain(in Route route, in Sending message, uint count, int tries, Fate fate)
    {
        var id = route.Id == Overlay ? OverlayId(message.Sender)
            : _countsPerSender ? (ulong)message.Sender : (ulong)route.Id;
        Decide(in route, in message, (id, count | ((ulong)tries << TryShift)), fate);
    }

    void Decide(in Route route, in Sending message, (ulong Id, ulong K) name, Fate fate)
    {
        var (id, k) = name;
        var finds = TryLeaveCard(in route, in message, out var left);
        fate.Begin(left);
        fate.Count = (uint)k;
        if (route.Id == Local)
            return;
        // Of what a log says that it came, all but its form is known.
        if (!finds && !fate.Comes)
        {
            fate.Overflow();
            return;
        }
        if (_seesMessages)
            DecideByRules(in route, in message, (id, k), RankOf(route.Id, message.Sender, id, k), fate);
        else
            fate.Delay = DelayOf(in route, id, k);
        if (fate.Deliveries > 0)
            fate.RaiseTo(Quantum);
    }

    /// <summary>
    /// Decides what becomes of a token's move; its draws are counted per token. It comes neither twice nor corrupted.
    /// </summary>
    /// <param name="from">The node that it leaves.</param>
    /// <param name="to">The node that it moves to.</param>
    /// <param name="move">The move; its sequence names it among the token's.</param>
    /// <param name="fate">Receives the answer; a move that is lost takes as long as one that is not.</param>
    /// <param name="tries">Which try after the first it is, from 1; 0 for the first.</param>
    public void DecideMove(int from, int to, in Sending move, Fate fate, int tries = 0)
    {
        fate.Begin(move.Now);
        if (!_seesMessages)
        {
            fate.Delay = DelayOfMove(from, to, move.Sender, move.Sequence);
            return;
        }
        var route = new Route(TokenRoute, from, to);
        var (id, k) = (TokenId(move.Sender), move.Sequence | ((ulong)tries << TryShift));
        var rank = _moves is null ? ((ulong Id, ulong K))(id, k) : (id, _moves[move.Sender]++);
        DecideByRules(in route, in move, (id, k), rank, fate);
    }

    /// <summary>How long a token's move takes, in ns, where no rule has a say in it.</summary>
    /// <param name="from">The node that it leaves.</param>
    /// <param name="to">The node that it moves to.</param>
    /// <param name="token">The token.</param>
    /// <param name="sequence">Names the move among the token's.</param>
    public long DelayOfMove(int from, int to, int token, uint sequence) =>
        from == to ? 0 : DelayOf(new Route(TokenRoute, from, to), TokenId(token), sequence);

    /// <summary>
    /// A message that came passes the receiver's card, which takes one after the other; false where that has no room.
    /// </summary>
    /// <param name="receiver">The receiver.</param>
    /// <param name="arrived">When it came, in ns.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="passed">When it has passed, in ns.</param>
    public bool TryPassReceiverCard(int receiver, long arrived, long bytes, out long passed) =>
        _receiving!.TryPass(receiver, arrived, bytes, out passed);

    // When the message has left the sender, whose card sends one after the other; false where that has no room.
    bool TryLeaveCard(in Route route, in Sending message, out long left)
    {
        left = message.Now;
        return _sending is null || route.Id == Local
            || _sending.TryPass(message.Sender, message.Now, message.Bytes, out left);
    }

    /// <summary>Names a message among its link's, and counts it.</summary>
    public (ulong Id, ulong K) NameOf(in Route route, int sender, uint sequence)
    {
        if (_counts is null || route.Id == Local)
            return (0, 0);
        if (route.Id == Overlay)
            return (OverlayId(sender), _overlaid![sender]++);
        return _countsPerSender ? ((ulong)sender, sequence) : ((ulong)route.Id, _counts[route.Id]++);
    }

    /// <summary>The delays of many messages, in ns, where nothing else befalls any.</summary>
    /// <param name="routes">Their routes; of no account where there is a common law.</param>
    /// <param name="ids">With ks, their names among their links'.</param>
    /// <param name="ks">As many as ids.</param>
    /// <param name="delays">As many, out.</param>
    public void DelaysOf(
        ReadOnlySpan<Route> routes, ReadOnlySpan<ulong> ids, ReadOnlySpan<ulong> ks, Span<long> delays)
    {
        if (_law is null)
        {
            for (var i = 0; i < routes.Length; i++)
                delays[i] = DelayOf(in routes[i], ids[i], ks[i]);
            return;
        }
        var seconds = MemoryMarshal.Cast<long, double>(delays);
        _law.Sample(new Draws(_seed, Purpose.LinkDelay, ids, ks), seconds);
        for (var i = 0; i < routes.Length; i++)
            delays[i] = VirtualTime.FromDraw(seconds[i]).Nanoseconds;
    }

    // The name of a message where rules count per link; all that an agent sends over overlays is one link to them.
    (ulong Id, ulong K) RankOf(long link, int sender, ulong id, ulong k)
    {
        if (link == Overlay)
            return _overlayRanks is null ? (id, k) : (id, _overlayRanks[sender]++);
        return _ranks is null ? (id, k) : ((ulong)link, _ranks[link]++);
    }

    /// <summary>Whether messages wait for another of their link that was lost and is sent again.</summary>
    public bool HoldsUp => _heldUp is not null;

    /// <summary>Whether a message must wait for another of its link, which was lost and is sent again first.</summary>
    /// <param name="route">Its route.</param>
    /// <param name="now">The present, in ns.</param>
    /// <param name="until">Until when at least, in ns.</param>
    public bool IsHeldUp(in Route route, long now, out long until)
    {
        until = _heldUp is null || route.Id == Local ? 0 : _heldUp[route.Id];
        return until > now;
    }

    /// <summary>A message of a link was lost, and is sent again at a time: on a FIFO link the others wait.</summary>
    public void HoldUp(in Route route, long until)
    {
        if (_heldUp is not null)
            _heldUp[route.Id] = until;
    }

    long DelayOf(in Route route, ulong id, ulong k)
    {
        if (_common >= 0)
            return _common;
        if (!_isRandom)
            return _delay.Floor(route.From, route.To).Nanoseconds;
        var draw = new Draw(_seed, Purpose.LinkDelay, id, k);
        return Math.Max(1, _delay.Sample(route.From, route.To, in draw).Nanoseconds);
    }

    void DecideByRules(
        in Route route, in Sending sending, (ulong Id, ulong K) name, (ulong Id, ulong K) rank, Fate fate)
    {
        var message = sending.On(in route, (long)(rank.K & CountMask), _layout);
        fate.Way = route.Id switch
        {
            TokenRoute => MessageWay.Token,
            Overlay => MessageWay.Overlay,
            _ => MessageWay.Link,
        };
        fate.Rank = message.Sequence;
        for (var i = 0; i < _judges.Length && !fate.IsDecided; i++)
        {
            // Each rule has draws of its own, so that adding one changes nothing for the others.
            var (id, k) = _judges[i].Rule.CountsPerLink ? rank : name;
            var draw = new Draw(_seed, Purpose.LinkFault, id, k | ((ulong)i << RuleShift));
            var verdict = _judges[i].Rule.Judge(in message, in draw);
            if (verdict.IsAlike)
                draw = new Draw(_seed, Purpose.LinkFault, AlikeId, (rank.K & CountMask) | ((ulong)i << RuleShift));
            fate.Add(in verdict, _judges[i].Number, in draw, route.Id == TokenRoute);
        }
        var isMove = route.Id == TokenRoute;
        if (isMove ? route.From == route.To : fate.Deliveries == 0)
            return;
        var (delayId, delayK) = _delay.CountsPerLink ? rank : name;
        if (fate.Deliveries == 2)
            fate.CopyDelay = fate.Longer + DelayOf(in message, delayId, delayK | CopyBit);
        fate.Delay = fate.Longer + DelayOf(in message, delayId, delayK);
    }

    long DelayOf(in MessageContext message, ulong id, ulong k)
    {
        if (!_delay.SeesMessages)
            return DelayOf(new Route(0, message.From, message.To), id, k);
        var draw = new Draw(_seed, Purpose.LinkDelay, id, k);
        var delay = Math.Max(1, _delay.Sample(in message, in draw).Nanoseconds);
        var floor = _delay.Floor(message.From, message.To).Nanoseconds;
        return delay >= floor ? delay : throw new InvalidOperationException(
            $"links '{_delay}' delay a message from place {message.From} to {message.To} by {delay} ns, and say that "
            + $"none takes less than {floor} ns");
    }

    /// <summary>
    /// On a FIFO link no message overtakes another: one due earlier than its predecessor waits for it.
    /// </summary>
    public void KeepOrder(in Route route, ref long due, ref uint depth, ref uint tie)
    {
        if (_last is null || route.Id == Local)
            return;
        ref var last = ref _last[route.Id];
        if (due < last.Due || (due == last.Due && depth < last.Depth))
            (due, depth) = (last.Due, last.Depth);
        // What is sent at time 0 has a depth, so that it is never taken for what follows nothing.
        if (due == last.Due && depth == last.Depth)
            tie = last.Tie;
        (last.Due, last.Depth, last.Tie) = (due, depth, tie);
    }

    static ulong TokenId(int token) => (1UL << 52) | (uint)token;

    static ulong OverlayId(int sender) => (1UL << 51) | (uint)sender;
}
