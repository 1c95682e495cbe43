using AsyncOpt.Core;
using AsyncOpt.Swarm.Checks;
using AsyncOpt.Testing;

namespace AsyncOpt.Swarm;

/// <summary>One thing that holds in every world.</summary>
/// <param name="Name">Its name, short.</param>
/// <param name="Holds">What holds, in a sentence.</param>
/// <param name="Of">Holds a world to it: throws what is otherwise.</param>
sealed record Check(string Name, string Holds, Action<World> Of)
{
    /// <summary>The name of what is found where a run throws.</summary>
    public const string Throws = "throws";

    /// <summary>All of them, the cheapest first.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new("end", "a run ends with a reason, and finite or diverged", EndCheck.Of),
        new("time", "at no agent time goes back, and no message comes before it was sent or twice", TimeCheck.Of),
        new("ledger", "what is sent is handled, lost or on its way", LedgerCheck.Of),
        new("staleness", "staleness is not negative, and what an independent count says", StalenessCheck.Of),
        new("mass", "what a method promises to keep in all, is kept", MassCheck.Of),
        new("again", "the file read again gives the same run", SameRunChecks.Again),
        new("partitions", "the same run on 2 and 3 partitions", SameRunChecks.Partitions),
        new("order", "the same run event by event, in rounds and in sweeps", SameRunChecks.Order),
        new("vectors", "the same run where vectors move and computations are shared by threads", SameRunChecks.Vectors),
        new("watched", "the same run with other metrics, logs and timelines", SameRunChecks.Watched),
        new("checkpoint", "the same run from a checkpoint on, on other partitions", SameRunChecks.Checkpoint),
        new("replay", "the order of events alone gives all states again", ReplayCheck.Of),
        new("liveness", "updates go on once all faults are over", LivenessCheck.Of),
    ];

    /// <summary>The first thing that does not hold in a world; null where all do.</summary>
    /// <param name="world">The world.</param>
    /// <param name="only">The name of the check that is made; null for all.</param>
    /// <exception cref="InputException">The run finds out that it cannot be made.</exception>
    public static Finding? First(World world, string? only = null)
    {
        foreach (var check in All)
        {
            if (only is not null && only != check.Name && only != Throws)
                continue;
            try
            {
                check.Of(world);
            }
            catch (ContractException e)
            {
                return new(check.Name, e.Message);
            }
            catch (Exception e) when (e is not OutOfMemoryException && !IsRefusal(e))
            {
                return new(Throws, $"{check.Name}: {e.GetType().Name}: {e.Message}\n{e.StackTrace}");
            }
        }
        return null;
    }

    // What a run alone can find out, such as a token that goes to and fro without taking time.
    static bool IsRefusal(Exception e) =>
        e is InputException && e.Message.StartsWith("virtual time stands still", StringComparison.Ordinal);
}

/// <summary>What does not hold in a world.</summary>
/// <param name="Check">The check's name.</param>
/// <param name="Message">What is otherwise.</param>
sealed record Finding(string Check, string Message);
