namespace AsyncOpt.Reporting.Comparing;

/// <summary>One quantity of two runs, or over the seeds of two arms.</summary>
/// <param name="Name">What it is, with its unit where that is not obvious.</param>
/// <param name="A">In the first; nothing counted where it was not measured.</param>
/// <param name="B">In the second.</param>
/// <param name="Difference">B minus A, seed by seed.</param>
/// <param name="IsCount">Whether it counts something.</param>
public sealed record ComparedQuantity(string Name, Interval A, Interval B, Interval Difference, bool IsCount);
