using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Runs;
using AsyncOpt.Figures.Panels;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Claims;

namespace AsyncOpt.Figures;

/// <summary>Makes figures of run folders: all that they show is in these.</summary>
public static class FigureMaker
{
    const string LogEnding = ":log";

    // The first that draws what is asked for; a metric is what no other one draws.
    static readonly IPanelKind[] Kinds = [new StalenessPanel(), new AgePanel(), new TimelinePanel(), new MetricPanel()];

    /// <summary>A figure of some arms.</summary>
    /// <param name="arms">The arms, in the order of their colours.</param>
    /// <param name="panels">
    /// A panel each: a metric, or <c>staleness</c>; with <c>:log</c> after it, on a logarithmic axis; with
    /// <c>~OTHER</c>, with another metric beside it.
    /// </param>
    /// <param name="over">What metrics are drawn over.</param>
    /// <exception cref="InputException">The runs have nothing of what is asked for.</exception>
    public static Figure Of(IReadOnlyList<FigureArm> arms, IReadOnlyList<string> panels, Spent over)
    {
        // In the order in which pages hash them.
        var runs = arms.SelectMany(a => a.Runs).OrderBy(r => r.Repetition)
            .ThenBy(r => r.Arm, StringComparer.Ordinal).ToList();
        var asked = panels.Select(Requested).Select(r => (Request: r, Kind: Kinds.First(k => k.Is(r.Name)))).ToList();
        return new Figure
        {
            Description = $"Build {string.Join(", ", runs.Select(r => r.Program).Distinct())}, runs "
                + $"{Text.Hash(ClaimReport.HashOf(runs.Select(r => r.Record.Hash)))}: {string.Join(' ', panels)}",
            Legend = [.. arms.Select(a => new LegendEntry(a.Name, Ending(a)))],
            Note = asked.Any(a => a.Kind.HasBands) ? Note(arms) : "",
            Panels = [.. asked.Select(a => a.Kind.Of(arms, a.Request))],
        };

        PanelRequest Requested(string panel)
        {
            var isLog = panel.EndsWith(LogEnding, StringComparison.Ordinal);
            var name = isLog ? panel[..^LogEnding.Length] : panel;
            return name.Split('~', 2) is [var metric, var beside]
                ? new PanelRequest(metric, isLog, over, beside)
                : new PanelRequest(name, isLog, over);
        }
    }

    static string Ending(FigureArm arm) => string.Join(", ", arm.Failed.GroupBy(r => r.Outcome).OrderBy(g => g.Key)
        .Select(g => arm.Records.Count == 1 ? Text.Of(g.Key) : $"{g.Count()} of {arm.Records.Count} {Text.Of(g.Key)}"));

    // As the tables say it: of few seeds the range.
    static string Note(IReadOnlyList<FigureArm> arms)
    {
        var seeds = arms.Select(a => a.Records.Count).Where(n => n > 1).Distinct().Order().ToList();
        if (seeds.Count == 0)
            return "";
        const string Confidence = "95 % confidence of the mean";
        var counts = string.Join(" or ", seeds);
        return seeds[^1] < Interval.FewestSeeds ? $"bands: range of {counts} seeds"
            : seeds[0] >= Interval.FewestSeeds ? $"bands: {Confidence} over {counts} seeds"
            : $"bands: {Confidence}, or the range of less than {Interval.FewestSeeds} seeds; {counts} seeds";
    }
}
