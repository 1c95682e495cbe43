using System.Diagnostics;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>What waits for its time on a wheel.</summary>
interface IDue
{
    /// <summary>Its time has come; called on the wheel's thread, must not take long.</summary>
    void Fire();
}

/// <summary>How much later than asked things fired.</summary>
/// <param name="Fired">How many fired.</param>
/// <param name="Mean">Mean lateness, in seconds.</param>
/// <param name="Max">Largest lateness, in seconds.</param>
/// <param name="Asked">After how long they were to fire, in the mean, in seconds.</param>
public readonly record struct Lateness(long Fired, double Mean, double Max, double Asked)
{
    // Delays that are late by this share of themselves are as good as kept.
    const double ShareMax = 0.05;

    /// <summary>What many wheels had together.</summary>
    public static Lateness Of(IReadOnlyList<Lateness> parts)
    {
        var fired = parts.Sum(p => p.Fired);
        return fired == 0 ? default : new(
            fired, parts.Sum(p => p.Mean * p.Fired) / fired, parts.Max(p => p.Max),
            parts.Sum(p => p.Asked * p.Fired) / fired);
    }

    /// <summary>What to say of it, and which time factor would be enough.</summary>
    /// <param name="factor">The time factor of the run, above 0.</param>
    public string Sentence(double factor)
    {
        var share = Asked > 0 ? Mean / Asked : 0;
        // A greater factor leaves the machine less to do in the same time, so lateness does not grow with it.
        var enough = Math.Ceiling(factor * share / ShareMax * 1e3) / 1e3;
        var said = FormattableString.Invariant(
            $"delays and timers took {Mean * 1e3:0.###} ms longer than asked on average, ")
            + FormattableString.Invariant($"at most {Max * 1e3:0.###} ms ({Fired} of them)");
        return share <= ShareMax ? said : said
            + FormattableString.Invariant($"; that is {share:0 %} of what was asked, and with ")
            + FormattableString.Invariant($"--time-factor {enough:0.###} it would be {ShareMax:0 %} or less");
    }

    /// <summary>What has happened since an earlier look; the largest stays that of all time.</summary>
    public Lateness Since(Lateness before) => new(
        Fired - before.Fired,
        Fired == before.Fired ? 0 : ((Mean * Fired) - (before.Mean * before.Fired)) / (Fired - before.Fired),
        Max,
        Fired == before.Fired ? 0 : ((Asked * Fired) - (before.Asked * before.Fired)) / (Fired - before.Fired));
}

/// <summary>
/// One hashed timing wheel for all delays and timers of a silo (G. Varghese and T. Lauck, "Hashed and hierarchical
/// timing wheels", 1987, scheme 6): putting something on it costs the same however much is on it.
/// </summary>
sealed class TimingWheel : IDisposable
{
    // One turn of the wheel is 4096 ticks of 1 ms; what lies further off goes round more than once.
    const int Slots = 4096;
    static readonly long TicksPerSlot = Stopwatch.Frequency / 1000;

    readonly List<Entry>[] _slots = new List<Entry>[Slots];
    readonly Lock _lock = new();
    readonly AutoResetEvent _wake = new(false);
    readonly Thread _thread;
    readonly List<Entry> _due = [];
    readonly long _start = Stopwatch.GetTimestamp();
    long _slot;
    long _pending;
    long _fired;
    long _lateness;
    long _latenessMax;
    long _asked;
    volatile bool _stop;

    readonly record struct Entry(long Due, long Asked, IDue What);

    public TimingWheel()
    {
        for (var i = 0; i < Slots; i++)
            _slots[i] = [];
        _thread = new Thread(Turn)
        {
            IsBackground = true,
            Name = "timing wheel",
            Priority = ThreadPriority.AboveNormal,
        };
        _thread.UnsafeStart(); // a silo's, not of the run that happens to be first
    }

    /// <summary>How late it has been so far.</summary>
    public Lateness Lateness
    {
        get
        {
            lock (_lock)
            {
                var frequency = (double)Stopwatch.Frequency;
                return new Lateness(
                    _fired, _fired == 0 ? 0 : _lateness / frequency / _fired, _latenessMax / frequency,
                    _fired == 0 ? 0 : _asked / frequency / _fired);
            }
        }
    }

    /// <summary>Fires something after a while.</summary>
    /// <param name="after">How long from now; what is not above 0 fires at the next tick.</param>
    /// <param name="what">What to fire.</param>
    public void Add(TimeSpan after, IDue what)
    {
        var asked = (long)(after.TotalSeconds * Stopwatch.Frequency);
        var due = Stopwatch.GetTimestamp() + asked;
        lock (_lock)
        {
            // A slot holds what is due before its end, so that nothing fires early.
            var slot = Math.Max(_slot, SlotOf(due) + 1);
            _slots[slot % Slots].Add(new Entry(due, asked, what));
            if (_pending++ == 0)
                _wake.Set();
        }
    }

    /// <summary>As <see cref="Add"/>, but what has no time to wait fires now.</summary>
    public void AddOrFire(TimeSpan after, IDue what)
    {
        if (after > TimeSpan.Zero)
            Add(after, what);
        else
            what.Fire();
    }

    public void Dispose()
    {
        _stop = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    long SlotOf(long timestamp) => (timestamp - _start) / TicksPerSlot;

    void Turn()
    {
        while (!_stop)
        {
            bool isIdle;
            lock (_lock)
                isIdle = _pending == 0;
            _wake.WaitOne(isIdle ? Timeout.Infinite : 1);
            Collect();
            foreach (var entry in _due)
                entry.What.Fire();
            _due.Clear();
        }
    }

    /// <summary>Takes what is due from the slots that time has passed.</summary>
    void Collect()
    {
        var now = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            var last = SlotOf(now);
            // After a long pause every slot is looked at once.
            for (var from = Math.Max(_slot, last - Slots + 1); from <= last; from++)
                CollectSlot(_slots[from % Slots], now);
            _slot = last + 1;
        }
    }

    void CollectSlot(List<Entry> slot, long now)
    {
        var kept = 0;
        for (var i = 0; i < slot.Count; i++)
        {
            var entry = slot[i];
            if (entry.Due > now)
            {
                slot[kept++] = entry;
                continue;
            }
            _due.Add(entry);
            _pending--;
            _fired++;
            _asked += entry.Asked;
            _lateness += now - entry.Due;
            _latenessMax = Math.Max(_latenessMax, now - entry.Due);
        }
        slot.RemoveRange(kept, slot.Count - kept);
    }
}
