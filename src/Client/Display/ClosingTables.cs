using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Theory;
using AsyncOpt.Reporting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AsyncOpt.Client.Display;

/// <summary>The tables that close an experiment: one row per arm, mean and 95 % confidence over seeds.</summary>
static class ClosingTables
{
    /// <summary>Results per arm.</summary>
    /// <param name="arms">The arms.</param>
    /// <param name="target">The target, where there is one.</param>
    /// <param name="width">Columns of text there is room for: it decides how many metrics are shown.</param>
    public static IRenderable Results(IReadOnlyList<ArmSummary> arms, MetricTarget? target, int width)
    {
        var metrics = Metrics(arms, target, width);
        var table = Plain();
        Title(table, [.. arms.SelectMany(a => metrics.Select(m => Final(a, m)).Append(a.TimeToTarget))]);
        Left(table, "arm");
        foreach (var metric in metrics)
            Right(table, metric);
        if (target is not null)
            Right(table, $"time to\n{target.Metric} {(target.Above ? '≥' : '≤')} {OptionText.Number(target.Value)}");
        Right(table, "staleness\nmean / max");
        Right(table, "updates");
        Left(table, "outcome");
        foreach (var arm in arms)
            table.AddRow([.. Row(arm, metrics, target).Select(cell => new Spectre.Console.Text(cell))]);
        return table;
    }

    /// <summary>The metrics that a wider terminal would show; null for none.</summary>
    /// <param name="arms">The arms.</param>
    /// <param name="target">The target, where there is one.</param>
    /// <param name="width">Columns of text there is room for.</param>
    public static string? LeftOut(IReadOnlyList<ArmSummary> arms, MetricTarget? target, int width)
    {
        var metrics = Metrics(arms, target, Terminal.WidthWithoutTerminal).Except(Metrics(arms, target, width));
        return string.Join(", ", metrics) is { Length: > 0 } names
            ? $"no room in {width} columns for {names}; summary.csv has all, and COLUMNS=120 makes room"
            : null;
    }

    /// <summary>
    /// Measured beside predicted: mean staleness, where its conditions are met, and each metric that some diagnostic
    /// predicts by the name <c>predicted-METRIC</c>.
    /// </summary>
    /// <param name="arms">The arms.</param>
    /// <param name="open">Of each arm, how many conditions are not met before it ran, and how many not checked.</param>
    /// <returns>The table; null where nothing is predicted.</returns>
    public static IRenderable? Predictions(
        IReadOnlyList<ArmSummary> arms, IReadOnlyDictionary<string, (int NotMet, int NotChecked)> open)
    {
        var rows = arms.SelectMany(arm => OfStaleness(arm)
            .Concat(OfMetrics(arm, ConditionsOf(arm, open.GetValueOrDefault(arm.Arm))))
            .Select(row => (arm.Arm, row.Metric, row.Measured, row.Predicted, row.Conditions))).ToList();
        if (rows.Count == 0)
            return null;
        var table = Plain();
        Title(table, [.. rows.Select(r => r.Measured)]);
        Left(table, "arm");
        Left(table, "metric");
        Right(table, "measured");
        Right(table, "predicted");
        Right(table, "ratio");
        Left(table, "conditions");
        foreach (var (i, row) in rows.Index())
        {
            string[] cells =
            [
                i > 0 && rows[i - 1].Arm == row.Arm ? "" : row.Arm, row.Metric,
                Pretty.Of(row.Measured), Pretty.Number(row.Predicted.Mean, 4),
                Pretty.Number(row.Measured.Mean / row.Predicted.Mean, 3), row.Conditions,
            ];
            table.AddRow([.. cells.Select(cell => new Spectre.Console.Text(cell))]);
        }
        return table;
    }

    static IEnumerable<(string Metric, Interval Measured, Interval Predicted, string Conditions)> OfStaleness(
        ArmSummary arm) =>
        arm.StalenessTheory.Select(t => (
            t.Whose == StalenessTheory.All ? "staleness" : $"staleness, {t.Whose}", t.Measured, t.Predicted, "met"));

