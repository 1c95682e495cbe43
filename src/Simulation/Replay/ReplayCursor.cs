using System.Buffers.Binary;
using AsyncOpt.Core;

namespace AsyncOpt.Simulation.Replay;

/// <summary>Reads an agent's entries one after the other.</summary>
public struct ReplayCursor
{
    readonly List<ReplayEntries> _blocks;
    int _block;
    int _left;
    int _at;
    long _last;

    internal ReplayCursor(List<ReplayEntries> blocks)
    {
        _blocks = blocks;
        _block = -1;
    }

    /// <summary>The next entry; false at the end.</summary>
    /// <exception cref="InputException">The log is damaged.</exception>
    public bool TryNext(out ReplayEntry entry)
    {
        while (_left == 0)
        {
            if (_block + 1 >= _blocks.Count)
            {
                entry = default;
                return false;
            }
            _block++;
            (_left, _at, _last) = (_blocks[_block].Count, 0, 0);
        }
        _left--;
        try
        {
            entry = Decode(_blocks[_block].Bytes.Span);
            return true;
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            throw new InputException($"the replay log is damaged: {e.Message}", e);
        }
    }

    ReplayEntry Decode(ReadOnlySpan<byte> from)
    {
        if (_at >= from.Length)
            throw new FormatException("an entry is cut");
        var kind = (ReplayKind)from[_at++];
        if (kind == ReplayKind.Check)
        {
            var hash = BinaryPrimitives.ReadUInt64LittleEndian(from[_at..]);
            _at += ReplayLogFormat.HashBytes;
            return new ReplayEntry(kind, 0) { Hash = hash };
        }
        var now = _last += ReplayLogFormat.ReadSigned(from, ref _at);
        var entry = new ReplayEntry(kind, now);
        switch (kind)
        {
            case ReplayKind.Start or ReplayKind.Crash or ReplayKind.Restart:
                return entry;
            case ReplayKind.StateLost:
                return new ReplayEntry(ReplayKind.Restart, now) { Lost = true };
            case ReplayKind.Message or ReplayKind.Retried:
                return new ReplayEntry(ReplayKind.Message, now)
                {
                    Sender = checked((int)ReplayLogFormat.Read(from, ref _at)),
                    Number = checked((uint)ReplayLogFormat.Read(from, ref _at)),
                    Arrival = now - ReplayLogFormat.ReadSigned(from, ref _at),
                    Service = ReplayLogFormat.ReadSigned(from, ref _at),
                    Tries = kind == ReplayKind.Retried ? checked((int)ReplayLogFormat.Read(from, ref _at)) : 0,
                };
            case ReplayKind.Computed or ReplayKind.Timer:
                return entry with { Number = checked((uint)ReplayLogFormat.Read(from, ref _at)) };
            case ReplayKind.Arrived:
                var place = ReplayLogFormat.Read(from, ref _at);
                return entry with
                {
                    Place = checked((int)(place >> 1)),
                    Lost = (place & 1) != 0,
                    From = checked((int)ReplayLogFormat.Read(from, ref _at)),
                };
            default:
                throw new FormatException($"an entry is of kind {(int)kind}");
        }
    }
}
