using System.Text;
using System.Xml.Linq;
using AsyncOpt.Core.Runs;
using AsyncOpt.Figures.Drawing;
using SkiaSharp;

namespace AsyncOpt.Figures.Tests;

public class FigureFileTests
{
    static Figure Example(int panels = 3) => FigureMaker.Of(
        [
            FigureArms.Arm("async-sgd with a long name", [.. Enumerable.Range(1, 5).Select(k => FigureArms.Run(
                FigureArms.Curve(40, t => 123_456_789 * (1 + (0.1 * k)) * Math.Exp(-0.5 * t)), staleness: [5, 9, 4, 1]))]),
            FigureArms.Arm("another arm", FigureArms.Run(FigureArms.Curve(20, t => 1e8 * Math.Exp(-0.1 * t)), Outcome.Stalled)),
            FigureArms.Arm("ﬁnal ‖x‖² ≤ µ", FigureArms.Run(FigureArms.Curve(9, t => Math.Pow(10, t)), Outcome.Diverged)),
        ],
        [.. new[] { "gap:log", "gap", "staleness" }.Take(panels)], Spent.All[0]);

    static byte[] Written(Figure figure, string ending, double? width = null)
    {
        using var to = new MemoryStream();
        FigureFile.Write(figure, PaperSize.Of(figure.Panels.Count, width, null), ending, to);
        return to.ToArray();
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(3, null)]
    [InlineData(3, 180.0)]
    [InlineData(2, 84.0)]
    public void Nothing_is_cut_off_at_the_edges(int panels, double? width)
    {
        using var picture = SKBitmap.Decode(Written(Example(panels), ".png", width));

        var edge = from x in Enumerable.Range(0, picture.Width)
                   from y in new[] { 0, 1, 2, picture.Height - 3, picture.Height - 2, picture.Height - 1 }
                   select picture.GetPixel(x, y);
        var sides = from y in Enumerable.Range(0, picture.Height)
                    from x in new[] { 0, 1, 2, picture.Width - 3, picture.Width - 2, picture.Width - 1 }
                    select picture.GetPixel(x, y);
        Assert.All(edge.Concat(sides), p => Assert.Equal(SKColors.White, p));
    }

    [Fact]
    public void Lines_have_the_colours_of_their_arms()
    {
        using var picture = SKBitmap.Decode(Written(Example(), ".png"));

        foreach (var arm in new[] { 0, 1, 2 })
        {
            var color = SKColor.Parse(Palette.Color(arm));
            Assert.InRange(picture.Pixels.Count(p => p == color), 500, picture.Pixels.Length / 10);
        }
    }

    [Fact]
    public void A_drawing_needs_no_font_of_its_reader_and_says_where_it_is_from()
    {
        var figure = Example();
        var svg = XDocument.Parse(Encoding.UTF8.GetString(Written(figure, ".svg")));

        XNamespace ns = "http://www.w3.org/2000/svg";
        Assert.Empty(svg.Descendants(ns + "text"));
        var labels = svg.Descendants(ns + "g").Select(p => (string?)p.Attribute("aria-label")).ToList();
        Assert.Contains("virtual time (s)", labels);
        Assert.Contains("async-sgd with a long name", labels);
        Assert.Equal(figure.Description, svg.Root!.Element(ns + "desc")!.Value);
    }

    [Fact]
    public void A_page_has_its_font_in_it()
    {
        var pdf = Encoding.Latin1.GetString(Written(Example(), ".pdf"));

        Assert.StartsWith("%PDF", pdf);
        Assert.Contains("/FontFile2", pdf);
        Assert.Contains("OpenSans", pdf);
    }

    [Fact]
    public void The_same_runs_give_the_same_files()
    {
        foreach (var ending in FigureFile.Endings)
            Assert.Equal(Written(Example(), ending), Written(Example(), ending));
    }

    [Fact]
    public void A_source_for_tex_has_every_mark_and_closes_what_it_opens()
    {
        var tex = Encoding.UTF8.GetString(Written(Example(), ".tex"));

        Assert.Equal(3, Count("\\nextgroupplot"));
        Assert.Equal(Example().Panels.Sum(p => p.Marks.Count), Count("\\addplot["));
        Assert.Equal(Count("\\begin{"), Count("\\end{"));
        Assert.Equal(tex.Count(c => c == '{'), tex.Count(c => c == '}'));
        Assert.Contains("ymode=log", tex);

        int Count(string what) => tex.Split(what).Length - 1;
    }
}
