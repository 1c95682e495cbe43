namespace AsyncOpt.Figures;

/// <summary>Panels with one legend: what is drawn, in the units of the axes, and nothing of how.</summary>
public sealed record Figure
{
    /// <summary>Where the numbers are from: build, hash over the runs, what was asked for. Files carry it.</summary>
    public required string Description { get; init; }

    /// <summary>The arms, in the order of their colours.</summary>
    public required IReadOnlyList<LegendEntry> Legend { get; init; }

    /// <summary>What bands and thin lines are; empty where there are none.</summary>
    public required string Note { get; init; }

    /// <summary>The panels, at least one.</summary>
    public required IReadOnlyList<Panel> Panels { get; init; }
}

/// <summary>An arm in the legend.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ending">How runs of it ended that did not end well, such as <c>2 of 5 diverged</c>; else empty.</param>
public sealed record LegendEntry(string Name, string Ending)
{
    /// <summary>Name and ending.</summary>
    public string Text => Ending.Length == 0 ? Name : $"{Name} ({Ending})";
}

/// <summary>One pair of axes.</summary>
/// <param name="Title">What it shows, in words.</param>
/// <param name="X">The axis from left to right.</param>
/// <param name="Y">The axis upwards.</param>
/// <param name="Marks">What is drawn, in this order.</param>
public sealed record Panel(string Title, Axis X, Axis Y, IReadOnlyList<Mark> Marks)
{
    /// <summary>Words within the panel, a remark a line; null for none.</summary>
    public string? Remark { get; init; }
}
