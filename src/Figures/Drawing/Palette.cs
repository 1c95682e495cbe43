namespace AsyncOpt.Figures.Drawing;

/// <summary>
/// The colours of arms: those of Okabe and Ito, which eyes of every kind tell apart, the darker ones first, and dashes
/// besides, so that paper without colours does as well.
/// </summary>
static class Palette
{
    /// <summary>What axes and text are drawn in.</summary>
    public const string Ink = "24292f";

    /// <summary>The lines of the grid.</summary>
    public const string Grid = "d8dee4";

    static readonly string[] Colors =
        ["0072b2", "d55e00", "009e73", "cc79a7", "56b4e9", "e69f00", "000000", "8c6d31"];

    static readonly float[][] Patterns = [[], [7, 3], [2, 2], [8, 3, 2, 3]];

    /// <summary>An arm's colour, as RRGGBB.</summary>
    public static string Color(int arm) => Colors[arm % Colors.Length];

    /// <summary>An arm's dashes and gaps in pixels; empty for a whole line.</summary>
    /// <remarks>They turn over with another period than the colours: 32 arms differ.</remarks>
    public static float[] Dashes(int arm) => Patterns[(arm + (arm / Colors.Length)) % Patterns.Length];
}
