using SkiaSharp;

namespace AsyncOpt.Figures.Drawing;

/// <summary>
/// The legend above the panels: a sample of each arm's line with its name, in as many rows as it takes.
/// </summary>
sealed class LegendRows
{
    /// <summary>How long the sample of a line is, in pixels.</summary>
    public const float Sample = 26;

    const float Gap = 6, Between = 18, RowHeight = 17, Margin = 8;

    readonly List<(float X, float Y, int Arm, string Text)> _entries = [];

    /// <summary>Breaks a figure's legend into rows.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="width">Its width, in pixels.</param>
    public LegendRows(Figure figure, float width)
    {
        using var font = new SKFont(FigureFont.Typeface, FigureFont.Size);
        var (x, row) = (Margin, 0);
        foreach (var (arm, text) in figure.Legend.Select((entry, k) => (k, entry.Text)).Append((-1, figure.Note)))
        {
            if (text.Length == 0)
                continue;
            var needed = (arm < 0 ? 0 : Sample + Gap) + font.MeasureText(text);
            if (x + needed > width - Margin && x > Margin)
                (x, row) = (Margin, row + 1);
            _entries.Add((x, Margin + ((row + 0.7f) * RowHeight), arm, text));
            x += needed + Between;
        }
        Height = _entries.Count == 0 ? Margin / 2 : Margin + ((row + 1) * RowHeight);
    }

    /// <summary>How high it is, in pixels.</summary>
    public float Height { get; }

    /// <summary>Draws it at the top of a canvas.</summary>
    public void Draw(SKCanvas canvas)
    {
        using var font = new SKFont(FigureFont.Typeface, FigureFont.Size);
        using var ink = new SKPaint { Color = SKColor.Parse(Palette.Ink), IsAntialias = true };
        foreach (var (x, y, arm, text) in _entries)
        {
            var at = x;
            if (arm >= 0)
            {
                using var stroke = new SKPaint
                {
                    Color = SKColor.Parse(Palette.Color(arm)), IsAntialias = true, IsStroke = true, StrokeWidth = 2,
                };
                using var line = new SKPath();
                line.MoveTo(x, y - 4);
                line.LineTo(x + Sample, y - 4);
                using var dashed = DashedLine.Dashed(line, Palette.Dashes(arm));
                canvas.DrawPath(dashed, stroke);
                at += Sample + Gap;
            }
            canvas.DrawText(text, at, y, font, ink);
        }
    }
}
