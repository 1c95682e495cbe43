using System.Globalization;
using System.Text.Json.Nodes;
using AsyncOpt.Core;

namespace AsyncOpt.Client.Display;

/// <summary>
/// What pages show of a report of the benchmarks, a pure function of it: <c>bench ROW...</c>, the short selection of
/// some rows, <c>bench-all ROW...</c>, all of them, and <c>scale</c>, speed and memory by the number of agents, from
/// <c>NAME-scale.csv</c> beside it.
/// </summary>
/// <param name="report">The report, a file <c>NAME.json</c>.</param>
sealed class BenchNumbers(string report)
{
    static readonly int[] Sizes = [100, 10_000, 1_000_000];

    string Name => Path.GetFileNameWithoutExtension(report);

    /// <summary>Ratios and amounts of some rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="all">Whether also what the short selection leaves out.</param>
    /// <exception cref="InputException">It is no report, or has none of a row.</exception>
    public string Rows(IReadOnlyList<string> rows, bool all)
    {
        var told = JsonText.ReadFile(report);
        try
        {
            List<JsonNode> Chosen(string kind) =>
            [
                .. told.Key(kind).Items().Where(r => rows.Contains(r.Key("row").Value<string>())
                    && (all || r.Key("isShort").Value<bool>())),
            ];
            var (ratios, amounts) = (Chosen("ratios"), Chosen("amounts"));
            var there = ratios.Concat(amounts).Select(r => r.Key("row").Value<string>()).ToHashSet();
            if (rows.FirstOrDefault(r => !there.Contains(r)) is { } missing)
                throw new InputException($"{report} has no row '{missing}'");
            var to = new StringWriter();
            if (ratios.Count > 0)
                to.Write("| what | reference | ours / reference |\n| --- | --- | ---: |\n");
            foreach (var r in ratios)
            {
                to.Write($"| {r.Key("what").Value<string>()}{Detail(r)} | {r.Key("reference").Value<string>()} "
                    + $"| {Ratio(r)} |\n");
            }
            if (amounts.Count > 0)
                to.Write($"{(ratios.Count > 0 ? "\n" : "")}| what | measured |\n| --- | ---: |\n");
            foreach (var a in amounts)
            {
                var value = a.Key("value").Value<double>();
                to.Write($"| {a.Key("what").Value<string>()} | {Whole(value)} {a.Key("unit").Value<string>()} |\n");
            }
            to.Write($"\n{Origin(told.Key("facts").Items().Select(f => f.Value<string>()))}\n");
            return to.ToString();
        }
        catch (FormatException e)
        {
            throw new InputException($"{report}: no report of the benchmarks: {e.Message}", e);
        }
    }

    /// <summary>Speed and memory by the number of agents; null where there is no such table.</summary>
    /// <exception cref="InputException">It is another table.</exception>
    public string? Scale()
    {
        var path = Path.Combine(Path.GetDirectoryName(report)!, $"{Name}-scale.csv");
        if (!File.Exists(path))
            return null;
        var lines = File.ReadAllLines(path);
        var to = new StringWriter();
        to.Write("| workload | all of 100 agents | bytes / agent of 10^4 | of 10^6 "
            + "| events / s of 100 | of 10^4 | of 10^6 |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        var table = lines.Where(l => !l.StartsWith('#')).Select(l => l.Split(',')).ToList();
        foreach (var workload in table.Skip(1).GroupBy(l => l[0]))
        {
            double Of(string column, int agents) => table[0].IndexOf(column) is var at and >= 0
                && workload.FirstOrDefault(l => l[1] == agents.ToString(CultureInfo.InvariantCulture)) is { } line
                && line.Length > at && double.TryParse(line[at], CultureInfo.InvariantCulture, out var number)
                    ? number
                    : throw new InputException($"{path}: no {column} of {workload.Key} with {agents} agents");
            string[] cells =
            [
                workload.Key, Pretty.Bytes(Of("engine_bytes", Sizes[0])),
                .. Sizes[1..].Select(n => Whole(Of("engine_bytes", n) / n)),
                .. Sizes.Select(n => Pretty.Count(Of("events_per_second", n))),
            ];
            to.Write($"| {string.Join(" | ", cells)} |\n");
        }
        to.Write($"\n{Origin(lines.Where(l => l.StartsWith('#')).Select(l => l[1..].Trim()))}\n");
        return to.ToString();
    }

    static string Detail(JsonNode ratio) => ratio["detail"] is { } detail ? $": {detail.Value<string>()}" : "";

    static string Ratio(JsonNode ratio)
    {
        if (ratio["value"] is not { } value)
            return "could not run";
        string Of(string key) => Pretty.Number(value.Key(key).Value<double>(), 2);
        return $"{Of("median")} ({Of("min")} to {Of("max")}){(ratio["handicap"] is null ? "" : ", says nothing")}";
    }

    static string Whole(double value) => value < 10
        ? Pretty.Number(value, 2)
        : value.ToString("N0", CultureInfo.InvariantCulture);

    string Origin(IEnumerable<string> facts)
    {
        var told = facts.Select(f => f.Split(": ", 2)).Where(f => f.Length == 2).ToDictionary(f => f[0], f => f[1]);
        string Of(string key) => told.GetValueOrDefault(key, $"{key} unknown");
        return $"Build `{Of("build")}`, {Of("date")}, {Of("processor")}, report `{Name}`.";
    }
}
