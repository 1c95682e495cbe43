using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Swarm;

/// <summary>Which worlds are made.</summary>
public sealed record SwarmSettings
{
    /// <summary>The seed: with a number it names a world.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The number of the first world.</summary>
    public long First { get; init; }

    /// <summary>How many worlds are made; null for as many as fit into the time.</summary>
    public long? Worlds { get; init; }

    /// <summary>How long worlds are made; null for no limit.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Whether the cases that were found before are checked first.</summary>
    public bool Corpus { get; init; } = true;

    /// <summary>How many smaller worlds are tried for each case.</summary>
    public int Tries { get; init; } = 600;

    /// <summary>After so many cases it ends; null for no limit.</summary>
    public int? Cases { get; init; }

    /// <summary>How many worlds are checked at once, at least 1.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where the cases that are found are written; null for nowhere.</summary>
    public string? Folder { get; init; }

    /// <summary>What can be named.</summary>
    public Catalogue Catalogue { get; init; } = Catalogue.Load();
}
