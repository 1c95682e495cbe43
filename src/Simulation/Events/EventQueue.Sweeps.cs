using System.Numerics;

namespace AsyncOpt.Simulation.Events;

/// <summary>
/// Taking out all events of a span of time at once, where their order in it is somebody else's concern.
/// </summary>
sealed unsafe partial class EventQueue
{
    // A span taken at once ends where a bucket ends: the fewer buckets, the more of it that wastes; the more, the fewer
    // events lie together. Measured: 2 is a little faster than 8 with many agents, and no slower with few.
    const int BucketsPerSpan = 2;

    // Aimed events per bucket, where these need no order: few, so that buckets are as narrow as spans ask for.
    const int PerBucketOfSpan = 2;

    // A bucket that is wider than a span becomes at least 2^this.
    const int SplitBits = 3;

    // Buckets are at least 2^this ns wide.
    int _shiftMin;

    /// <summary>
    /// Tells how long the spans are that <see cref="TakeBefore"/> takes, in ns: buckets opened from here on are as wide
    /// as that allows, since their contents need no order. 0 for none.
    /// </summary>
    public void TakeSpans(long span) => _shiftMin = BitOperations.Log2((ulong)Math.Max(1, span / BucketsPerSpan));

    /// <summary>No pending event is earlier than this, in ns, and one may be that early.</summary>
    public long Earliest
    {
        get
        {
            if (_nearNext < _nearCount || _late.Count > 0)
                return IsLateNext() ? _late.Least.Time : _near[_order[_nearNext].Index].Time;
            for (var i = _rungCount - 1; i >= 0; i--)
            {
                var rung = _rungs[i];
                for (var b = rung.Next; b < rung.Count; b++)
                {
                    if (rung.Buckets[b].Count > 0)
                        return rung.StartOf(b);
                }
            }
            return _farMin;
        }
    }

    /// <summary>
    /// Moves the events before a time to an array, in no particular order: all of them, or those of the first buckets.
    /// </summary>
    /// <param name="limit">The time, in ns, above <see cref="Earliest"/>.</param>
    /// <param name="most">The bucket with which there are this many is the last.</param>
    /// <param name="target">The array; grows.</param>
    /// <param name="count">How many there are.</param>
    /// <returns>No event before this time is left, in ns, at most the limit.</returns>
    public long TakeBefore(long limit, int most, ref Event[] target, out int count)
    {
        count = 0;
        while (_nearNext < _nearCount || _late.Count > 0)
        {
            TryPeek(out var e);
            if (e.Time >= limit)
                return limit;
            Append(ref target, ref count, in e);
            RemovePeeked();
        }
        if (limit <= _nearEnd)
            return limit;
        while (_rungCount > 0 || _farMin < limit)
        {
            if (_rungCount == 0)
            {
                SpreadFar();
                continue;
            }
            var rung = _rungs[_rungCount - 1];
            if (rung.Next == rung.Count)
            {
                _nearEnd = rung.End;
                _rungCount--;
                continue;
            }
            var (start, end) = (rung.StartOf(rung.Next), Math.Min(rung.End, rung.StartOf(rung.Next + 1)));
            if (end <= limit)
            {
                Take(ref rung.Buckets[rung.Next++], ref target, ref count);
                _nearEnd = end;
                if (count >= most)
                    return end;
                continue;
            }
            if (start >= limit || count > 0)
            {
                // What is inserted from here on goes into this rung's buckets.
                _nearEnd = Math.Max(_nearEnd, Math.Min(start, limit));
                return Math.Min(start, limit);
            }
            ref var bucket = ref rung.Buckets[rung.Next];
            if (bucket.Count == 0)
            {
                _nearEnd = Math.Max(_nearEnd, start);
                return limit;
            }
            rung.Next++;
            if (rung.Shift > _shiftMin && _rungCount < RungsMax && !_chunks.IsOneInstant(bucket))
            {
                OpenRung(start, end, bucket.Count, _shiftMin, Math.Max(_shiftMin, rung.Shift - SplitBits));
                Spread(ref bucket);
                continue;
            }
            _nearEnd = end;
            TakeSome(ref bucket, limit, ref target, ref count);
            return limit;
        }
        return limit;
    }

    static void Append(ref Event[] target, ref int count, in Event e)
    {
        if (count == target.Length)
            Array.Resize(ref target, 2 * target.Length);
        target[count++] = e;
    }

    void Take(ref ChunkList bucket, ref Event[] target, ref int count)
    {
        var taken = bucket.Count;
        if (taken == 0)
            return;
        if (target.Length < count + taken)
            Array.Resize(ref target, Math.Max(target.Length + (target.Length / 2), count + taken));
        _chunks.Drain(ref bucket, target.AsSpan(count, taken));
        count += taken;
        Count -= taken;
    }

    /// <summary>Takes a whole bucket, and gives back what is not before a time.</summary>
    void TakeSome(ref ChunkList bucket, long limit, ref Event[] target, ref int count)
    {
        var first = count;
        Take(ref bucket, ref target, ref count);
        var all = target.AsSpan(first, count - first);
        count = first;
        foreach (ref readonly var e in all)
        {
            if (e.Time < limit)
            {
                target[count++] = e;
                continue;
            }
            _late.Push(in e);
            Count++;
        }
    }
}
