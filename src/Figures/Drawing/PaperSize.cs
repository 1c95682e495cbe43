namespace AsyncOpt.Figures.Drawing;

/// <summary>How large a figure is.</summary>
/// <param name="Width">Its width in mm.</param>
/// <param name="PanelHeight">The height of a row of panels in mm.</param>
/// <param name="Columns">How many panels lie side by side.</param>
public sealed record PaperSize(double Width, double PanelHeight, int Columns)
{
    /// <summary>The width of a panel, in mm, where nothing is said: a column of a paper.</summary>
    public const double Column = 84;

    /// <summary>Pixels, of which an inch has 96, to the mm.</summary>
    public const double PixelsPerMm = 96 / 25.4;

    /// <summary>Its width in pixels.</summary>
    public double WidthInPixels => Width * PixelsPerMm;

    /// <summary>A panel's width in pixels.</summary>
    public double PanelWidthInPixels => WidthInPixels / Columns;

    /// <summary>A panel's height in pixels.</summary>
    public double PanelHeightInPixels => PanelHeight * PixelsPerMm;

    /// <summary>The size for a number of panels.</summary>
    /// <param name="panels">How many there are.</param>
    /// <param name="width">The width in mm; null for a column for each panel, at most three side by side.</param>
    /// <param name="height">The height of a row in mm; null for four fifths of a panel's width.</param>
    public static PaperSize Of(int panels, double? width, double? height)
    {
        var columns = Math.Min(panels, width is { } w ? Math.Max(1, (int)(w / 54)) : 3);
        var whole = width ?? (columns * Column);
        return new PaperSize(whole, height ?? (0.8 * whole / columns), columns);
    }
}
