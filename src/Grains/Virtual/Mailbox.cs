using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Exchanges;

namespace AsyncOpt.Grains.Virtual;

/// <summary>
/// One partition's end of the exchange: sends its mail in parcels, and puts together those that come, in any order and
/// perhaps twice. The others are at most one window ahead, as none goes on without this one's mail.
/// </summary>
/// <param name="number">Whose it is.</param>
/// <param name="count">How many partitions there are.</param>
/// <param name="send">Sends a parcel to a partition; returns at once.</param>
/// <param name="cancellation">Ends waiting.</param>
sealed class Mailbox(int number, int count, Action<int, Parcel> send, CancellationToken cancellation) : IExchange
{
    readonly object _lock = new();
    readonly Intake[,] _intakes = new Intake[2, count];
    long _window;
    int? _waitsFor;

    struct Intake
    {
        public Parcel[]? Parts;
        public int Count;

        public readonly bool IsWhole => Parts is not null && Count == Parts.Length;
    }

    /// <summary>How many windows were exchanged, and whose mail the next one waits for.</summary>
    public (long Window, int? WaitsFor) Now
    {
        get
        {
            lock (_lock)
                return (_window, _waitsFor);
        }
    }

    /// <summary>Takes a parcel; one that is here already, or of a window that is over, changes nothing.</summary>
    public void Take(Parcel parcel)
    {
        lock (_lock)
        {
            if (parcel.Window < _window || parcel.Window > _window + 1 || parcel.From == number)
                return;
            ref var intake = ref _intakes[parcel.Window & 1, parcel.From];
            intake.Parts ??= new Parcel[parcel.Parts];
            if (intake.Parts[parcel.Part] is not null)
                return;
            intake.Parts[parcel.Part] = parcel;
            intake.Count++;
            if (intake.IsWhole && _waitsFor is not null && FirstMissing() is null)
                Monitor.PulseAll(_lock);
        }
    }

    /// <inheritdoc/>
    public Mail?[] Swap(Mail?[] mail)
    {
        for (var to = 0; to < count; to++)
        {
            if (mail[to] is { } one)
                Send(to, one);
        }
        using var waking = cancellation.Register(Wake);
        lock (_lock)
        {
            while ((_waitsFor = FirstMissing()) is not null)
            {
                cancellation.ThrowIfCancellationRequested();
                Monitor.Wait(_lock);
            }
            var received = new Mail?[count];
            for (var from = 0; from < count; from++)
            {
                ref var intake = ref _intakes[_window & 1, from];
                if (intake.Parts is { } parts)
                    received[from] = Together(parts);
                intake = default;
            }
            _window++;
            return received;
        }
    }

    void Send(int to, Mail mail)
    {
        var parts = Math.Max(1, mail.Blocks.Count);
        for (var part = 0; part < parts; part++)
        {
            var block = mail.Blocks.Count > 0 ? mail.Blocks[part] : null;
            send(to, new Parcel(number, _window, part, parts, mail.Next.Time, mail.Next.Depth, block));
        }
    }

    static Mail Together(Parcel[] parts) => new(
        new Moment(parts[0].NextTime, parts[0].NextDepth),
        parts[0].Block is null ? [] : Array.ConvertAll(parts, p => p.Block!));

    int? FirstMissing()
    {
        for (var from = 0; from < count; from++)
        {
            if (from != number && !_intakes[_window & 1, from].IsWhole)
                return from;
        }
        return null;
    }

    void Wake()
    {
        lock (_lock)
            Monitor.PulseAll(_lock);
    }
}
