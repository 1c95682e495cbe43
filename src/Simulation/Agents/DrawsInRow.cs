using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// The next draws of a program that draws again and again while nobody else does, as that of a token that walks alone,
/// made together: for a fraction of what each costs alone, with the same bits.
/// </summary>
/// <param name="seed">The seed of the run.</param>
sealed class DrawsInRow(ulong seed)
{
    const int Most = 8;

    // The next draws of who drew last.
    readonly ulong[] _words = new ulong[Most];
    int _agent = -1;
    uint _first;
    uint _count;

    /// <summary>Words 0 and 1 of a draw, word 1 above word 0, if the agent's last draw was the one before it.</summary>
    /// <param name="agent">Whose draw.</param>
    /// <param name="rank">Which of its draws.</param>
    /// <param name="words">The words.</param>
    public bool TryTake(int agent, uint rank, out ulong words)
    {
        var at = rank - _first;
        if (agent != _agent || at > _count)
        {
            (_agent, _first, _count) = (agent, rank + 1, 0);
            words = 0;
            return false;
        }
        if (at == _count)
        {
            Make(rank);
            at = 0;
        }
        words = _words[at];
        return true;
    }

    void Make(uint rank)
    {
        Span<ulong> agents = stackalloc ulong[Most], ranks = stackalloc ulong[Most];
        agents.Fill((ulong)_agent);
        for (var i = 0; i < Most; i++)
            ranks[i] = rank + (uint)i;
        new Draws(seed, Purpose.Program, agents, ranks).Words(_words);
        (_first, _count) = (rank, Most);
    }
}
