using AsyncOpt.Core;
using ScottPlot;
using SkiaSharp;

namespace AsyncOpt.Figures.Drawing;

/// <summary>Figures as files.</summary>
public static class FigureFile
{
    // An inch has 96 pixels on the screen; a picture of pixels has three times as many.
    const float PixelScale = 3;
    const float PointsPerPixel = 0.75f;

    /// <summary>The endings of names that say what kind of file is written.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".svg", ".pdf", ".png", ".tex"];

    /// <summary>Writes a figure.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="size">How large it is.</param>
    /// <param name="ending">One of <see cref="Endings"/>.</param>
    /// <param name="to">Where to.</param>
    public static void Write(Figure figure, PaperSize size, string ending, Stream to)
    {
        if (ending == ".tex")
        {
            using var text = new StreamWriter(to, leaveOpen: true) { NewLine = "\n" };
            TexFigure.Write(figure, size, text);
            return;
        }
        var legend = new LegendRows(figure, (float)size.WidthInPixels);
        var rows = (figure.Panels.Count + size.Columns - 1) / size.Columns;
        var (width, height) = ((float)size.WidthInPixels, legend.Height + (float)(rows * size.PanelHeightInPixels));
        switch (ending)
        {
            case ".svg":
                SvgText.Write(figure, width, height, canvas => Draw(figure, size, legend, canvas), to);
                break;
            case ".pdf":
                var metadata = new SKDocumentPdfMetadata { Title = figure.Description, Producer = "AsyncOpt" };
                using (var document = SKDocument.CreatePdf(to, metadata))
                {
                    var page = document.BeginPage(PointsPerPixel * width, PointsPerPixel * height);
                    page.Scale(PointsPerPixel);
                    Draw(figure, size, legend, page);
                    document.EndPage();
                    document.Close();
                }
                break;
            case ".png":
                using (var surface = SKSurface.Create(new SKImageInfo(Pixels(width), Pixels(height))))
                {
                    surface.Canvas.Clear(SKColors.White);
                    surface.Canvas.Scale(PixelScale);
                    Draw(figure, size, legend, surface.Canvas);
                    using var image = surface.Snapshot();
                    using var data = image.Encode(SKEncodedImageFormat.Png, 100);
                    data.SaveTo(to);
                }
                break;
            default:
                throw new InputException($"figures are {string.Join(", ", Endings)}; got '{ending}'");
        }
    }

    static int Pixels(float length) => (int)Math.Ceiling(PixelScale * length);

    static void Draw(Figure figure, PaperSize size, LegendRows legend, SKCanvas canvas)
    {
        canvas.DrawColor(SKColors.White);
        legend.Draw(canvas);
        foreach (var (k, panel) in figure.Panels.Index())
        {
            var left = (float)(k % size.Columns * size.PanelWidthInPixels);
            var top = legend.Height + (float)(k / size.Columns * size.PanelHeightInPixels);
            using var plot = PanelPlot.Of(panel, size.PanelWidthInPixels, size.PanelHeightInPixels);
            plot.Render(canvas, new PixelRect(
                left, left + (float)size.PanelWidthInPixels, top + (float)size.PanelHeightInPixels, top));
        }
    }
}
