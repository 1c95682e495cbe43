using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Rules;

/// <summary>One way between two agents: the number that names its draws, and the places at its ends.</summary>
/// <param name="Id">Number of the link; <see cref="Links.Local"/> within a place.</param>
/// <param name="From">The sender's place, -1 for a server.</param>
/// <param name="To">The receiver's place, -1 for a server.</param>
readonly record struct Way(long Id, int From, int To)
{
    /// <summary>The way to a node's k-th neighbour in a phase of the topology.</summary>
    public static Way Of(Topology topology, Topology phase, int node, int k)
    {
        var neighbour = phase.OutNeighbour(node, k);
        return new(
            topology.Period > 1 ? topology.EdgeId(node, neighbour) : topology.OutStart(node) + k, node, neighbour);
    }
}

/// <summary>
/// The links of a run: which way a message takes, how long, and what befalls it. Links are numbered: the topology's
/// edges, then two per worker (down, up). Counters are indexed by link and touched by the sender's partition only.
/// </summary>
sealed unsafe class Links : IDisposable
{
    /// <summary>The way between agents at the same place: no link, no delay.</summary>
    public const long Local = -1;

    // Words of a message's draw: the delay comes first, then each fault rule; a copy made by a fault counts as another
    // draw.
    const ulong CopyBit = 1UL << 44;

    // Beyond this many nodes a complete graph's n^2 counters leave the cache: every message would wait for its own.
    const int CountedLinksMax = 256;

    readonly RunPlan _plan;
    readonly Layout _layout;
    readonly LinkDelay _delay;
    readonly bool _isRandom;
    readonly ulong _seed;
    readonly (Fault Rule, int Number)[] _judges;
    readonly NativeArray<uint>? _counts;
    readonly NativeArray<Last>? _last;
    readonly bool _countsPerSender;
    readonly long _edges;

    struct Last
    {
        public long Due;
        public uint Depth;
        public uint Tie;
    }

    public Links(RunPlan plan, Layout layout)
    {
        Quantum = plan.Links.Quantum.Nanoseconds;
        _plan = plan;
        (_delay, _isRandom, _seed) = (plan.Links.Delay, plan.Links.Delay.IsRandom, plan.Seeds.Run);
        _layout = layout;
        _judges = [.. plan.Faults.Select((f, i) => (f, i)).Where(f => f.f.JudgesMessages)];
        _edges = plan.Topology?.Edges ?? 0;
        // Then draws are counted per sender instead of per link.
        _countsPerSender = plan.Topology is { IsComplete: true, Nodes: > CountedLinksMax };
        var links = _edges + (2L * plan.Places);
        if (_isRandom || _judges.Length > 0)
            _counts = new NativeArray<uint>(_countsPerSender ? 0 : links);
        if (plan.Links.Fifo)
        {
            if (plan.Topology is { HasRows: false })
            {
                throw new Core.InputException("links.fifo needs stored links: this complete topology is too large for "
                    + "them; use fewer nodes or another topology");
            }
            _last = new NativeArray<Last>(links);
        }
        if (plan.Links.SendRate is not null)
            SenderFree = new NativeArray<long>(layout.Agents);
        if (plan.Links.ReceiveRate is not null)
            ReceiverFree = new NativeArray<long>(layout.Agents);
    }

    /// <summary>No message over a link takes less, in ns.</summary>
    public long Quantum { get; }

    /// <summary>When each agent's card has sent what it was given, in ns.</summary>
    public NativeArray<long>? SenderFree { get; }

    /// <summary>When each agent's card has received what came, in ns.</summary>
    public NativeArray<long>? ReceiverFree { get; }

    public long Bytes =>
        (_counts?.Bytes ?? 0) + (_last?.Bytes ?? 0) + (SenderFree?.Bytes ?? 0) + (ReceiverFree?.Bytes ?? 0);

    /// <summary>What a checkpoint copies as it is.</summary>
    public IEnumerable<RawBytes> RawMemory()
    {
        if (_counts is not null)
            yield return RawBytes.Of(_counts.Span);
        if (_last is not null)
            yield return RawBytes.Of(_last.Span);
        if (SenderFree is not null)
            yield return RawBytes.Of(SenderFree.Span);
        if (ReceiverFree is not null)
            yield return RawBytes.Of(ReceiverFree.Span);
    }

    public void Dispose()
    {
        _counts?.Dispose();
        _last?.Dispose();
        SenderFree?.Dispose();
        ReceiverFree?.Dispose();
    }

