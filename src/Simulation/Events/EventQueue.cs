using System.Runtime.CompilerServices;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Events;

/// <summary>Fetches the memory that handling events will read.</summary>
/// <param name="events">Events that are soon to be taken, in no particular order.</param>
/// <param name="ahead">How many buckets of events come before them: less each time, 0 at last.</param>
delegate void EventFetch(ReadOnlySpan<Event> events, int ahead);

/// <summary>
/// The pending events of a partition, least first. A ladder queue (Tang, Goh, Thng: Ladder queue, ACM TOMACS 2005):
/// far events lie unsorted; when the near ones run out they are dealt out to buckets of equal width, crowded buckets
/// to a finer rung, and one small bucket at a time is sorted. An event is moved a fixed number of times, whatever
/// the number pending; only events that come before the end of the sorted bucket go through a heap, which is small.
/// </summary>
sealed unsafe partial class EventQueue
{
    const int RungsMax = 16;

    // A bucket of up to this many events is sorted at once; a fuller one is split when time allows.
    const int SortedMax = 192;

    // A heap of more is slower than the ladder.
    const int LateMax = 64;

    // Aimed events per bucket: enough to pay for visiting it, few enough to sort in a cache line or two per event.
    const int PerBucket = 12;

    // Buckets after the sorted one whose events are fetched for.
    const int BucketsAhead = 2;

    // Events of a crowded instant that are fetched ahead.
    const int FetchAhead = 8;

    // How many inserts before it the place of an event is fetched.
    const int InsertsAhead = 8;

    // Fewer pending events stay in a second-level cache by themselves.
    const int InsertsFetchedLeast = 1 << 15;
    const int BucketsMax = 1 << 17;

    readonly ChunkPool _chunks;
    readonly Rung[] _rungs = new Rung[RungsMax];
    int _rungCount;

    ChunkList _far = ChunkList.Empty;
    long _farMin = long.MaxValue;
    long _farMax = long.MinValue;

    // The sorted bucket: events as they came, and their order.
    Event[] _near = new Event[SortedMax];
    SortKey[] _order = new SortKey[SortedMax];
    SortKey[] _scratch = [];
    int[] _ends = [];
    int _nearNext;
    int _nearCount;

    // Everything before this time is in the sorted bucket or the heap.
    long _nearEnd = long.MinValue;

    readonly EventHeap _late = new();

    /// <param name="arena">Where the events lie.</param>
    public EventQueue(Arena arena)
    {
        _chunks = new ChunkPool(arena);
        for (var i = 0; i < RungsMax; i++)
            _rungs[i] = new Rung();
    }

    /// <summary>Called for most events some time before they are taken; null where nothing need be fetched.</summary>
    public EventFetch? Fetch { get; init; }

    /// <summary>How many events are pending.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes of memory held.</summary>
    public long Bytes => _chunks.Bytes + ((long)_near.Length * sizeof(Event)) + _late.Bytes
        + ((long)(_order.Length + _scratch.Length) * sizeof(SortKey)) + ((long)_ends.Length * sizeof(int))
        + _rungs.Sum(r => (long)r.Buckets.Length * sizeof(ChunkList));

    public void Insert(in Event e)
    {
        if (Count++ == 0)
        {
            // Nothing else is pending: a walk with one token needs no ladder.
            _rungCount = 0;
            _nearEnd = e.Time + 1;
        }
        if (e.Time < _nearEnd && _late.Count >= LateMax && _rungCount == 0 && _nearNext == _nearCount)
            MoveLateToFar();
        if (e.Time < _nearEnd)
        {
            _late.Push(in e);
            return;
        }
        for (var i = _rungCount - 1; i >= 0; i--)
        {
            var rung = _rungs[i];
            if (e.Time < rung.End)
            {
                _chunks.Append(ref rung.Buckets[(e.Time - rung.Start) >> rung.Shift], in e);
                return;
            }
        }
        AppendFar(in e);
    }

    /// <summary>
    /// While events are inserted one after the other, where many are pending: fetches the place of one that comes some
    /// inserts later.
    /// </summary>
    /// <param name="events">The events.</param>
    /// <param name="at">The one that is inserted next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FetchPlace(ReadOnlySpan<Event> events, int at)
    {
        if (Count > InsertsFetchedLeast && at + InsertsAhead < events.Length)
            FetchPlace(events[at + InsertsAhead].Time);
    }

    void FetchPlace(long time)
    {
        for (var i = _rungCount - 1; i >= 0; i--)
        {
            var rung = _rungs[i];
            if (time < rung.End)
            {
                if (time >= rung.Start)
                    _chunks.FetchPlace(in rung.Buckets[(time - rung.Start) >> rung.Shift]);
                return;
            }
        }
    }

    /// <summary>Copies the least event without removing it; false when none is pending.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPeek(out Event e)
    {
        if (_nearNext == _nearCount && _late.Count == 0 && !Refill())
        {
            Unsafe.SkipInit(out e);
            return false;
        }
        Unsafe.SkipInit(out e);
        if (IsLateNext())
            Event.CopyFresh(in _late.Least, ref e);
        else
            Event.Copy(in _near[_order[_nearNext].Index], ref e);
        return true;
    }

    /// <summary>Removes the event that <see cref="TryPeek"/> showed; nothing may be inserted in between.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void RemovePeeked()
    {
        Count--;
        if (IsLateNext())
            _late.Pop();
        else
            _nearNext++;
        // Many events of one instant lie in memory as they came.
        if (_nearCount > SortedMax && _nearNext + FetchAhead < _nearCount)
            Prefetch.Item(ref _near[_order[_nearNext + FetchAhead].Index]);
    }

