using System.CommandLine;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Rows;
using AsyncOpt.Core;

namespace AsyncOpt.Benchmarks.Commands;

/// <summary>The program itself: measures, prints, writes reports, and compares with an older one.</summary>
static class MeasureCommand
{
    const int Turns = 5, TurnsOfShort = 3;

    static readonly Argument<string[]> Rows = new("rows")
    {
        Description = $"Which rows to measure: {string.Join(", ", Row.All.Select(r => r.Name))}; without, all.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    static readonly Option<bool> Short = new("--short")
    {
        Description = $"The short selection, {TurnsOfShort} turns.",
    };

    static readonly Option<int?> Repetitions = Client.Commands.Switches.Count("--repetitions", $"How many turns; {Turns} by default.");

    static readonly Option<FileInfo?> Output = new("--out")
    {
        Description = "Where to write the report; Markdown, or CSV where the name ends in .csv.",
    };

    static readonly Option<FileInfo?> Json = new("--json") { Description = "Where to write the report for programs." };

    static readonly Option<FileInfo?> Committed = new("--compare")
    {
        Description = "An older report that --json wrote; exit code 1 where the new one lost more than 20 % of a ratio.",
    };

    static readonly Option<string?> Only = new("--only")
    {
        Description = "Measures only what contains this text, for instance 'float64'.",
    };

    static readonly Option<bool> Alone = new("--alone") { Description = "Leaves the references out: for a profiler." };

    static readonly Option<bool> ProcessorTime = new("--processor-time")
    {
        Description = "Takes rates per second of processor time, those of other processes left out: for a busy machine.",
    };

    public static RootCommand Create()
    {
        CommandLine.Expect(Rows, "row", [.. Row.All.Select(r => r.Name)]);
        Repetitions.Aliases.Add("-n");
        var root = new RootCommand("Measures the engine beside its references, in the same run, and prints ratios.")
        {
            Rows, Short, Repetitions, Output, Json, Committed, Only, Alone, ProcessorTime,
        };
        root.SetAction(Run);
        return root;
    }

    static int Run(ParseResult parsed)
    {
        // What cannot be written or read is told before minutes are spent.
        var committed = parsed.GetValue(Committed) is { } file ? ReportFile.Read(file.FullName) : null;
        FileInfo?[] outputs = [parsed.GetValue(Output), parsed.GetValue(Json)];
        foreach (var missing in outputs.Where(o => o?.Directory is { Exists: false }))
            throw new InputException($"'{missing}': there is no such folder to write a report to");
        var selection = new Selection(
            parsed.GetValue(Rows) is { Length: > 0 } rows ? rows : [.. Row.All.Select(r => r.Name)],
            parsed.GetValue(Short),
            parsed.GetValue(Only));
        Clock.IsProcessorTime = parsed.GetValue(ProcessorTime);
        var turns = parsed.GetValue(Repetitions) ?? (selection.IsShort ? TurnsOfShort : Turns);
        var report = Measure(selection, turns, parsed.GetValue(Alone));
        if (report is { Ratios: [], Amounts: [] })
            throw new InputException(Nothing(selection));
        Write(report, parsed.GetValue(Output), parsed.GetValue(Json));
        return committed is null ? 0 : CompareCommand.Tell(report, committed);
    }

    /// <summary>Why a selection holds nothing.</summary>
    public static string Nothing(Selection selection) => "nothing to measure: "
        + (selection.Only is { } only ? $"no measurement of these rows contains '{only}', which --only asks for"
            : "these rows are not in the short selection")
        + (selection.IsShort ? "; leave --short out, or say 'asyncopt bench --all'" : "");

    static Report Measure(Selection selection, int turns, bool alone)
    {
        var facts = Machine.Facts().ToList();
        if (Clock.IsProcessorTime)
            facts.Add("rates: per second of processor time, those of other processes of wall time");
        facts.ForEach(Console.WriteLine);
        var (ratios, amounts) = (new List<Ratio>(), new List<Amount>());
        foreach (var (row, comparison) in Row.All.SelectMany(r => r.Comparisons().Select(c => (r.Name, c))))
        {
            if (!selection.Holds(row, comparison.What, comparison.IsShort))
                continue;
            foreach (var ratio in alone ? [comparison.RunAlone(turns)] : comparison.Run(turns))
            {
                ratios.Add(ratio with { Row = row });
                Tell(ratios.Count == 1 ? ReportText.RatioHeader : null, ReportText.Row(ratio));
            }
        }
        foreach (var (row, pending) in Row.All.SelectMany(r => r.Amounts().Select(a => (r.Name, a))))
        {
            if (!selection.Holds(row, pending.What, pending.IsShort))
                continue;
            var amount = pending.Run() with { Row = row };
            amounts.Add(amount);
            Tell(amounts.Count == 1 ? ReportText.AmountHeader : null, ReportText.Row(amount));
        }
        facts.Add($"load average at the end: {Machine.Load()}");
        return new Report(facts, turns, selection, ratios, amounts);
    }

    static void Tell(string? header, string row)
    {
        if (header is not null)
            Console.WriteLine($"\n{header}");
        Console.WriteLine(row);
    }

    static void Write(Report report, FileInfo? output, FileInfo? json)
    {
        if (output is not null)
        {
            var isCsv = output.Extension.Equals(".csv", StringComparison.OrdinalIgnoreCase);
            File.WriteAllText(output.FullName, isCsv ? ReportText.Csv(report) : ReportText.Markdown(report));
        }
        if (json is not null)
            File.WriteAllText(json.FullName, ReportFile.Json(report));
    }
}