    /// <summary>The way of a message.</summary>
    /// <exception cref="InvalidOperationException">There is no link between the two: the method sends where it
    /// cannot.</exception>
    public Way Find(RoleLayout fromRole, int fromPlace, RoleLayout toRole, int toPlace)
    {
        if (fromRole.Count == Count.One && toRole.Count == Count.One)
            return new Way(Local, -1, -1);
        // A token talks to its place, which answers it there: nobody else reads where a token is.
        if (toRole.Count == Count.Tokens || (fromRole.Count == Count.Tokens && fromPlace == toPlace))
            return new Way(Local, fromPlace, fromPlace);
        if (fromRole.Count == Count.One)
            return new Way(_edges + (2L * toPlace), -1, toPlace);
        if (toRole.Count == Count.One)
            return new Way(_edges + (2L * fromPlace) + 1, fromPlace, -1);
        if (fromPlace == toPlace)
            return new Way(Local, fromPlace, toPlace);
        var edge = _plan.Topology?.EdgeId(fromPlace, toPlace) ?? -1;
        return edge >= 0
            ? new Way(edge, fromPlace, toPlace)
            : throw new InvalidOperationException(
                $"role '{fromRole.Name}' at place {fromPlace} sends to role '{toRole.Name}' at place {toPlace}: "
                + "no link");
    }

    /// <summary>Names a message among its link's, and counts it.</summary>
    public (ulong Id, ulong K) Next(in Way way, int sender, uint sequence)
    {
        if (_counts is null)
            return (0, 0);
        return _countsPerSender ? ((ulong)sender, sequence) : ((ulong)way.Id, _counts[way.Id]++);
    }

    /// <summary>The verdict of the first fault rule that has one; within a place there is none.</summary>
    /// <param name="way">The message's way.</param>
    /// <param name="id">Names it, as <see cref="Next"/> says.</param>
    /// <param name="k">Names it among those of the same id.</param>
    /// <param name="fault">Which of the run's faults it is; -1 for none.</param>
    public Verdict Judge(in Way way, ulong id, ulong k, out int fault)
    {
        for (var i = 0; i < _judges.Length && way.Id != Local; i++)
        {
            // Each rule has draws of its own, so that adding one changes nothing for the others.
            var draw = new Draw(_seed, Purpose.LinkFault, id, k | ((ulong)i << 40));
            var verdict = _judges[i].Rule.Judge(way.From, way.To, draw);
            if (verdict == Verdict.Pass)
                continue;
            fault = _judges[i].Number;
            return verdict;
        }
        fault = -1;
        return Verdict.Pass;
    }

    /// <summary>Propagation delay in ns: 0 within a place; a drawn delay is at least 1.</summary>
    public long Delay(in Way way, ulong id, ulong k, bool copy)
    {
        if (way.Id == Local)
            return 0;
        if (!_isRandom)
            return _delay.Floor(way.From, way.To).Nanoseconds;
        var draw = new Draw(_seed, Purpose.LinkDelay, id, copy ? k | CopyBit : k);
        return Math.Max(1, _delay.Sample(way.From, way.To, in draw).Nanoseconds);
    }

    /// <summary>The delay of a token's move: its draws are counted per token.</summary>
    public long MoveDelay(int token, int from, int to, ulong move)
    {
        if (from == to)
            return 0;
        if (!_isRandom)
            return _delay.Floor(from, to).Nanoseconds;
        var draw = new Draw(_seed, Purpose.LinkDelay, TokenId(token), move);
        return Math.Max(1, _delay.Sample(from, to, draw).Nanoseconds);
    }

    public Verdict JudgeMove(int token, int from, int to, ulong move, out int fault) =>
        Judge(new Way(0, from, to), TokenId(token), move, out fault);

    /// <summary>
    /// On a FIFO link no message overtakes another: one due earlier than its predecessor waits for it.
    /// </summary>
    public void KeepOrder(in Way way, ref long due, ref uint depth, ref uint tie)
    {
        if (_last is null || way.Id == Local)
            return;
        ref var last = ref _last[way.Id];
        if (due < last.Due || (due == last.Due && depth < last.Depth))
            (due, depth) = (last.Due, last.Depth);
        if (due == last.Due && depth == last.Depth && last.Due != 0)
            tie = last.Tie;
        (last.Due, last.Depth, last.Tie) = (due, depth, tie);
    }

    static ulong TokenId(int token) => (1UL << 52) | (uint)token;
}
