using System.Runtime.CompilerServices;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// The next draws, of one purpose, of agents whose events come next in a sweep, made together: for a fraction of what
/// each costs alone, with the same bits. Which groups of events draw is seen from those before: a draw that is made in
/// vain changes nothing, and one that is missing is made when it is asked for.
/// </summary>
/// <param name="cores">The agents' cores.</param>
abstract class DrawsAhead<T>(AgentCores<T> cores)
    where T : unmanaged
{
    /// <summary>The draws of so many events are made at a time: no more than agents have been fetched for.</summary>
    public const int Most = 16;

    // So many are made side by side; a few more in vain cost less than the last ones alone.
    const int SideBySide = 8;

    // One time in so many is drawn for whatever its events are, to see which groups draw.
    const int TimesPerTrial = 64;

    readonly ulong[] _agents = new ulong[Most];
    readonly ulong[] _ranks = new ulong[Most];
    readonly ulong[] _words = new ulong[Most];
    readonly int[] _groupOf = new int[Most];

    // By group of events: how many of a trial there were, and how many of them drew; whether most do.
    readonly int[] _tried = new int[Event.Groups];
    readonly int[] _hit = new int[Event.Groups];
    readonly bool[] _draws = new bool[Event.Groups];
    bool _anyDraws;
    bool _isTrial;
    int _times;
    int _next;
    int _count;

    /// <summary>How many such draws an agent has made.</summary>
    protected abstract uint RankOf(ref readonly AgentCore core);

    /// <summary>Makes draws.</summary>
    /// <param name="agents">Whose they are.</param>
    /// <param name="ranks">Which of their agents' draws they are; as many.</param>
    /// <param name="words">What was drawn; as many, out.</param>
    protected abstract void Make(ReadOnlySpan<ulong> agents, ReadOnlySpan<ulong> ranks, Span<ulong> words);

    /// <summary>Makes the draws of events that are handled next; those made before are gone.</summary>
    /// <param name="events">The events, those of an agent after each other; its first is its next.</param>
    public void Begin(ReadOnlySpan<Event> events)
    {
        if (_isTrial)
            EndTrial();
        (_next, _count) = (0, 0);
        _isTrial = _times++ % TimesPerTrial == 0;
        if (!_anyDraws && !_isTrial)
            return;
        var (agent, rank) = (-1, 0u);
        foreach (ref readonly var e in events)
        {
            if (e.Receiver != agent)
                (agent, rank) = (e.Receiver, RankOf(in cores[e.Receiver]));
            if (!_isTrial && !_draws[e.Group])
                continue;
            _groupOf[_count] = e.Group;
            _agents[_count] = (ulong)agent;
            _ranks[_count++] = rank++;
        }
        if (_count > 0)
        {
            var made = Math.Max(_count, (_count + (SideBySide / 2)) & -SideBySide);
            Make(_agents.AsSpan(0, made), _ranks, _words);
        }
    }

    /// <summary>What was drawn, if it is one of the draws that were made.</summary>
    /// <param name="agent">Whose draw.</param>
    /// <param name="rank">Which of its draws.</param>
    /// <param name="word">What was drawn.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(int agent, uint rank, out ulong word)
    {
        for (var i = _next; i < _count; i++)
        {
            if (_agents[i] != (ulong)agent || _ranks[i] != rank)
                continue;
            _next = i + 1;
            word = _words[i];
            if (_isTrial)
                _hit[_groupOf[i]]++;
            return true;
        }
        word = 0;
        return false;
    }

    void EndTrial()
    {
        foreach (var group in _groupOf.AsSpan(0, _count))
            _tried[group]++;
        _anyDraws = false;
        for (var group = 0; group < Event.Groups; group++)
        {
            if (_tried[group] >= Most)
            {
                _draws[group] = 2 * _hit[group] >= _tried[group];
                (_tried[group], _hit[group]) = (0, 0);
            }
            _anyDraws |= _draws[group];
        }
    }
}
