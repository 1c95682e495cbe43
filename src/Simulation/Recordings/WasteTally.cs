using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Recordings;

/// <summary>What came to nothing, by reason.</summary>
sealed class WasteTally
{
    const int Reasons = (int)WasteReason.Duplicate + 1;

    readonly (long Count, Int128 Compute, long Bytes)[] _sums = new (long, Int128, long)[Reasons];

    /// <summary>Counts a computation or a message.</summary>
    /// <param name="reason">Why it came to nothing.</param>
    /// <param name="compute">The computing that was in it, in ns.</param>
    /// <param name="bytes">Its bytes on the wire.</param>
    public void Count(WasteReason reason, long compute, long bytes)
    {
        ref var sum = ref _sums[(int)reason];
        sum = (sum.Count + 1, sum.Compute + compute, sum.Bytes + bytes);
    }

    /// <summary>
    /// Whether the computing that a message rests on comes to nothing with it: who sends to a server gives away what it
    /// computed, all others keep it, and so does who sends again, or twice.
    /// </summary>
    public static bool CountsWork(WasteReason reason, RoleLayout receiver) =>
        receiver.Count == Core.Programs.Count.One && reason is not (WasteReason.Duplicate or WasteReason.Resent);

    /// <summary>The sums over several, of the reasons that there were.</summary>
    public static IEnumerable<WasteCount> Sum(IEnumerable<WasteTally> tallies)
    {
        foreach (var reason in Enum.GetValues<WasteReason>())
        {
            var (count, compute, bytes) = SumOf(tallies, (int)reason);
            if (count > 0)
                yield return new(reason, count, (double)compute / 1e9, bytes);
        }
    }

    static (long Count, Int128 Compute, long Bytes) SumOf(IEnumerable<WasteTally> tallies, int reason) =>
        tallies.Select(t => t._sums[reason]).Aggregate(
            (a, b) => (a.Count + b.Count, a.Compute + b.Compute, a.Bytes + b.Bytes));

    /// <summary>Writes the sums over several.</summary>
    public static void Save(IReadOnlyList<WasteTally> tallies, BinaryWriter to)
    {
        for (var reason = 0; reason < Reasons; reason++)
        {
            var (count, compute, bytes) = SumOf(tallies, reason);
            to.Write(count);
            to.Write((ulong)(compute >> 64));
            to.Write((ulong)compute);
            to.Write(bytes);
        }
    }

    /// <summary>Reads such sums in place of these.</summary>
    public void Load(BinaryReader from)
    {
        foreach (ref var sum in _sums.AsSpan())
            sum = (from.ReadInt64(), new Int128(from.ReadUInt64(), from.ReadUInt64()), from.ReadInt64());
    }
}
