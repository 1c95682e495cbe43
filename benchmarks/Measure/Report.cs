using System.Globalization;
using System.Text;

namespace AsyncOpt.Benchmarks.Measure;

/// <summary>Results as a Markdown table, for people, and as CSV, for programs.</summary>
static class Report
{
    const string Head = "| what | reference | reference, per s | ours, per s | ours / reference | must reach |";

    /// <summary>The table's first two lines.</summary>
    public static string Header => $"{Head}\n| --- | --- | ---: | ---: | ---: | ---: |";

    /// <summary>One row: medians, and in brackets the least and greatest of all repetitions.</summary>
    public static string Row(Result r) => string.Create(CultureInfo.InvariantCulture,
        $"| {r.Comparison.What} | {r.Reference.Name} | {(r.Theirs is { } t ? Rate(t, r.Comparison.Unit) : r.Reference.Missing)} "
        + $"| {Rate(r.Ours, r.Comparison.Unit)} | {Ratio(r)} | {Bound(r)} |");

    /// <summary>The whole report.</summary>
    public static string Markdown(IEnumerable<string> facts, int repetitions, IEnumerable<Result> results)
    {
        var text = new StringBuilder("# AsyncOpt benchmarks\n\n");
        foreach (var fact in facts)
            text.Append("- ").Append(fact).Append('\n');
        text.Append($"- repetitions: {repetitions}, references and ours in turns; medians, in brackets least and greatest\n\n");
        text.Append(Header).Append('\n');
        foreach (var result in results)
            text.Append(Row(result)).Append('\n');
        return text.ToString();
    }

    /// <summary>The numbers alone; rates in units per second.</summary>
    public static string Csv(IEnumerable<Result> results)
    {
        var text = new StringBuilder("what,unit,reference,reference_median,reference_min,reference_max,"
            + "ours_median,ours_min,ours_max,ratio_median,ratio_min,ratio_max,must_reach\n");
        foreach (var r in results)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\"{r.Comparison.What}\",{r.Comparison.Unit},\"{r.Reference.Name}\",{Numbers(r.Theirs)},"
                + $"{Numbers(r.Ours)},{Numbers(r.Ratio)},{r.Reference.MustReach}\n");
        }
        return text.ToString();
    }

    static string Numbers(Sample? s) =>
        s is { } v ? string.Create(CultureInfo.InvariantCulture, $"{v.Median:G6},{v.Min:G6},{v.Max:G6}") : ",,";

    static string Rate(Sample s, string unit) => $"{Short(s.Median)} {unit} ({Short(s.Min)} - {Short(s.Max)})";

    static string Ratio(Result r) => r.Ratio is { } s ? $"**{Digits(s.Median)}** ({Digits(s.Min)} - {Digits(s.Max)})" : "-";

    static string Bound(Result r) => r.Reference.MustReach is not { } bound ? "-"
        : r.Ratio is not { } s ? Digits(bound) : $"{Digits(bound)}: {(s.Median >= bound ? "yes" : "no")}";

    static string Digits(double x) => x.ToString(x < 0.1 ? "0.000" : x < 10 ? "0.00" : "0", CultureInfo.InvariantCulture);

    static string Short(double x) => x switch
    {
        >= 1e6 => (x / 1e6).ToString("0.00", CultureInfo.InvariantCulture) + " M",
        >= 1e3 => (x / 1e3).ToString("0.0", CultureInfo.InvariantCulture) + " k",
        _ => x.ToString("0.0", CultureInfo.InvariantCulture),
    };
}
