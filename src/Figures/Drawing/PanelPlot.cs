using AsyncOpt.Core.Runs;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace AsyncOpt.Figures.Drawing;

/// <summary>A panel as a plot of the library: axes, grid, ticks and what is drawn between them.</summary>
static class PanelPlot
{
    const float LineWidth = 1.8f, ThinWidth = 0.8f, BandOpacity = 0.2f, EndSize = 9;

    // Columns of points for each pixel: enough for print.
    const double ColumnsPerPixel = 2;

    /// <summary>The plot.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="width">Its width, in pixels.</param>
    public static Plot Of(Panel panel, double width)
    {
        FigureFont.Install();
        var plot = new Plot();
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        Frame(plot, panel);
        var columns = (int)(ColumnsPerPixel * width);
        foreach (var mark in panel.Marks)
            Draw(plot, panel, mark, columns);
        if (panel.Remark is { } remark)
        {
            var note = plot.Add.Annotation(remark, Alignment.UpperRight);
            note.LabelStyle.FontSize = FigureFont.Size;
            note.LabelStyle.ForeColor = Color.FromHex(Palette.Ink);
            note.LabelStyle.BackgroundColor = Colors.White.WithAlpha(0.7);
            note.LabelStyle.BorderWidth = 0;
            note.LabelStyle.ShadowColor = Colors.Transparent;
        }
        plot.Axes.SetLimitsX(At(panel.X, panel.X.Low), At(panel.X, panel.X.High));
        plot.Axes.SetLimitsY(At(panel.Y, panel.Y.Low), At(panel.Y, panel.Y.High));
        return plot;
    }

    static void Frame(Plot plot, Panel panel)
    {
        var ink = Color.FromHex(Palette.Ink);
        plot.FigureBackground.Color = Colors.White;
        plot.DataBackground.Color = Colors.White;
        plot.Axes.Title.Label.Text = panel.Title;
        plot.Axes.Title.Label.FontSize = FigureFont.TitleSize;
        plot.Axes.Title.Label.ForeColor = ink;
        plot.Axes.Right.IsVisible = plot.Axes.Top.IsVisible = false;
        plot.Axes.Right.MinimumSize = 14;
        plot.Grid.MajorLineColor = Color.FromHex(Palette.Grid);
        plot.Axes.Color(ink);
        Label(plot.Axes.Bottom, panel.X);
        Label(plot.Axes.Left, panel.Y);
    }

    static void Label(IAxis axis, Axis of)
    {
        axis.Label.Text = of.Label;
        axis.Label.FontSize = FigureFont.Size;
        axis.Label.Bold = false;
        axis.TickLabelStyle.FontSize = FigureFont.Size;
        axis.TickGenerator = new NumericManual(
            [.. of.Ticks.Select(t => new ScottPlot.Tick(At(of, t.Value), t.Label, isMajor: t.Label.Length > 0))]);
    }

    static void Draw(Plot plot, Panel panel, Mark mark, int columns)
    {
        var color = Color.FromHex(Palette.Color(mark.Arm));
        switch (mark)
        {
            case Line line:
                var points = On(panel, Thinning.Line(line.Points, columns));
                if (Palette.Dashes(mark.Arm) is { Length: > 0 } dashes && !line.IsThin)
                    plot.Add.Plottable(new DashedLine(points, dashes, color, LineWidth));
                else
                    plot.Add.ScatterLine(points, color).LineWidth = line.IsThin ? ThinWidth : LineWidth;
                break;
            case Band band:
                var lows = On(panel, Thinning.Edge(band.Lows, columns, isLow: true));
                var highs = On(panel, Thinning.Edge(band.Highs, columns, isLow: false));
                var area = plot.Add.Polygon([.. lows, .. highs.Reverse()]);
                area.FillColor = color.WithAlpha(BandOpacity);
                area.LineWidth = 0;
                break;
            case EndMark end:
                plot.Add.Marker(
                    On(panel, [end.At])[0],
                    end.Outcome == Outcome.Diverged ? MarkerShape.Eks : MarkerShape.FilledSquare, EndSize, color);
                break;
        }
    }

    // Within the panel: what is beyond lies on its edge, where it shows that it goes on.
    static Coordinates[] On(Panel panel, IReadOnlyList<PlotPoint> points) =>
    [
        .. points.Select(p => new Coordinates(At(panel.X, panel.X.Clamp(p.X)), At(panel.Y, panel.Y.Clamp(p.Y)))),
    ];

    static double At(Axis axis, double value) => axis.IsLog ? Math.Log10(value) : value;
}
