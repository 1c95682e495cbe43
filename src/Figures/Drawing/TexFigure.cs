using System.Globalization;

namespace AsyncOpt.Figures.Drawing;

/// <summary>
/// A figure as source for PGFPlots: <c>\input</c> it in a document that loads the package with its library
/// <c>groupplots</c>. Fonts and sizes are the document's own.
/// </summary>
static class TexFigure
{
    const int Columns = 300;

    /// <summary>Writes it.</summary>
    public static void Write(Figure figure, PaperSize size, TextWriter to)
    {
        to.Write($"% {figure.Description}\n% Needs \\usepackage{{pgfplots}} and \\usepgfplotslibrary{{groupplots}}.\n");
        foreach (var arm in Enumerable.Range(0, figure.Legend.Count))
            to.Write($"\\definecolor{{{Color(arm)}}}{{HTML}}{{{Palette.Color(arm).ToUpperInvariant()}}}\n");
        var rows = (figure.Panels.Count + size.Columns - 1) / size.Columns;
        to.Write("\\begin{tikzpicture}\n\\begin{groupplot}[\n"
            + $"  group style={{group size={size.Columns} by {rows}, horizontal sep=16mm, vertical sep=18mm}},\n"
            + $"  scale only axis, width={Number((size.Width / size.Columns) - 18)}mm, "
            + $"height={Number(size.PanelHeight - 20)}mm,\n"
            + "  grid=major, grid style={black!12}, tick align=outside, axis lines*=left, enlargelimits=false,\n"
            + "  legend columns=-1, legend style={draw=none, font=\\small}, title style={font=\\small},\n"
            + "  label style={font=\\small}, tick label style={font=\\small}]\n");
        foreach (var (k, panel) in figure.Panels.Index())
            Panel(figure, panel, k == 0, to);
        to.Write("\\end{groupplot}\n");
        to.Write("\\node[anchor=south west] at ([yshift=7mm]group c1r1.north west) "
            + "{\\pgfplotslegendfromname{asyncopt}};\n");
        if (figure.Note.Length > 0)
        {
            to.Write("\\node[anchor=north west, font=\\footnotesize] at "
                + $"([yshift=-11mm]group c1r{rows}.south west) {{{Escaped(figure.Note)}}};\n");
        }
        to.Write("\\end{tikzpicture}\n");
    }

    static void Panel(Figure figure, Panel panel, bool hasLegend, TextWriter to)
    {
        to.Write($"\\nextgroupplot[title={{{Escaped(panel.Title)}}}, xlabel={{{Escaped(panel.X.Label)}}}, "
            + $"ylabel={{{Escaped(panel.Y.Label)}}},\n"
            + $"  xmin={Number(panel.X.Low)}, xmax={Number(panel.X.High)}, ymin={Number(panel.Y.Low)}, "
            + $"ymax={Number(panel.Y.High)}{(panel.Y.IsLog ? ", ymode=log" : "")}{(panel.X.IsLog ? ", xmode=log" : "")}"
            + $"{Names("y", panel.Y)}{Names("x", panel.X)}{(hasLegend ? ", legend to name=asyncopt" : "")}]\n");
        if (hasLegend)
        {
            foreach (var (arm, entry) in figure.Legend.Index())
                to.Write($"\\addlegendimage{{{Style(arm)}}}\\addlegendentry{{{Escaped(entry.Text)}}}\n");
        }
        foreach (var mark in panel.Marks)
            Mark(panel, mark, to);
        if (panel.Remark is { } remark)
            to.Write("\\node[anchor=north east, align=right, fill=white, fill opacity=0.7, text opacity=1, "
                + "font=\\footnotesize] at (rel axis cs:0.99,0.99) "
                + $"{{{Escaped(remark).Replace("\n", "\\\\")}}};\n");
    }

    static void Mark(Panel panel, Mark mark, TextWriter to)
    {
        switch (mark)
        {
            case Line line:
                Plot(line.IsThin ? $"{Color(mark.Arm)}, thin" : Style(mark.Arm));
                Points(panel, Thinning.Line(line.Points, Columns), to);
                to.Write("};\n");
                break;
            case Band band:
                Plot($"draw=none, fill={Color(mark.Arm)}, fill opacity=0.2");
                Points(panel, Thinning.Edge(band.Lows, Columns, isLow: true), to);
                Points(panel, Thinning.Edge(band.Highs, Columns, isLow: false).Reverse(), to);
                to.Write("} -- cycle;\n");
                break;
            case Symbol symbol:
                Plot($"{Color(mark.Arm)}, only marks, mark={Shape(symbol.Kind)}");
                Points(panel, [symbol.At], to);
                to.Write("};\n");
                break;
            case Box box:
                Plot($"draw=none, fill={Color(mark.Arm)}, fill opacity={Number(box.Opacity)}");
                Points(
                    panel, [box.From, box.From with { X = box.To.X }, box.To, box.From with { Y = box.To.Y }], to);
                to.Write("} -- cycle;\n");
                break;
        }

        void Plot(string style) => to.Write($"\\addplot[{style}, forget plot] coordinates {{");
    }

    // Of an axis whose values have names.
    static string Names(string axis, Axis of) => of.Names is null ? ""
        : $", {axis}tick={{{string.Join(',', of.Ticks().Select(t => Number(t.Value)))}}}, "
            + $"{axis}ticklabels={{{string.Join(',', of.Ticks().Select(t => $"{{{Escaped(t.Label)}}}"))}}}";

    static string Shape(SymbolKind kind) => kind switch
    {
        SymbolKind.Diverged => "x, mark size=4pt, very thick",
        SymbolKind.Stalled => "square*",
        SymbolKind.Tried => "o",
        _ => "*",
    };

    static string Color(int arm) => string.Create(CultureInfo.InvariantCulture, $"asyncopt{arm}");

    static string Style(int arm)
    {
        var dashes = Palette.Dashes(arm);
        var pattern = string.Join(" ", dashes.Select((d, k) => $"{(k % 2 == 0 ? "on" : "off")} {Number(0.75 * d)}pt"));
        return $"{Color(arm)}, thick" + (dashes.Length > 0 ? $", dash pattern={pattern}" : "");
    }

    static void Points(Panel panel, IEnumerable<PlotPoint> points, TextWriter to)
    {
        foreach (var p in points)
            to.Write($"({Number(panel.X.Clamp(p.X))},{Number(panel.Y.Clamp(p.Y))})");
    }

    static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    static string Escaped(string text) => string.Concat(text.Select(c => c switch
    {
        '\\' => "\\textbackslash{}",
        '~' => "\\textasciitilde{}",
        '^' => "\\textasciicircum{}",
        '#' or '$' or '%' or '&' or '_' or '{' or '}' => "\\" + c,
        _ => c.ToString(),
    }));
}
