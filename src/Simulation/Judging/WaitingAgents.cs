using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Judging;

/// <summary>Agents of one role that cannot go on for one cause.</summary>
/// <param name="role">The role.</param>
/// <param name="cause">The role's rank, what keeps them, and whom that concerns.</param>
/// <param name="rank">The first agent's rank within the role.</param>
/// <param name="since">When it last did something, in ns.</param>
/// <param name="text">What is said of them, behind their names.</param>
sealed class WaitingAgents(
    AgentRole role, (int Role, string What, int Whom) cause, int rank, long since, Func<WaitingAgents, string> text)
{
    const int PiecesMax = 8;

    readonly List<(int First, int Last)> _ranks = [(rank, rank)];
    long _first = since, _last = since;

    /// <summary>The cause: what is the same for them alone.</summary>
    public (int Role, string What, int Whom) Cause => cause;

    /// <summary>How many they are.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>The verb.</summary>
    public string Be => Count == 1 ? "is" : "are";

    /// <summary>The pronoun.</summary>
    public string Their => Count == 1 ? "its" : "their";

    /// <summary>The verb.</summary>
    public string Wait => Count == 1 ? "waits" : "wait";

    /// <summary>Since when.</summary>
    public string Since => _first == _last ? $"since {_first / 1e9} s" : $"since {_first / 1e9} to {_last / 1e9} s";

    /// <summary>Adds an agent of greater rank.</summary>
    public void Add(int rank, long since)
    {
        Count++;
        (_first, _last) = (Math.Min(_first, since), Math.Max(_last, since));
        if (_ranks[^1].Last == rank - 1)
            _ranks[^1] = (_ranks[^1].First, rank);
        else
            _ranks.Add((rank, rank));
    }

    /// <inheritdoc />
    public override string ToString() =>
        $"{(Count == 1 ? role.NameOf(_ranks[0].First) : $"{role.Name}s {Ranks}")} {text(this)}";

    // Of many pieces, the first ones.
    string Ranks => string.Join(", ", _ranks.Take(PiecesMax).Select(
        r => r.First == r.Last ? $"{r.First}" : $"{r.First} to {r.Last}"))
        + (_ranks.Count > PiecesMax ? $", ... ({Count} of them)" : "");
}
