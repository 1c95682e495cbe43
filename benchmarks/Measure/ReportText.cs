using System.Globalization;
using System.Text;

namespace AsyncOpt.Benchmarks.Measure;

/// <summary>Reports as Markdown tables, for people, and as CSV.</summary>
static class ReportText
{
    /// <summary>The first two lines of the table of ratios.</summary>
    public const string RatioHeader =
        "| what | reference | reference, per s | ours, per s | ours / reference | must reach |\n"
        + "| --- | --- | ---: | ---: | ---: | ---: |";

    /// <summary>The first two lines of the table of amounts.</summary>
    public const string AmountHeader = "| what | bytes | at most |\n| --- | ---: | ---: |";

    /// <summary>One row: medians, and in brackets the least and greatest of all repetitions.</summary>
    public static string Row(Ratio r) =>
        $"| {r.What}{(r.Detail is null ? "" : $": {r.Detail}")} "
        + $"| {r.Reference}{(r.Ran is null ? "" : $" ({r.Ran})")} | {(r.Theirs is { } t ? Rate(t, r.Unit) : r.Missing)} "
        + $"| {Rate(r.Ours, r.Unit)} | {Value(r)} | {Bound(r)} |";

    /// <summary>One row.</summary>
    public static string Row(Amount a) => $"| {a.What} | {Bytes(a.Value)} {a.Unit} | {Bound(a)} |";

    /// <summary>The whole report.</summary>
    public static string Markdown(Report report)
    {
        var text = new StringBuilder("# AsyncOpt benchmarks\n\n");
        foreach (var fact in report.Facts)
            text.Append("- ").Append(fact).Append('\n');
        text.Append(CultureInfo.InvariantCulture,
            $"- repetitions: {report.Repetitions}, references and ours in turns; medians, in brackets least and greatest\n\n");
        Table(text, RatioHeader, report.Ratios.Select(Row));
        Table(text, AmountHeader, report.Amounts.Select(Row));
        return text.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>The numbers of the ratios alone; rates in units per second.</summary>
    public static string Csv(Report report)
    {
        var text = new StringBuilder("what,unit,reference,reference_median,reference_min,reference_max,"
            + "ours_median,ours_min,ours_max,ratio_median,ratio_min,ratio_max,must_reach,ran,handicap\n");
        foreach (var r in report.Ratios)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\"{r.What}\",{r.Unit},\"{r.Reference}\",{Numbers(r.Theirs)},{Numbers(r.Ours)},{Numbers(r.Value)},{r.MustReach},");
            text.Append(CultureInfo.InvariantCulture, $"\"{r.Ran}\",\"{r.Handicap}\"\n");
        }
        return text.ToString();
    }

    static void Table(StringBuilder text, string header, IEnumerable<string> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
            return;
        text.Append(header).Append('\n');
        all.ForEach(row => text.Append(row).Append('\n'));
        text.Append('\n');
    }

    static string Numbers(Sample? s) =>
        s is { } v ? string.Create(CultureInfo.InvariantCulture, $"{v.Median:G6},{v.Min:G6},{v.Max:G6}") : ",,";

    static string Rate(Sample s, string unit) => $"{Short(s.Median)} {unit} ({Short(s.Min)} - {Short(s.Max)})";

    // A ratio against what is slower than it should be stands for itself, and for nothing else.
    static string Value(Ratio r) => r.Value is not { } s ? "-"
        : r.Handicap is null ? $"**{Digits(s.Median)}** ({Digits(s.Min)} - {Digits(s.Max)})"
        : $"{Digits(s.Median)} ({Digits(s.Min)} - {Digits(s.Max)}), says nothing: {r.Handicap}";

    static string Bound(Ratio r) => r.MustReach is not { } bound ? "-"
        : r.Value is not { } s ? Digits(bound)
        : $"{Digits(bound)}: {(r.Handicap is not null ? "not judged" : s.Median >= bound ? "yes" : "no")}";

    static string Bound(Amount a) =>
        a.AtMost is not { } bound ? "-" : $"{Bytes(bound)}: {(a.Value <= bound ? "yes" : "no")}";

    static string Digits(double x) => x.ToString(x < 0.1 ? "0.000" : x < 10 ? "0.00" : "0", CultureInfo.InvariantCulture);

    static string Bytes(double x) => x switch
    {
        0 => "0",
        < 10 => x.ToString("0.##", CultureInfo.InvariantCulture),
        _ => x.ToString("#,0", CultureInfo.InvariantCulture),
    };

    static string Short(double x) => x switch
    {
        >= 1e6 => (x / 1e6).ToString("0.00", CultureInfo.InvariantCulture) + " M",
        >= 1e3 => (x / 1e3).ToString("0.0", CultureInfo.InvariantCulture) + " k",
        >= 1 or 0 => x.ToString("0.0", CultureInfo.InvariantCulture),
        _ => x.ToString("G2", CultureInfo.InvariantCulture),
    };
}
