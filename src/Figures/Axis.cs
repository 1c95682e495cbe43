namespace AsyncOpt.Figures;

/// <summary>One axis of a panel.</summary>
/// <param name="Label">What it measures, in words, with the unit.</param>
/// <param name="Low">Its lower end; above 0 where it is logarithmic.</param>
/// <param name="High">Its upper end, above the lower one.</param>
/// <param name="IsLog">Whether it is logarithmic.</param>
public sealed record Axis(string Label, double Low, double High, bool IsLog = false)
{
    /// <summary>The marked values of an axis of things that have names; null for one of numbers.</summary>
    public IReadOnlyList<Tick>? Names { get; init; }

    /// <summary>The marked values within it, with their labels: of numbers always at least two.</summary>
    /// <param name="labels">About how many labels there is room for, at least 3.</param>
    public IReadOnlyList<Tick> Ticks(int labels = 6) =>
        Names ?? (IsLog ? Figures.Ticks.Log(Low, High, labels) : Figures.Ticks.Linear(Low, High, labels));

    /// <summary>A value, moved to the nearer end where it is beyond one.</summary>
    public double Clamp(double value) => Math.Clamp(value, Low, High);
}
