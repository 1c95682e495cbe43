using System.Runtime.InteropServices;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Benchmarks.Loops;

/// <summary>
/// PHOLD as one would write it by hand, without programs, hashes, ties or partitions: take the least event, draw a
/// receiver and a delay of 0.1 + 0.9 E seconds, E exponential of mean 1, put it back.
/// </summary>
static class PholdLoops
{
    // Events per bucket of the calendar: what was fastest among 1, 2, 4, 8, 16.
    const int PerBucket = 4;

    [StructLayout(LayoutKind.Sequential, Size = 32)]
    struct Agent
    {
        public long Handled;
    }

    struct Slot
    {
        public long Time;
        public int Receiver;
        public int Next;
    }

    /// <summary>Events per second of a loop around .NET's heap; it touches no state.</summary>
    /// <param name="agents">How many agents there are.</param>
    /// <param name="each">Messages per agent: <c>agents x each</c> events are pending.</param>
    /// <param name="warmUp">Events before the clock starts.</param>
    /// <param name="timed">Events that are timed.</param>
    public static double PriorityQueue(int agents, int each, long warmUp, long timed)
    {
        var draws = new FastDraws(1);
        var queue = new PriorityQueue<(int Receiver, int Sender), long>(agents * each);
        for (var i = 0; i < agents * each; i++)
            queue.Enqueue((draws.Below(agents), i / each), Delay(ref draws));
        Throw(queue, ref draws, agents, warmUp);
        var start = Clock.Seconds;
        Throw(queue, ref draws, agents, timed);
        return timed / (Clock.Seconds - start);
    }

    static void Throw(PriorityQueue<(int Receiver, int Sender), long> queue, ref FastDraws draws, int agents, long events)
    {
        for (long i = 0; i < events; i++)
        {
            queue.TryPeek(out var ball, out var time);
            queue.DequeueEnqueue((draws.Below(agents), ball.Receiver), time + Delay(ref draws));
        }
    }

    /// <summary>
    /// Events per second of a calendar queue (Brown, CACM 31, 1988): buckets of equal width around a year; each
    /// event adds to the 32-byte state of a random agent. New events always lie beyond the bucket, which is narrower
    /// than the least delay, so that a bucket can be sorted once.
    /// </summary>
    /// <param name="agents">How many agents there are.</param>
    /// <param name="each">Messages per agent: <c>agents x each</c> events are pending.</param>
    /// <param name="warmUp">Events before the clock starts.</param>
    /// <param name="timed">Events that are timed.</param>
    public static double Buckets(int agents, int each, long warmUp, long timed)
    {
        using var calendar = new Calendar(agents, agents * each);
        calendar.Throw(warmUp);
        var start = Clock.Seconds;
        var handled = calendar.Throw(timed);
        return handled / (Clock.Seconds - start);
    }

    static long Delay(ref FastDraws draws) => (long)(1e9 * (0.1 - (0.9 * Math.Log(draws.Uniform()))));

    // Its memory is like the engine's: outside the collected heap, in huge pages where there are any.
    sealed class Calendar : IDisposable
    {
        readonly Arena _arena = new();
        readonly int _count;
        readonly NativeSpan<Agent> _agents;
        readonly NativeSpan<Slot> _slots;
        readonly NativeSpan<int> _heads;
        readonly long _mask;
        readonly int _shift;
        int[] _due = new int[64];
        long _bucket;
        FastDraws _draws = new(1);

        public Calendar(int agents, int pending)
        {
            _count = agents;
            _agents = _arena.Take<Agent>(agents);
            _slots = _arena.Take<Slot>(pending);
            // A year of four mean delays holds all but 1 % of the events; the others are passed by now and then.
            var width = (ulong)(PerBucket * 1e9 / pending);
            _shift = System.Numerics.BitOperations.Log2(width);
            var buckets = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(4e9 / (1UL << _shift)));
            _mask = buckets - 1;
            _heads = _arena.Take<int>(buckets);
            for (var b = 0; b < buckets; b++)
                _heads[b] = -1;
            for (var i = 0; i < pending; i++)
                Insert(i, Delay(ref _draws), _draws.Below(agents));
        }

        public void Dispose() => _arena.Dispose();

        /// <summary>Handles whole buckets until so many events are handled; returns how many.</summary>
        public long Throw(long events)
        {
            long handled = 0;
            while (handled < events)
            {
                var count = TakeDue(_bucket++);
                for (var i = 0; i < count; i++)
                {
                    ref var slot = ref _slots[_due[i]];
                    _agents[slot.Receiver].Handled++;
                    Insert(_due[i], slot.Time + Delay(ref _draws), _draws.Below(_count));
                }
                handled += count;
            }
            return handled;
        }

        void Insert(int i, long time, int receiver)
        {
            ref var head = ref _heads[(time >> _shift) & _mask];
            _slots[i] = new Slot { Time = time, Receiver = receiver, Next = head };
            head = i;
        }

        /// <summary>Takes the events of a bucket of this year, in order of time; those of later years stay.</summary>
        int TakeDue(long bucket)
        {
            var count = 0;
            var later = -1;
            ref var head = ref _heads[bucket & _mask];
            for (int i = head, next; i >= 0; i = next)
            {
                next = _slots[i].Next;
                if (_slots[i].Time >> _shift != bucket)
                {
                    (_slots[i].Next, later) = (later, i);
                    continue;
                }
                if (count == _due.Length)
                    Array.Resize(ref _due, 2 * count);
                var at = count++;
                for (; at > 0 && _slots[_due[at - 1]].Time > _slots[i].Time; at--)
                    _due[at] = _due[at - 1];
                _due[at] = i;
            }
            head = later;
            return count;
        }
    }
}
