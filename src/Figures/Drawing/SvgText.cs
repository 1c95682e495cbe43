using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SkiaSharp;

namespace AsyncOpt.Figures.Drawing;

/// <summary>
/// A figure as SVG. Text is drawn as outlines: a reader without the font would set it in another, of another width.
/// </summary>
static partial class SvgText
{
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>Writes it.</summary>
    /// <param name="figure">Whose description it carries.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="draw">What draws it.</param>
    /// <param name="to">Where to.</param>
    public static void Write(Figure figure, float width, float height, Action<SKCanvas> draw, Stream to)
    {
        using var drawn = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, width, height), drawn))
            draw(canvas);
        drawn.Position = 0;
        var document = XDocument.Load(drawn);
        var root = document.Root!;
        root.SetAttributeValue("viewBox", $"0 0 {Number(width)} {Number(height)}");
        root.SetAttributeValue("role", "img");
        root.AddFirst(
            new XElement(Svg + "title", string.Join("; ", figure.Panels.Select(p => p.Title))),
            new XElement(Svg + "desc", figure.Description));
        foreach (var text in root.Descendants(Svg + "text").ToList())
            text.ReplaceWith(Outline(text));
        NumberClips(root);
        using var writer = new StreamWriter(to, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.Write(document.ToString(SaveOptions.DisableFormatting).ReplaceLineEndings("\n"));
        writer.Write('\n');
    }

    // The library counts them over all drawings of a process.
    static void NumberClips(XElement root)
    {
        foreach (var (k, clip) in root.Descendants(Svg + "clipPath").ToList().Index())
        {
            var (old, now) = ((string?)clip.Attribute("id"), string.Create(CultureInfo.InvariantCulture, $"clip{k}"));
            clip.SetAttributeValue("id", now);
            foreach (var user in root.Descendants().Where(e => (string?)e.Attribute("clip-path") == $"url(#{old})"))
                user.SetAttributeValue("clip-path", $"url(#{now})");
        }
    }

    static XElement Outline(XElement text)
    {
        var words = text.Value.Trim();
        using var font = new SKFont(FigureFont.Typeface, Numbers("font-size")[0]);
        var (xs, ys) = (Numbers("x"), Numbers("y"));
        using var whole = new SKPath();
        var glyphs = font.GetGlyphs(words);
        foreach (var (k, glyph) in glyphs.Index().Take(xs.Length))
        {
            using var path = font.GetGlyphPath(glyph);
            if (path is not null)
                whole.AddPath(path, xs[k], ys[Math.Min(k, ys.Length - 1)]);
        }
        var outline = new XElement(Svg + "path", new XAttribute("d", Hundredths(whole.ToSvgPathData())));
        foreach (var name in new[] { "transform", "fill", "fill-opacity", "opacity" })
        {
            if (text.Attribute(name) is { } kept)
                outline.SetAttributeValue(name, kept.Value);
        }
        outline.SetAttributeValue("aria-label", words);
        return outline;

        string Attribute(string name) => text.Attribute(name)?.Value ?? "0";

        float[] Numbers(string name) =>
        [
            .. Attribute(name).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(n => float.Parse(n, CultureInfo.InvariantCulture)),
        ];
    }

    // A letter's outline has many points, and more digits than anybody sees.
    static string Hundredths(string path) => Decimals().Replace(
        path, m => Number(float.Parse(m.Value, CultureInfo.InvariantCulture)));

    [GeneratedRegex(@"-?\d+\.\d{3,}(e-?\d+)?")]
    private static partial Regex Decimals();

    static string Number(float value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
