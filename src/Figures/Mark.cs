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

/// <summary>What a symbol says of its point.</summary>
public enum SymbolKind
{
    /// <summary>A run diverged there.</summary>
    Diverged,

    /// <summary>A run stalled there.</summary>
    Stalled,

    /// <summary>It was tried.</summary>
    Tried,

    /// <summary>It is the best that was tried.</summary>
    Best,
}

/// <summary>A symbol at a point.</summary>
/// <param name="Arm">Its arm.</param>
/// <param name="At">Where.</param>
/// <param name="Kind">What it says.</param>
public sealed record Symbol(int Arm, PlotPoint At, SymbolKind Kind) : Mark(Arm);

/// <summary>A filled rectangle.</summary>
/// <param name="Arm">Its arm.</param>
/// <param name="From">The corner with the lower x and y.</param>
/// <param name="To">The corner with the higher x and y.</param>
/// <param name="Opacity">From 0, nothing, to 1.</param>
public sealed record Box(int Arm, PlotPoint From, PlotPoint To, double Opacity) : Mark(Arm);
