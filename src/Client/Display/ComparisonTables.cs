using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Comparing;
using Spectre.Console;
using Spectre.Console.Rendering;
using Cell = Spectre.Console.Text;

namespace AsyncOpt.Client.Display;

/// <summary>Two runs side by side.</summary>
static class ComparisonTables
{
    const int Bins = 20;

    /// <summary>Outcomes, counts, times, final metrics and staleness.</summary>
    public static IRenderable Quantities(Comparison comparison)
    {
        var table = ClosingTables.Plain();
        ClosingTables.Title(table, [.. comparison.Quantities.SelectMany(q => new[] { q.A, q.B, q.Difference })]);
        ClosingTables.Left(table, comparison.Name);
        foreach (var title in (string[])["A", "B", "B - A"])
            ClosingTables.Right(table, title);
        table.AddRow(
            new Cell("outcome"), new Cell(Words(comparison.Outcomes.A)), new Cell(Words(comparison.Outcomes.B)),
            new Cell(""));
        foreach (var quantity in comparison.Quantities)
        {
            Func<Interval, string> words = quantity.IsCount ? Pretty.Count : Pretty.Of;
            table.AddRow(
                new Cell(quantity.Name), new Cell(words(quantity.A)), new Cell(words(quantity.B)),
                new Cell(words(quantity.Difference)));
        }
        return table;
    }

    /// <summary>The two distributions of staleness, as bars.</summary>
    /// <param name="comparison">The runs.</param>
    /// <param name="width">Columns of text there is room for.</param>
    /// <param name="bar">What bars are made of.</param>
    public static IRenderable Histogram(Comparison comparison, int width, char bar)
    {
        var (a, b) = comparison.Staleness;
        var values = Math.Max(1, Math.Max(a.Counts.Length, b.Counts.Length));
        // Few values far out would make all bins wide: the last bin takes what a thousandth of all updates exceed.
        var shown = 1 + (int)Math.Min(
            values - 1, Math.Max(StalenessStatistics.Quantile(a, 0.999), StalenessStatistics.Quantile(b, 0.999)));
        var size = (shown + Bins - 1) / Bins;
        List<Bin> bins = [];
        for (var first = 0; first < shown; first += size)
        {
            int? end = first + size < shown ? first + size : null;
            bins.Add(new(
                first, first + size, end is null && (values > first + size || a.Overflow + b.Overflow > 0),
                StalenessStatistics.Share(a, first, end), StalenessStatistics.Share(b, first, end)));
        }
        var most = Math.Max(1e-300, bins.Max(bin => Math.Max(bin.A, bin.B)));
        var length = Math.Clamp((width - 40) / 2, 8, 40);
        var table = ClosingTables.Plain();
        ClosingTables.Right(table, "staleness");
        ClosingTables.Right(table, "A");
        ClosingTables.Left(table, "");
        ClosingTables.Right(table, "B");
        ClosingTables.Left(table, "");
        foreach (var bin in bins)
            table.AddRow(
                new Cell(bin.Title), new Cell(Percent(bin.A)), new Cell(Bar(bin.A)),
                new Cell(Percent(bin.B)), new Cell(Bar(bin.B)));
        return table;

        string Bar(double share) => new(bar, (int)Math.Round(length * share / most));
    }

    static string Percent(double share) => $"{100 * share:0.0} %";

    static string Words(IReadOnlyList<Outcome> outcomes) =>
        string.Join(", ", outcomes.Select(AsyncOpt.Reporting.Text.Of));

    readonly record struct Bin(int First, int End, bool IsOpen, double A, double B)
    {
        public string Title => IsOpen ? $"{First} or more" : End - First == 1 ? $"{First}" : $"{First} - {End - 1}";
    }
}
