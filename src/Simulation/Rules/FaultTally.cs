using AsyncOpt.Core.Faults;

namespace AsyncOpt.Simulation.Rules;

/// <summary>How often each of a run's faults did what.</summary>
/// <param name="faults">How many faults it has.</param>
sealed class FaultTally(int faults)
{
    const int Deeds = (int)FaultDeed.AtDoor + 1;

    readonly long[] _counts = new long[faults * Deeds];

    /// <summary>Counts that a fault did something.</summary>
    public void Count(int fault, FaultDeed deed) => _counts[(fault * Deeds) + (int)deed]++;

    /// <summary>How often a fault did something.</summary>
    public long Of(int fault, FaultDeed deed) => _counts[(fault * Deeds) + (int)deed];

    /// <summary>Writes the sum of several.</summary>
    public static void Save(IReadOnlyList<FaultTally> tallies, BinaryWriter to)
    {
        for (var i = 0; i < tallies[0]._counts.Length; i++)
            to.Write(tallies.Sum(t => t._counts[i]));
    }

    /// <summary>Reads such a sum in place of these counts.</summary>
    public void Load(BinaryReader from)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] = from.ReadInt64();
    }
}
