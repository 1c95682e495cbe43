namespace AsyncOpt.Grains.Live.Agents;

/// <summary>One end of an agent's two links to and from a peer.</summary>
struct LinkEnd
{
    public int Peer;

    /// <summary>The peer's life whose ranks are counted.</summary>
    public int PeerLife;

    /// <summary>Messages sent to the peer so far.</summary>
    public uint Sent;

    /// <summary>How many of those the peer has acknowledged.</summary>
    public uint Acknowledged;

    /// <summary>All ranks below this have come from the peer, or are given up.</summary>
    public uint Received;

    /// <summary>Messages taken from the peer since it was last told.</summary>
    public uint Untold;

    /// <summary>Bit i: rank <see cref="Received"/> + 1 + i has come.</summary>
    public ulong Beyond;
}

/// <summary>
/// An agent's links: ranks for what it sends, and what has come of what its peers sent. A one-way call reports neither
/// failure nor completion; the ranks do.
/// </summary>
sealed class LinkLedger
{
    /// <summary>A message this many ranks ahead of a missing one makes the missing one count as lost.</summary>
    public const int Window = 64;

    // Few peers are searched one by one; from here on an index pays.
    const int SearchedMax = 8;

    LinkEnd[] _ends = new LinkEnd[2];
    Dictionary<int, int>? _index;

    /// <summary>How many peers there are.</summary>
    public int Count { get; private set; }

    /// <summary>The i-th peer's end, in the order of first contact.</summary>
    public ref LinkEnd this[int i] => ref _ends[i];

    /// <summary>The end towards a peer.</summary>
    public ref LinkEnd Of(int peer)
    {
        if (_index is null)
        {
            for (var i = 0; i < Count; i++)
            {
                if (_ends[i].Peer == peer)
                    return ref _ends[i];
            }
        }
        else if (_index.TryGetValue(peer, out var known))
        {
            return ref _ends[known];
        }
        if (Count == _ends.Length)
            Array.Resize(ref _ends, 2 * Count);
        _ends[Count].Peer = peer;
        _index?.Add(peer, Count);
        if (++Count == SearchedMax + 1)
            _index = Enumerable.Range(0, Count).ToDictionary(i => _ends[i].Peer);
        return ref _ends[Count - 1];
    }

    /// <summary>Whether a rank is new; notes that it came.</summary>
    public static bool Accept(ref LinkEnd end, uint rank)
    {
        if (rank < end.Received)
            return false;
        // What is missing far below is given up: should it still come, it counts as repeated.
        if (rank - end.Received > Window)
            GiveUp(ref end, rank - Window);
        if (rank == end.Received)
        {
            Step(ref end);
            return true;
        }
        var bit = 1UL << (int)(rank - end.Received - 1);
        if ((end.Beyond & bit) != 0)
            return false;
        end.Beyond |= bit;
        return true;
    }

    /// <summary>Waits no more for ranks below a limit.</summary>
    public static void GiveUp(ref LinkEnd end, uint below)
    {
        if (below > end.Received && below - end.Received > Window)
            (end.Received, end.Beyond) = (below, 0);
        while (end.Received < below)
            Step(ref end);
    }

    /// <summary>Takes the lowest rank as received, and those after it that have come.</summary>
    static void Step(ref LinkEnd end)
    {
        bool isNextThere;
        do
        {
            isNextThere = (end.Beyond & 1) != 0;
            end.Received++;
            end.Beyond >>= 1;
        }
        while (isNextThere);
    }
}
