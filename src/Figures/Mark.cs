using AsyncOpt.Core.Runs;

namespace AsyncOpt.Figures;

/// <summary>A point, in the units of the axes.</summary>
public readonly record struct PlotPoint(double X, double Y);

/// <summary>Something that is drawn in a panel.</summary>
/// <param name="Arm">Which arm's colour it has, from 0.</param>
public abstract record Mark(int Arm);

/// <summary>A line through points.</summary>
/// <param name="Arm">Its arm.</param>
/// <param name="Points">The points, ascending in x.</param>
/// <param name="IsThin">Whether it is theory, or one run alone.</param>
public sealed record Line(int Arm, IReadOnlyList<PlotPoint> Points, bool IsThin = false) : Mark(Arm);

/// <summary>The area between two lines over the same x.</summary>
/// <param name="Arm">Its arm.</param>
/// <param name="Lows">The lower line.</param>
/// <param name="Highs">The upper line.</param>
public sealed record Band(int Arm, IReadOnlyList<PlotPoint> Lows, IReadOnlyList<PlotPoint> Highs) : Mark(Arm);

/// <summary>Where a run ended that did not end well.</summary>
/// <param name="Arm">Its arm.</param>
/// <param name="At">Where.</param>
/// <param name="Outcome">How.</param>
public sealed record EndMark(int Arm, PlotPoint At, Outcome Outcome) : Mark(Arm);