    static IEnumerable<(string Metric, Interval Measured, Interval Predicted, string Conditions)> OfMetrics(
        ArmSummary arm, string conditions) =>
        from measured in arm.Final
        from predicted in arm.Final
        where predicted.Metric == MetricNames.Predicted + measured.Metric
        select (measured.Metric, measured.Value, predicted.Value, conditions);

    // Those that the run measures, then those that are known, or left open, before it.
    static string ConditionsOf(ArmSummary arm, (int NotMet, int NotChecked) open)
    {
        var measured = Final(arm, MetricNames.PredictionConditions);
        string?[] all =
        [
            measured.Count == 0 ? null
                : double.IsNaN(measured.Mean) ? "not known"
                : measured.Mean > 1 ? $"NOT MET ({Pretty.Number(measured.Mean, 3)} > 1)"
                : open.NotMet == 0 ? "met"
                : null,
            open.NotMet > 0 ? $"{open.NotMet} NOT MET before" : null,
            open.NotChecked > 0 ? $"{open.NotChecked} not checked" : null,
        ];
        return string.Join(", ", all.OfType<string>());
    }

    /// <summary>
    /// Messages and bytes per arm and role, and energy and cost where they are measured, those of all roles last.
    /// </summary>
    public static IRenderable Traffic(IReadOnlyList<ArmSummary> arms)
    {
        var table = Plain();
        Title(table, [.. arms.SelectMany(a => a.Traffic).SelectMany(t => new[] { t.Messages, t.Bytes })]);
        Left(table, "arm");
        Left(table, "role");
        Right(table, "agents");
        Right(table, "messages sent");
        Right(table, "bytes sent");
        string[] used = [.. new[] { EnergyMetric.Total, CostMetric.Total }.Where(
            metric => arms.Any(arm => Final(arm, metric).Count > 0))];
        foreach (var metric in used)
            Right(table, metric);
        foreach (var arm in arms)
        {
            foreach (var (i, role) in arm.Traffic.Index())
            {
                AddRow(
                    table, i == 0 ? arm.Arm : "", role.Role, Pretty.Count(role.Agents), Pretty.Count(role.Messages),
                    Pretty.Bytes(role.Bytes), [.. used.Select(metric => Used(arm, $"{metric}-{role.Role}"))]);
            }
            if (used.Length > 0)
                AddRow(table, "", "all", "", "", "", [.. used.Select(metric => Used(arm, metric))]);
        }
        return table;
    }

    /// <summary>What came to nothing per arm and reason; null where nothing did.</summary>
    public static IRenderable? Waste(IReadOnlyList<ArmSummary> arms)
    {
        if (arms.All(a => a.Waste.Count == 0))
            return null;
        var table = Plain();
        Title(table, [.. arms.SelectMany(a => a.Waste).SelectMany(w => new[] { w.Count, w.ComputeSeconds, w.Bytes })]);
        Left(table, "arm");
        Left(table, "wasted");
        Right(table, "times");
        Right(table, "compute");
        Right(table, "bytes");
        foreach (var arm in arms)
        {
            foreach (var (i, waste) in arm.Waste.Index())
            {
                string[] cells =
                [
                    i == 0 ? arm.Arm : "", AsyncOpt.Reporting.Text.Of(waste.Reason), Pretty.Count(waste.Count),
                    waste.ComputeSeconds.Mean == 0 ? "" : Share(waste.ComputeSeconds, arm.ComputeSeconds),
                    waste.Bytes.Mean == 0 ? "" : Pretty.Bytes(waste.Bytes),
                ];
                table.AddRow([.. cells.Select(cell => new Spectre.Console.Text(cell))]);
            }
        }
        return table;
    }

    static string Share(Interval part, Interval all) =>
        $"{Pretty.Of(part)} s, {Pretty.Number(100 * part.Mean / all.Mean, 2)} %";

    static string Used(ArmSummary arm, string metric) =>
        Final(arm, metric) is { Count: > 0 } value ? Pretty.Of(value) : "";

