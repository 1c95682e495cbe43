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
    // At which size outlines are kept, in pixels.
    const float LetterSize = 64;

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
        var letters = new Dictionary<ushort, XElement>();
        foreach (var text in root.Descendants(Svg + "text").ToList())
            text.ReplaceWith(Outline(text, letters));
        root.Element(Svg + "desc")!.AddAfterSelf(new XElement(Svg + "defs", letters.Values));
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

    // Letters by their outlines, each of which is there once.
    static XElement Outline(XElement text, Dictionary<ushort, XElement> letters)
    {
        var words = text.Value.Trim();
        var size = Numbers("font-size")[0];
        var (xs, ys) = (Numbers("x"), Numbers("y"));
        using var font = new SKFont(FigureFont.Typeface, LetterSize);
        var scale = (size / LetterSize).ToString("0.######", CultureInfo.InvariantCulture);
        var line = new XElement(Svg + "g", new XAttribute("transform", $"scale({scale})"));
        foreach (var (k, glyph) in font.GetGlyphs(words).Index().Take(xs.Length))
        {
            if (!letters.TryGetValue(glyph, out var letter))
                letters[glyph] = letter = Letter(font, glyph);
            if (letter.Attribute("d")!.Value.Length > 0)
            {
                line.Add(new XElement(
                    Svg + "use", new XAttribute("href", $"#{letter.Attribute("id")!.Value}"),
                    new XAttribute("x", Number(xs[k] * LetterSize / size)),
                    new XAttribute("y", Number(ys[Math.Min(k, ys.Length - 1)] * LetterSize / size))));
            }
        }
        var outline = new XElement(Svg + "g", new XAttribute("aria-label", words), line);
        foreach (var name in new[] { "transform", "fill", "fill-opacity", "opacity" })
        {
            if (text.Attribute(name) is { } kept)
                outline.SetAttributeValue(name, kept.Value);
        }
        return outline;

        float[] Numbers(string name) =>
        [
            .. (text.Attribute(name)?.Value ?? "0")
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(n => float.Parse(n, CultureInfo.InvariantCulture)),
        ];
    }

    static XElement Letter(SKFont font, ushort glyph)
    {
        using var path = font.GetGlyphPath(glyph);
        return new XElement(
            Svg + "path", new XAttribute("id", string.Create(CultureInfo.InvariantCulture, $"letter{glyph}")),
            new XAttribute("d", path is null ? "" : Hundredths(path.ToSvgPathData())));
    }

    // A letter's outline has many points, and more digits than anybody sees.
    static string Hundredths(string path) => Decimals().Replace(
        path, m => Number(float.Parse(m.Value, CultureInfo.InvariantCulture)));

    [GeneratedRegex(@"-?\d+\.\d{3,}(e-?\d+)?")]
    private static partial Regex Decimals();

    static string Number(float value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
