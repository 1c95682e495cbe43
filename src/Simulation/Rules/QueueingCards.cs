using AsyncOpt.Core.Links;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Rules;

/// <summary>
/// The agents' network cards for one direction, each of which passes one message after the other. Where a card has room
/// for so many that wait, what comes beyond is lost.
/// </summary>
/// <remarks>
/// A card knows when each message that it took in will have passed, so it is full exactly when the one as many before
/// as it holds has not: a ring of these times is all it keeps.
/// </remarks>
sealed class QueueingCards : IDisposable
{
    readonly double _rate;

    // When each agent's card has passed what it was given, in ns.
    readonly NativeArray<long> _free;

    // How many messages a card holds, the one that passes among them; 0 for no limit. When the last so many of each
    // agent have passed, in ns, and the place of the oldest.
    readonly int _holds;
    readonly NativeArray<long>? _passed;
    readonly NativeArray<int>? _oldest;

    /// <param name="agents">How many agents there are.</param>
    /// <param name="rate">Bytes per second.</param>
    /// <param name="room">How many messages wait at most; null for no limit.</param>
    public QueueingCards(int agents, double rate, int? room)
    {
        (_rate, _free) = (rate, new(agents));
        if (room is null)
            return;
        _holds = room.Value + 1;
        (_passed, _oldest) = (new((long)agents * _holds), new(agents));
    }

    public long Bytes => _free.Bytes + (_passed?.Bytes ?? 0) + (_oldest?.Bytes ?? 0);

    /// <summary>What a checkpoint copies as it is.</summary>
    public IEnumerable<RawBytes> RawMemory()
    {
        yield return RawBytes.Of(_free.Span);
        if (_passed is null)
            yield break;
        yield return RawBytes.Of(_passed.Span);
        yield return RawBytes.Of(_oldest!.Span);
    }

    public void Dispose()
    {
        _free.Dispose();
        _passed?.Dispose();
        _oldest?.Dispose();
    }

    /// <summary>A message comes to an agent's card; false where that is full.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="now">The present, in ns.</param>
    /// <param name="bytes">The message's size.</param>
    /// <param name="passed">When it has passed, in ns.</param>
    public bool TryPass(int agent, long now, long bytes, out long passed)
    {
        passed = now;
        if (_passed is not null && _passed[((long)agent * _holds) + _oldest![agent]] > now)
            return false;
        ref var free = ref _free[agent];
        passed = free = Math.Max(now, free) + LinkModel.Transfer(bytes, _rate).Nanoseconds;
        if (_passed is not null)
            Note(agent, passed);
        return true;
    }

    void Note(int agent, long passed)
    {
        ref var oldest = ref _oldest![agent];
        _passed![((long)agent * _holds) + oldest] = passed;
        oldest = oldest + 1 == _holds ? 0 : oldest + 1;
    }
}
