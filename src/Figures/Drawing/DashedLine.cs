using ScottPlot;
using SkiaSharp;

namespace AsyncOpt.Figures.Drawing;

/// <summary>A dashed line whose dashes are lines of their own: the writer of SVG knows no other dashes.</summary>
/// <param name="points">The line.</param>
/// <param name="dashes">Lengths of dashes and gaps, in pixels.</param>
/// <param name="color">Its colour.</param>
/// <param name="width">Its width, in pixels.</param>
sealed class DashedLine(Coordinates[] points, float[] dashes, Color color, float width) : IPlottable
{
    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = ScottPlot.Axes.Default;

    public IEnumerable<LegendItem> LegendItems => [];

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp)
    {
        using var whole = new SKPath();
        foreach (var (k, point) in points.Index())
        {
            var at = Axes.GetPixel(point);
            if (k == 0)
                whole.MoveTo(at.X, at.Y);
            else
                whole.LineTo(at.X, at.Y);
        }
        using var paint = new SKPaint
        {
            Color = color.ToSKColor(), IsStroke = true, StrokeWidth = width, IsAntialias = true,
            StrokeJoin = SKStrokeJoin.Round,
        };
        using var parts = Dashed(whole, dashes);
        rp.Canvas.DrawPath(parts, paint);
    }

    /// <summary>The dashes of a line; the whole line where there are none.</summary>
    public static SKPath Dashed(SKPath line, float[] dashes)
    {
        if (dashes.Length == 0)
            return new SKPath(line);
        var parts = new SKPath();
        using var measure = new SKPathMeasure(line);
        var (at, k) = (0f, 0);
        while (at < measure.Length)
        {
            var end = at + dashes[k % dashes.Length];
            if (k % 2 == 0)
                measure.GetSegment(at, Math.Min(end, measure.Length), parts, startWithMoveTo: true);
            (at, k) = (end, k + 1);
        }
        return parts;
    }
}