    /// <summary>Visits all pending events, in no particular order.</summary>
    public IEnumerable<Event> All()
    {
        for (var i = _nearNext; i < _nearCount; i++)
            yield return _near[_order[i].Index];
        for (var i = 0; i < _late.Count; i++)
            yield return _late[i];
        for (var i = 0; i < _rungCount; i++)
        {
            for (var b = _rungs[i].Next; b < _rungs[i].Count; b++)
            {
                foreach (var e in _chunks.Copy(_rungs[i].Buckets[b]))
                    yield return e;
            }
        }
        foreach (var e in _chunks.Copy(_far))
            yield return e;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    bool IsLateNext() =>
        _late.Count > 0 && (_nearNext == _nearCount || Event.Before(in _late.Least, in _near[_order[_nearNext].Index]));

    bool Refill()
    {
        while (true)
        {
            if (_rungCount == 0)
            {
                if (_far.Count == 0)
                    return false;
                SpreadFar();
                continue;
            }
            var rung = _rungs[_rungCount - 1];
            while (rung.Next < rung.Count && rung.Buckets[rung.Next].Count == 0)
                rung.Next++;
            if (rung.Next == rung.Count)
            {
                _nearEnd = rung.End;
                _rungCount--;
                continue;
            }
            var start = rung.StartOf(rung.Next);
            ref var bucket = ref rung.Buckets[rung.Next++];
            if (bucket.Count > SortedMax && rung.Shift > 0 && _rungCount < RungsMax && !_chunks.IsOneInstant(bucket))
            {
                OpenRung(start, Math.Min(rung.End, start + (1L << rung.Shift)), bucket.Count, shiftMin: 0);
                Spread(ref bucket);
                continue;
            }
            // The last bucket may reach beyond the rung; what comes there lies outside.
            _nearEnd = Math.Min(rung.End, start + (1L << rung.Shift));
            Sort(ref bucket);
            if (Fetch is { } fetch && _nearCount <= SortedMax)
                LookAhead(rung, fetch);
            return true;
        }
    }

    /// <summary>
    /// Fetches for the events in the sorted bucket and in the next two, for each thrice in all: what one step fetched
    /// says where the next finds more.
    /// </summary>
    void LookAhead(Rung rung, EventFetch fetch)
    {
        fetch(_near.AsSpan(0, _nearCount), 0);
        var ahead = 1;
        for (var b = rung.Next; b < rung.Count && ahead <= BucketsAhead; b++)
        {
            ref var bucket = ref rung.Buckets[b];
            if (bucket.Count > SortedMax)
                return;
            if (bucket.Count > 0)
                _chunks.Fetch(bucket, fetch, ahead++);
        }
        if (rung.Next + BucketsAhead < rung.Count)
            _chunks.FetchNewest(rung.Buckets[rung.Next + BucketsAhead]);
    }

    /// <summary>A heap that is all there is, and has grown, becomes the ladder's next rung.</summary>
    void MoveLateToFar()
    {
        _nearEnd = _late.Least.Time;
        for (var i = 0; i < _late.Count; i++)
            AppendFar(in _late[i]);
        _late.Clear();
    }

    void AppendFar(in Event e)
    {
        _chunks.Append(ref _far, in e);
        _farMin = Math.Min(_farMin, e.Time);
        _farMax = Math.Max(_farMax, e.Time);
    }

    void SpreadFar()
    {
        OpenRung(_farMin, _farMax + 1, _far.Count, _shiftMin);
        var far = _far;
        (_far, _farMin, _farMax) = (ChunkList.Empty, long.MaxValue, long.MinValue);
        Spread(ref far);
    }

    void OpenRung(long start, long end, int events, int shiftMin, int shiftMax = 62)
    {
        // Widths are powers of two, so that finding a bucket is a shift.
        var buckets = Math.Clamp(events / (shiftMin > 0 ? PerBucketOfSpan : PerBucket), 1, BucketsMax);
        var shift = shiftMin;
        while (shift < shiftMax && ((end - start - 1) >> shift) >= buckets)
            shift++;
        _rungs[_rungCount++].Open(start, end, shift);
    }

    void Spread(ref ChunkList list)
    {
        var rung = _rungs[_rungCount - 1];
        _chunks.Drain(ref list, rung);
    }

    void Sort(ref ChunkList bucket)
    {
        var count = bucket.Count;
        if (_near.Length < count)
        {
            _near = new Event[Math.Max(count, 2 * _near.Length)];
            _order = new SortKey[_near.Length];
        }
        _chunks.Drain(ref bucket, _near);
        for (var i = 0; i < count; i++)
            _order[i] = new SortKey(in _near[i], i);
        SortKey.Sort(_order.AsSpan(0, count), _near, ref _scratch, ref _ends);
        (_nearNext, _nearCount) = (0, count);
    }

    /// <summary>Buckets of equal width, 2^Shift ns, from Start to End.</summary>
    internal sealed class Rung
    {
        public long Start;
        public long End;
        public int Shift;
        public int Next;
        public int Count;
        public ChunkList[] Buckets = [];

        /// <summary>Where a bucket starts.</summary>
        public long StartOf(int bucket) => Start + ((long)bucket << Shift);

        public void Open(long start, long end, int shift)
        {
            (Start, End, Shift, Next) = (start, end, shift, 0);
            Count = (int)((end - start - 1) >> shift) + 1;
            if (Buckets.Length < Count)
                Buckets = new ChunkList[Math.Max(Count, 2 * Buckets.Length)];
            Array.Fill(Buckets, ChunkList.Empty, 0, Count);
        }
    }
}
