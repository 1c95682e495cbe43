using ScottPlot;
using SkiaSharp;

namespace AsyncOpt.Figures.Drawing;

/// <summary>The one font of all figures, which comes with the program.</summary>
static class FigureFont
{
    /// <summary>Its name.</summary>
    public const string Name = "Open Sans";

    /// <summary>The size of all text but titles, in pixels: 8 points.</summary>
    public const float Size = 32f / 3;

    /// <summary>The size of titles, in pixels: 9 points.</summary>
    public const float TitleSize = 12;

    /// <summary>The font.</summary>
    public static SKTypeface Typeface { get; } = Load();

    /// <summary>From now on the library takes it, whatever it is asked for.</summary>
    public static void Install()
    {
        if (Fonts.FontResolvers is not [Resolver, ..])
            Fonts.FontResolvers.Insert(0, new Resolver());
    }

    static SKTypeface Load()
    {
        using var file = typeof(FigureFont).Assembly.GetManifestResourceStream("OpenSans-Regular.ttf")
            ?? throw new InvalidOperationException("the font of figures is not there");
        return SKTypeface.FromStream(file);
    }

    sealed class Resolver : IFontResolver
    {
        public SKTypeface CreateTypeface(string fontName, bool bold, bool italic) => Typeface;

        public SKTypeface CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            Typeface;
    }
}
