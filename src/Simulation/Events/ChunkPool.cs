using System.Runtime.CompilerServices;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Events;

/// <summary>Fixed-size chunks of events in native memory, reused.</summary>
/// <param name="arena">Where they lie.</param>
sealed unsafe class ChunkPool(Arena arena)
{
    const int ChunkShift = 3;
    const int ChunkEvents = 1 << ChunkShift;

    // How many chunks of a list are fetched before they are read.
    const int ChunksAhead = 4;
    const int BlockShift = 12;
    const int BlockChunks = 1 << BlockShift;

    int _blocks;
    nint[] _starts = new nint[16];
    int[] _next = new int[BlockChunks];
    int _free = -1;
    int _used;

    public long Bytes =>
        ((long)_blocks * BlockChunks * ChunkEvents * sizeof(Event)) + ((long)_next.Length * sizeof(int));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(ref ChunkList list, in Event e)
    {
        var at = list.Count & (ChunkEvents - 1);
        if (at == 0)
            list.Head = Take(list.Head);
        Event.Copy(in e, ref At(list.Head)[at]);
        list.Count++;
    }

    /// <summary>Fetches the place of a list's next event, unless it begins a chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FetchPlace(in ChunkList list)
    {
        var at = list.Count & (ChunkEvents - 1);
        if (at != 0)
            Prefetch.Bytes(At(list.Head) + at, sizeof(Event));
    }

    /// <summary>Moves all events to a span, and frees the chunks.</summary>
    public void Drain(ref ChunkList list, Span<Event> target)
    {
        var at = list.Count;
        var ahead = list.Head;
        for (var i = 0; i < ChunksAhead; i++)
            FetchChunk(ref ahead);
        while (list.Head >= 0)
        {
            FetchChunk(ref ahead);
            var n = CountInHead(list.Count);
            at -= n;
            new ReadOnlySpan<Event>(At(list.Head), n).CopyTo(target[at..]);
            RemoveHead(ref list, n);
        }
    }

    /// <summary>Moves all events to the buckets of a rung, and frees the chunks.</summary>
    public void Drain(ref ChunkList list, EventQueue.Rung rung)
    {
        while (list.Head >= 0)
        {
            var n = CountInHead(list.Count);
            var chunk = At(list.Head);
            for (var i = 0; i < n; i++)
                Append(ref rung.Buckets[(chunk[i].Time - rung.Start) >> rung.Shift], in chunk[i]);
            RemoveHead(ref list, n);
        }
    }

    /// <summary>Whether all events have the same time, so that no finer bucket could part them.</summary>
    public bool IsOneInstant(ChunkList list)
    {
        var time = At(list.Head)->Time;
        for (int chunk = list.Head, left = list.Count; chunk >= 0; chunk = _next[chunk])
        {
            var n = CountInHead(left);
            for (var i = 0; i < n; i++)
            {
                if (At(chunk)[i].Time != time)
                    return false;
            }
            left -= n;
        }
        return true;
    }

    /// <summary>Fetches for all events.</summary>
    public void Fetch(ChunkList list, EventFetch fetch, int ahead)
    {
        for (int chunk = list.Head, left = list.Count; chunk >= 0; chunk = _next[chunk])
        {
            var n = CountInHead(left);
            fetch(new ReadOnlySpan<Event>(At(chunk), n), ahead);
            left -= n;
        }
    }

    /// <summary>Fetches the newest chunk.</summary>
    public void FetchNewest(ChunkList list)
    {
        if (list.Count > 0)
            Prefetch.Bytes(At(list.Head), ChunkEvents * sizeof(Event));
    }

    public Event[] Copy(ChunkList list)
    {
        var events = new Event[list.Count];
        var at = 0;
        for (int chunk = list.Head, left = list.Count; chunk >= 0; chunk = _next[chunk])
        {
            var n = CountInHead(left);
            new ReadOnlySpan<Event>(At(chunk), n).CopyTo(events.AsSpan(at));
            at += n;
            left -= n;
        }
        return events;
    }

    /// <summary>Fetches a chunk, and goes on to the one after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void FetchChunk(ref int chunk)
    {
        if (chunk < 0)
            return;
        Prefetch.Bytes(At(chunk), ChunkEvents * sizeof(Event));
        chunk = _next[chunk];
    }

    static int CountInHead(int count) => ((count - 1) & (ChunkEvents - 1)) + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Event* At(int chunk) => (Event*)_starts[chunk >> BlockShift] + ((long)(chunk & (BlockChunks - 1)) << ChunkShift);

    void RemoveHead(ref ChunkList list, int events)
    {
        var chunk = list.Head;
        list.Head = _next[chunk];
        list.Count -= events;
        _next[chunk] = _free;
        _free = chunk;
    }

    int Take(int next)
    {
        var chunk = _free;
        if (chunk >= 0)
        {
            _free = _next[chunk];
        }
        else
        {
            if (_used == _blocks * BlockChunks)
                AddBlock();
            chunk = _used++;
        }
        _next[chunk] = next;
        return chunk;
    }

    void AddBlock()
    {
        if (_blocks == _starts.Length)
            Array.Resize(ref _starts, 2 * _starts.Length);
        _starts[_blocks++] = (nint)arena.Take<Event>((long)BlockChunks * ChunkEvents).Pointer;
        if (_next.Length < _blocks * BlockChunks)
            Array.Resize(ref _next, 2 * _next.Length);
    }
}
