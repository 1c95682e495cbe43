using System.Globalization;

namespace AsyncOpt.Benchmarks.Measure;

/// <summary>What a new report lost against an old one: only ratios and bytes are compared, never absolute rates.</summary>
static class Losses
{
    /// <summary>A ratio may fall, and memory may grow, by this share: so much do two runs differ by themselves.</summary>
    public const double Tolerance = 0.2;

    /// <summary>One line for each loss; none where all is well.</summary>
    /// <param name="report">The new report.</param>
    /// <param name="committed">The old one; what the new one did not select is left out, and what only the new one has is fine.</param>
    public static IReadOnlyList<string> Of(Report report, Report committed)
    {
        var selection = report.Selection;
        return
        [
            .. from old in committed.Ratios
               where old.Value is not null && old.Handicap is null && selection.Holds(old.Row, old.What, old.IsShort)
               let loss = Loss(old, report.Ratios.FirstOrDefault(r => r.What == old.What && r.Reference == old.Reference))
               where loss is not null
               select $"{old.What}, against {old.Reference}: {loss}",
            .. from old in committed.Amounts
               where selection.Holds(old.Row, old.What, old.IsShort) && report.Amounts.All(a => a.What != old.What)
               select $"{old.What}: missing in the new report",
            .. from now in report.Amounts
               let loss = Loss(now, committed.Amounts.FirstOrDefault(a => a.What == now.What))
               where loss is not null
               select $"{now.What}: {loss}",
        ];
    }

    static string? Loss(Ratio old, Ratio? now)
    {
        if (now is null)
            return "missing in the new report";
        if (now.Value is not { } ratio)
            return $"no ratio: {now.Missing}";
        if (now.Handicap is { } handicap)
            return $"no ratio that says something: {handicap}";
        var (from, to) = (old.Value!.Value.Median, ratio.Median);
        return to >= from * (1 - Tolerance) ? null
            : string.Create(CultureInfo.InvariantCulture,
                $"ratio {from:0.###} became {to:0.###}, a loss of {1 - (to / from):0.0 %}; at most {Tolerance:0 %} may be lost");
    }

    static string? Loss(Amount now, Amount? old)
    {
        if (now.IsAllocation)
        {
            return now.Value == 0 ? null
                : string.Create(CultureInfo.InvariantCulture, $"{now.Value:0.####} {now.Unit} in the steady state; must be 0");
        }
        return old is null || now.Value <= old.Value * (1 + Tolerance) ? null
            : string.Create(CultureInfo.InvariantCulture,
                $"{old.Value:#,0} {old.Unit} became {now.Value:#,0}, {(now.Value / old.Value) - 1:0.0 %} more; "
                + $"at most {Tolerance:0 %} may be added");
    }
}
