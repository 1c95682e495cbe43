using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace AsyncOpt.Figures.Drawing;

/// <summary>A panel as a plot of the library: axes, grid, ticks and what is drawn between them.</summary>
static class PanelPlot
{
    const float LineWidth = 1.8f, ThinWidth = 0.8f, BandOpacity = 0.2f, SymbolSize = 8;

    // Columns of points for each pixel: enough for print.
    const double ColumnsPerPixel = 2;

    // What a label of an axis takes, with the space around it; the share of a panel's width that a title may take.
    const double LabelWidth = 50, LabelHeight = 36, TitleShare = 0.55;

    /// <summary>The plot.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="width">Its width, in pixels.</param>
    /// <param name="height">Its height, in pixels.</param>
    public static Plot Of(Panel panel, double width, double height)
    {
        FigureFont.Install();
        var plot = new Plot();
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        Frame(plot, panel, width, height);
        var columns = (int)(ColumnsPerPixel * width);
        foreach (var mark in panel.Marks)
            Draw(plot, panel, mark, columns);
        plot.Axes.SetLimitsX(At(panel.X, panel.X.Low), At(panel.X, panel.X.High));
        plot.Axes.SetLimitsY(At(panel.Y, panel.Y.Low), At(panel.Y, panel.Y.High));
        return plot;
    }

    static void Frame(Plot plot, Panel panel, double width, double height)
    {
        var ink = Color.FromHex(Palette.Ink);
        plot.FigureBackground.Color = Colors.White;
        plot.DataBackground.Color = Colors.White;
        plot.Axes.Title.Label.Text = Wrapped($"{panel.Title}\n{panel.Remark}".TrimEnd(), width);
        plot.Axes.Title.Label.FontSize = FigureFont.TitleSize;
        plot.Axes.Title.Label.ForeColor = ink;
        plot.Axes.Right.IsVisible = plot.Axes.Top.IsVisible = false;
        plot.Axes.Right.MinimumSize = 14;
        plot.Grid.MajorLineColor = Color.FromHex(Palette.Grid);
        plot.Axes.Color(ink);
        Label(plot.Axes.Bottom, panel.X, (int)(width / LabelWidth));
        Label(plot.Axes.Left, panel.Y, (int)(height / LabelHeight));
    }

    // In as many lines as it takes.
    static string Wrapped(string text, double width)
    {
        using var font = new SKFont(FigureFont.Typeface, FigureFont.TitleSize);
        return string.Join('\n', text.Split('\n').SelectMany(line =>
        {
            var lines = new List<string> { "" };
            foreach (var word in line.Split(' '))
            {
                var longer = $"{lines[^1]} {word}".Trim();
                if (font.MeasureText(longer) > TitleShare * width)
                    lines.Add(word);
                else
                    lines[^1] = longer;
            }
            return lines;
        }));
    }

    static void Label(IAxis axis, Axis of, int labels)
    {
        axis.Label.Text = of.Label;
        axis.Label.FontSize = FigureFont.Size;
        axis.Label.Bold = false;
        axis.TickLabelStyle.FontSize = FigureFont.Size;
        var ticks = of.Ticks(Math.Clamp(labels, 3, 6));
        axis.TickGenerator = new NumericManual(
            [.. ticks.Select(t => new ScottPlot.Tick(At(of, t.Value), t.Label, isMajor: t.Label.Length > 0))]);
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
            case Symbol symbol:
                plot.Add.Marker(On(panel, [symbol.At])[0], Shape(symbol.Kind), SymbolSize, color);
                break;
            case Box box:
                var corners = On(panel, [box.From, box.To]);
                var rectangle = plot.Add.Rectangle(corners[0].X, corners[1].X, corners[0].Y, corners[1].Y);
                rectangle.FillColor = color.WithAlpha(box.Opacity);
                rectangle.LineWidth = 0;
                break;
        }
    }

    static MarkerShape Shape(SymbolKind kind) => kind switch
    {
        SymbolKind.Diverged => MarkerShape.Eks,
        SymbolKind.Stalled => MarkerShape.FilledSquare,
        SymbolKind.Tried => MarkerShape.OpenCircle,
        _ => MarkerShape.FilledCircle,
    };

    // Within the panel: what is beyond lies on its edge, where it shows that it goes on.
    static Coordinates[] On(Panel panel, IReadOnlyList<PlotPoint> points) =>
    [
        .. points.Select(p => new Coordinates(At(panel.X, panel.X.Clamp(p.X)), At(panel.Y, panel.Y.Clamp(p.Y)))),
    ];

    static double At(Axis axis, double value) => axis.IsLog ? Math.Log10(value) : value;
}
