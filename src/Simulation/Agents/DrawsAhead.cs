using System.Runtime.CompilerServices;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// The next draws of the programs of agents whose events come next in a sweep, made together: for a fraction of what
/// each costs alone, with the same bits. Which kinds of events draw is seen from those before: a draw that is made in
/// vain changes nothing, and one that is missing is made when it is asked for.
/// </summary>
/// <param name="seed">The seed of the run.</param>
/// <param name="cores">The agents' cores.</param>
sealed class DrawsAhead<T>(ulong seed, AgentCores<T> cores)
    where T : unmanaged
{
    /// <summary>The draws of so many events are made at a time.</summary>
    public const int Most = 8;

    // One group in so many is drawn for whatever its events are, to see which kinds draw.
    const int GroupsPerTrial = 64;

    const int Kinds = (int)EventType.Retry + 1;

    readonly ulong[] _agents = new ulong[Most];
    readonly ulong[] _ranks = new ulong[Most];
    readonly ulong[] _words = new ulong[Most];
    readonly EventType[] _types = new EventType[Most];

    // By kind of event: how many of a trial there were, and how many of them drew; whether most do.
    readonly int[] _tried = new int[Kinds];
    readonly int[] _hit = new int[Kinds];
    readonly bool[] _draws = new bool[Kinds];
    // The draws of one agent that were made last because it had drawn several times in a row, and its next miss.
    readonly ulong[] _row = new ulong[Most];
    int _rowAgent = -1;
    uint _rowFirst;
    uint _rowCount;

    bool _anyDraws;
    bool _isTrial;
    int _groups;
    int _next;
    int _count;

    /// <summary>Makes the draws of events that are handled next; those made before are gone.</summary>
    /// <param name="events">The events, those of an agent after each other; its first is its next.</param>
    public void Begin(ReadOnlySpan<Event> events)
    {
        if (_isTrial)
            EndTrial();
        (_next, _count) = (0, 0);
        _isTrial = _groups++ % GroupsPerTrial == 0;
        if (!_anyDraws && !_isTrial)
            return;
        var (agent, rank) = (-1, 0u);
        foreach (ref readonly var e in events)
        {
            if (e.Receiver != agent)
                (agent, rank) = (e.Receiver, cores[e.Receiver].Draws);
            if (!_isTrial && !_draws[(int)e.Type])
                continue;
            _types[_count] = e.Type;
            _agents[_count] = (ulong)agent;
            _ranks[_count++] = rank++;
        }
        new Draws(seed, Purpose.Program, _agents.AsSpan(0, _count), _ranks).Words(_words);
    }

    /// <summary>Words 0 and 1 of a draw, word 1 above word 0, if it is one of those made.</summary>
    /// <param name="agent">Whose draw.</param>
    /// <param name="rank">Which of its draws.</param>
    /// <param name="words">The words.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(int agent, uint rank, out ulong words)
    {
        for (var i = _next; i < _count; i++)
        {
            if (_agents[i] != (ulong)agent || _ranks[i] != rank)
                continue;
            _next = i + 1;
            words = _words[i];
            if (_isTrial)
                _hit[(int)_types[i]]++;
            return true;
        }
        return TryTakeInRow(agent, rank, out words);
    }

    /// <summary>
    /// Where nobody else draws in between, as where a token walks alone, the next draws of an agent are made together.
    /// </summary>
    bool TryTakeInRow(int agent, uint rank, out ulong words)
    {
        var at = rank - _rowFirst;
        if (agent != _rowAgent || at > _rowCount)
        {
            (_rowAgent, _rowFirst, _rowCount) = (agent, rank + 1, 0);
            words = 0;
            return false;
        }
        if (at == _rowCount)
        {
            MakeRow(rank);
            at = 0;
        }
        words = _row[at];
        return true;
    }

    void MakeRow(uint rank)
    {
        Span<ulong> agents = stackalloc ulong[Most], ranks = stackalloc ulong[Most];
        agents.Fill((ulong)_rowAgent);
        for (var i = 0; i < Most; i++)
            ranks[i] = rank + (uint)i;
        new Draws(seed, Purpose.Program, agents, ranks).Words(_row);
        (_rowFirst, _rowCount) = (rank, Most);
    }

    void EndTrial()
    {
        foreach (var type in _types.AsSpan(0, _count))
            _tried[(int)type]++;
        _anyDraws = false;
        for (var type = 0; type < Kinds; type++)
        {
            if (_tried[type] >= Most)
            {
                _draws[type] = 2 * _hit[type] >= _tried[type];
                (_tried[type], _hit[type]) = (0, 0);
            }
            _anyDraws |= _draws[type];
        }
    }
}
