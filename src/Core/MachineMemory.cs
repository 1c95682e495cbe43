using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using static System.FormattableString;

namespace AsyncOpt.Core;

/// <summary>
/// The memory of this machine, against what a run is known to need before it begins: a run that cannot fit is refused
/// with a sentence instead of ending half-way.
/// </summary>
public static class MachineMemory
{
    // What a user allows this process; the machine's own where nobody does.
    static long _limit = long.MaxValue;

    /// <summary>Bytes that this process may have: those of the machine, of its container, or of the user's limit.
    /// </summary>
    public static long Bytes => Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, Volatile.Read(ref _limit));

    /// <summary>Holds what is refused before a run begins to fewer bytes, until the result is disposed of.</summary>
    /// <param name="bytes">How many this process may have.</param>
    public static IDisposable Limit(long bytes)
    {
        Volatile.Write(ref _limit, bytes);
        return new Limited();
    }

    /// <summary>An amount of memory as people read it.</summary>
    public static string Text(long bytes) => bytes switch
    {
        >= 1_000_000_000 => Invariant($"{bytes / 1e9:0.#} GB"),
        >= 1_000_000 => Invariant($"{bytes / 1e6:0.#} MB"),
        _ => Invariant($"{bytes} bytes"),
    };

    static readonly (string Name, double Bytes)[] Units =
    [
        ("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20),
        ("KiB", 1L << 10),
    ];

    /// <summary>
    /// Reads an amount of memory: a number above 0 and a unit, such as <c>500MB</c> or <c>1.5 GiB</c>.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="bytes">The amount, or 0.</param>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        foreach (var (name, of) in Units)
        {
            if (text.EndsWith(name, StringComparison.OrdinalIgnoreCase)
                && Data.Numbers.TryParse(text.AsSpan(0, text.Length - name.Length), out var value)
                && value > 0 && value * of < long.MaxValue)
                bytes = (long)(value * of);
        }
        return bytes > 0;
    }

    /// <summary>Zeros, as many as the user's sizes ask for.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">Of how many numbers each.</param>
    /// <param name="what">What they are, for the message.</param>
    /// <exception cref="InputException">No array, or not this machine, can hold them.</exception>
    public static double[] Numbers(long rows, long columns, string what)
    {
        var count = (double)rows * columns;
        var (limit, holds) = Bytes / sizeof(double) < Array.MaxLength
            ? (Bytes / sizeof(double), $"this machine has {Text(Bytes)} of memory")
            : (Array.MaxLength, Invariant($"an array holds {Array.MaxLength} numbers"));
        return count <= limit
            ? new double[rows * columns]
            : throw new InputException(Invariant(
                $"{what}: {rows} x {columns} numbers need {count * sizeof(double) / 1e9:0.#} GB, and {holds}; take ")
                + "fewer");
    }

    /// <summary>Why this machine cannot hold a graph, told before any of it is made; null where it can.</summary>
    /// <param name="nodes">How many nodes, each of which becomes an agent.</param>
    /// <param name="edges">How many edges.</param>
    public static string? Refusal(long nodes, long edges)
    {
        // An agent without any vector takes 64 bytes; an edge, while the graph's rows are made, its two ends and both
        // directions in two sets of rows.
        var bytes = 64.0 * nodes + (2 + 2 * 2) * sizeof(int) * (double)edges;
        return bytes <= Bytes
            ? null
            : Invariant($"{nodes} nodes with {edges} edges need at least {bytes / 1e9:0.#} GB, and this machine has ")
                + $"{Text(Bytes)}; take fewer";
    }

    /// <summary>Why the agents of a run cannot be held by a machine; null where they can.</summary>
    /// <param name="layout">The run's layout.</param>
    /// <param name="precision">The float width of its vectors.</param>
    /// <param name="machine">Bytes of the machine's memory.</param>
    public static string? Refusal(Layout layout, Precision precision, long machine)
    {
        var roles = layout.Roles.Select(role => (Role: role, Bytes: BytesOf(role, precision))).ToList();
        var bytes = roles.Sum(r => r.Bytes);
        if (bytes <= machine)
            return null;
        var (largest, _) = roles.MaxBy(r => r.Bytes);
        var numbers = largest.Vectors.Sum(v => (long)v.Dimension);
        return Invariant($"the agents need {bytes / 1e9:0.#} GB of memory, and this machine has {Text(machine)}: ")
            + Invariant($"{largest.Agents} of role '{largest.Name}' keep vectors of {numbers} numbers each; ")
            + $"take fewer agents or parameters{(precision == Precision.Float64 ? ", or 'precision: float32'" : "")}";
    }

    // Ends a limit.
    sealed class Limited : IDisposable
    {
        public void Dispose() => Volatile.Write(ref _limit, long.MaxValue);
    }

    static double BytesOf(RoleLayout role, Precision precision)
    {
        var width = precision == Precision.Float32 ? sizeof(float) : sizeof(double);
        return (double)role.Agents * (width * role.Vectors.Sum(v => (double)v.Dimension)
            + sizeof(double) * role.Tables.Sum(t => (double)t.Length));
    }
}
