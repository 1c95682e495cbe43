using System.Runtime.CompilerServices;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// How much a partition still does before it looks whether the run is cancelled, and whether agents act alike again:
/// some thousand events, or as much work in computations.
/// </summary>
sealed class WorkBudget
{
    /// <summary>Events between two looks.</summary>
    public const int Events = 4096;

    int _left = Events;

    /// <summary>Whether it is time to look.</summary>
    public bool IsSpent => _left <= 0;

    /// <summary>Somebody has looked.</summary>
    public void Renew() => _left = Events;

    /// <summary>An event was handled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SpendEvent() => _left--;

    /// <summary>Something took as long as so many events.</summary>
    public void Spend(int events) => _left = Math.Max(0, _left - events);

    /// <summary>It is time to look after the event that is being handled.</summary>
    public void EndAfterEvent() => _left = 1;
}