    static void AddRow(
        Table table, string arm, string role, string agents, string messages, string bytes, string[] used) =>
        table.AddRow([.. new[] { arm, role, agents, messages, bytes }.Concat(used).Select(
            cell => new Spectre.Console.Text(cell))]);

    /// <summary>The one look of all tables.</summary>
    public static Table Plain() => new() { Border = TableBorder.Simple };

    /// <summary>Says above a table what its cells are: intervals, ranges of few seeds, or both.</summary>
    /// <param name="table">The table.</param>
    /// <param name="cells">What they show.</param>
    public static void Title(Table table, IReadOnlyList<Interval> cells)
    {
        if (Legend(cells) is { Length: > 0 } legend)
            table.Title(legend, Style.Plain);
    }

    /// <summary>The same as a sentence without its end; empty where each cell is of one seed.</summary>
    public static string Legend(IReadOnlyList<Interval> cells)
    {
        var several = cells.Where(c => c.Count > 1).ToList();
        var few = several.Exists(c => c.IsRange);
        var equal = several.Exists(c => c.HalfWidth == 0) ? "; one number where seeds agree" : "";
        return several.Exists(c => !c.IsRange)
            ? $"mean and 95 % interval{(few ? "; of 2 or 3 seeds, least to greatest" : "")}{equal}"
            : few ? $"least to greatest of the seeds, which are too few for an interval{equal}" : "";
    }

    /// <summary>Adds a column of numbers.</summary>
    public static void Right(Table table, string title) =>
        table.AddColumn(new TableColumn(Markup.Escape(title)).RightAligned().PadLeft(0).PadRight(1));

    /// <summary>Adds a column of words.</summary>
    public static void Left(Table table, string title) =>
        table.AddColumn(new TableColumn(Markup.Escape(title)).PadLeft(0).PadRight(1));

    static IReadOnlyList<string> Metrics(IReadOnlyList<ArmSummary> arms, MetricTarget? target, int width) =>
        MetricChoice.Of(
            arms.SelectMany(a => a.Final).Select(f => f.Metric), width switch { < 90 => 1, < 120 => 2, _ => 3 },
            target?.Metric);

    static IEnumerable<string> Row(ArmSummary arm, IReadOnlyList<string> metrics, MetricTarget? target)
    {
        yield return arm.Arm;
        foreach (var metric in metrics)
            yield return FinalCell(arm, metric);
        if (target is not null)
            yield return TimeToTarget(arm);
        yield return $"{Pretty.Number(arm.StalenessMean.Mean, 3)} / {arm.StalenessMax}";
        yield return Pretty.Count(arm.Updates.Mean);
        yield return Outcomes(arm);
    }

    /// <summary>The last value of a metric; of no seed for an arm without it, or where every run diverged.</summary>
    public static Interval Final(ArmSummary arm, string metric) =>
        arm.Final.FirstOrDefault(f => f.Metric == metric).Value;

    /// <summary>The same as a cell shows it, and how many seeds it is of where others diverged.</summary>
    public static string FinalCell(ArmSummary arm, string metric)
    {
        var value = Final(arm, metric);
        if (!arm.Outcomes.Any(o => o.Outcome == Outcome.Diverged))
            return Pretty.Of(value);
        return value.Count == 0 ? "diverged" : $"{Pretty.Of(value)}\n{value.Count} of {arm.Runs} seeds";
    }

    /// <summary>The time to the target, and how many seeds reached it where not all did.</summary>
    public static string TimeToTarget(ArmSummary arm)
    {
        if (arm.TimeToTarget.Count == 0)
            return "not reached";
        var time = Pretty.Of(arm.TimeToTarget) + " s";
        return arm.TimeToTarget.Count == arm.Runs ? time : $"{time}\n{arm.TimeToTarget.Count} of {arm.Runs} seeds";
    }

    // One word each, so that the column stays narrow.
    static string Outcomes(ArmSummary arm) => string.Join('\n', arm.Outcomes.Select(o =>
    {
        var word = AsyncOpt.Reporting.Text.Of(o.Outcome).Split(' ')[0];
        return arm.Outcomes.Count == 1 ? word : $"{o.Runs} {word}";
    }));
}
