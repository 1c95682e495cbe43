using System.CommandLine;
using AsyncOpt.Client.Display;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Runs;
using AsyncOpt.Figures;
using AsyncOpt.Figures.Drawing;
using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Commands;

/// <summary><c>plot RUNS...</c>: draws runs as a figure fit for a paper.</summary>
static class PlotCommand
{
    const int MetricsShown = 2;

    // A metric that never is negative and falls or rises by more than this factor is drawn on a logarithmic axis.
    const double LogFrom = 30;

    public static Command Create(Session session)
    {
        var command = new Command("plot", "Draws runs as a figure: SVG, PDF, PNG, or source for PGFPlots.");
        var runs = new Argument<string[]>("RUNS")
        {
            Description = "Run folders, or experiments' folders for all their runs; "
                + "or the table of 'benchmarks scale'.",
            Arity = ArgumentArity.OneOrMore,
        };
        var show = new Option<string[]>("--show")
        {
            Description = "The panels: metrics, staleness, age, timeline; NAME:log for a logarithmic axis, "
                + "NAME~OTHER for thin lines of another metric. By default the most telling metrics, and staleness.",
            HelpName = "PANEL",
            AllowMultipleArgumentsPerToken = true,
        };
        var over = Switches.Value(
            "--over", "AXIS", "What metrics are drawn over: " + string.Join(", ", Spent.All.Select(s => s.Name)) + ".",
            "one of " + string.Join(", ", Spent.All.Select(s => s.Name)),
            text => Spent.All.FirstOrDefault(s => s.Name == text));
        var arms = new Option<string[]>("--arms")
        {
            Description = "Only these arms, in this order.",
            HelpName = "ARM",
            AllowMultipleArgumentsPerToken = true,
        };
        var width = Millimetres("--width", "The figure's width in mm, instead of 84 for each panel.");
        var height = Millimetres("--height", "The height of a row of panels in mm.");
        var outputs = new Option<string[]>("--out")
        {
            Description = "Files to write, by their endings: " + string.Join(", ", FigureFile.Endings)
                + ". By default figure.svg in the first folder.",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = true,
        };
        command.Arguments.Add(runs);
        foreach (var option in new System.CommandLine.Option[] { show, over, arms, width, height, outputs })
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var folders = parsed.GetRequiredValue(runs);
            var files = parsed.GetValue(outputs) is [_, ..] given ? given : [Default(folders[0])];
            RefuseEndings(files);
            var figure = folders is [var table] && File.Exists(table) ? ScaleFigure.Read(table)
                : folders is [var sweep] && SweepFigure.Is(sweep) && parsed.GetValue(show) is not [_, ..]
                    ? SweepFigure.Read(sweep)
                : OfRuns(
                    Chosen(FigureArm.Read(folders), parsed.GetValue(arms) ?? []), parsed.GetValue(show) ?? [],
                    parsed.GetValue(over) ?? Spent.All[0]);
            var size = PaperSize.Of(figure.Panels.Count, parsed.GetValue(width), parsed.GetValue(height));
            foreach (var file in files)
            {
                AtomicFile.Write(
                    file, Disk.Here, survives: false,
                    to => FigureFile.Write(figure, size, Path.GetExtension(file), to));
                session.Terminal.Line($"{file}: written");
            }
            return ExitCode.Ok;
        });
        return command;
    }

    static Figure OfRuns(IReadOnlyList<FigureArm> arms, string[] panels, Spent over) =>
        FigureMaker.Of(arms, panels.Length > 0 ? panels : Telling(arms), over);

    static string Default(string runs) =>
        File.Exists(runs) ? Path.ChangeExtension(runs, ".svg") : Path.Combine(runs, "figure.svg");

    static Option<double?> Millimetres(string name, string description) => Switches.Number(
        name, "MM", description, "a length from 20 to 2000", mm => mm is >= 20 and <= 2000);

    static void RefuseEndings(IEnumerable<string> files)
    {
        var wrong = files.Where(f => !FigureFile.Endings.Contains(Path.GetExtension(f))).ToList();
        if (wrong.Count > 0)
        {
            throw new InputException(string.Join('\n', wrong.Select(f =>
                $"--out {f}: the ending says what kind of file it is: {string.Join(", ", FigureFile.Endings)}")));
        }
    }

    static IReadOnlyList<FigureArm> Chosen(IReadOnlyList<FigureArm> all, string[] names)
    {
        if (names.Length == 0)
            return all;
        var wrong = names.Where(n => all.All(a => a.Name != n)).Select(n =>
            $"--arms {n}: there is no such arm{NearestName.Hint(n, all.Select(a => a.Name))}").ToList();
        return wrong.Count > 0
            ? throw new InputException(string.Join('\n', wrong))
            : [.. names.Select(n => all.First(a => a.Name == n))];
    }

    static IReadOnlyList<string> Telling(IReadOnlyList<FigureArm> arms)
    {
        var records = arms.SelectMany(a => a.Records).ToList();
        var metrics = MetricChoice.Of(records.SelectMany(r => r.Metrics).Select(p => p.Metric), MetricsShown)
            .Select(m => IsWide(m) ? m + ":log" : m);
        return [.. metrics, .. records.Any(r => r.Staleness.Max > 0) ? new[] { "staleness" } : []];

        bool IsWide(string metric)
        {
            var values = records.Where(r => r.Outcome != Outcome.Diverged).SelectMany(r => r.Metrics)
                .Where(p => p.Metric == metric && double.IsFinite(p.Value)).Select(p => p.Value).ToList();
            return records[0].ScaleOf(metric) == Scale.Log && values.Count > 0 && values.Min() > 0
                && values.Max() > LogFrom * values.Min();
        }
    }
}
