namespace AsyncOpt.Simulation.Windows;

/// <summary>What a shard shows the judge.</summary>
enum ReportKind : byte
{
    /// <summary>Counts.</summary>
    Counts,

    /// <summary>Counts, and the memory that metrics are taken from.</summary>
    Sample,

    /// <summary>All that was recorded, and all memory that the run's end depends on.</summary>
    All,
}
