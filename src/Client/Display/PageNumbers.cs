using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AsyncOpt.Client.Running;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Claims;
using AsyncOpt.Experiments.Claims;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Claims;
using AsyncOpt.Reporting.Comparing;

namespace AsyncOpt.Client.Display;

/// <summary>
/// What stands in the generated blocks of pages, a pure function of run folders: <c>claim NAME</c>, <c>claims</c>,
/// <c>experiment NAME METRIC...</c> and <c>distances FOLDER OTHER...</c>; and of a report, what
/// <see cref="BenchNumbers"/> tells. Each block says which build made the runs, and the hash over them, or the report.
/// </summary>
/// <param name="runs">
/// The folder: claims are in its <c>claims</c>, an experiment in a folder of its name, what is compared in the folders
/// that the block names.
/// </param>
/// <param name="bench">The report; null for none.</param>
sealed partial class PageNumbers(string runs, string? bench = null)
{
    /// <summary>The block's text; null where its runs are not there.</summary>
    /// <exception cref="InputException">The block asks for what there cannot be, or its runs cannot tell.</exception>
    public string? Of(string what) => what.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["claim", var name] => Claim(name),
        ["claims"] => Claims(),
        ["experiment", var name, .. var metrics] => Experiment(name, metrics),
        ["distances", var name, _, ..] words => Distances(name, words[2..]),
        ["bench" or "bench-all", _, ..] or ["scale"] when bench is null => null,
        ["bench" or "bench-all", _, ..] words => new BenchNumbers(bench).Rows(words[1..], words[0] == "bench-all"),
        ["scale"] => new BenchNumbers(bench).Scale(),
        _ => throw new InputException($"block '{what}': expected 'claim NAME', 'claims', "
            + "'experiment NAME METRIC...', 'distances FOLDER OTHER...', 'bench ROW...', 'bench-all ROW...' or "
            + "'scale'"),
    };

    /// <summary>Whether a block is of a report of the benchmarks rather than of runs.</summary>
    public static bool IsOfReport(string what) => what.Split(' ')[0] is "bench" or "bench-all" or "scale";

    /// <summary>Whether two texts of a block are the same but for the build that made the runs.</summary>
    public static bool DifferInBuildOnly(string a, string b) => Builds().Replace(a, "") == Builds().Replace(b, "");

    /// <summary>16 hexadecimal digits that change with a claim's file.</summary>
    public static string FileHash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];

    string ClaimsFolder => Path.Combine(runs, "claims");

    string? Claim(string name)
    {
        if (Report(name) is not { } found)
            return null;
        var (report, file) = found;
        var to = new StringWriter();
        to.Write($"**{report.VerdictText}**\n\n");
        if (report.Missing.Count == 0)
        {
            report.Table(to, withWhat: false);
            to.Write($"\nIntervals: {report.Conditions}\n\n");
        }
        if (report.NotCovered.Length > 0)
            to.Write($"Not there: {report.NotCovered}\n\n");
        to.Write($"{Origin(report.Builds, report.Hash)}, claim file `{file}`.\n");
        return to.ToString();
    }

    string? Claims()
    {
        if (!Directory.Exists(ClaimsFolder))
            return null;
        var reports = Directory.GetDirectories(ClaimsFolder).Order(StringComparer.Ordinal)
            .Select(folder => Report(Path.GetFileName(folder))?.Report).OfType<ClaimReport>().ToList();
        var to = new StringWriter();
        var counts = reports.GroupBy(r => r.Verdict).OrderBy(g => g.Key)
            .Select(g => $"{g.Count()} {Words.Of(g.Key)}");
        to.Write($"Of {reports.Count} claims: {string.Join(", ", counts)}.\n\n");
        to.Write("| claim | verdict | headlines reproduced | controls that hold |\n| --- | --- | --- | --- |\n");
        foreach (var r in reports)
            to.Write($"| [`{r.Name}`](#{r.Name}) | {r.VerdictText} | "
                + $"{ClaimText.Reproduced(r.Results, ContrastRole.Headline)} | "
                + $"{ClaimText.Reproduced(r.Results, ContrastRole.Control)} |\n");
        to.Write($"\n{Origin(
            [.. reports.SelectMany(r => r.Builds).Distinct()], ClaimReport.HashOf(reports.Select(r => r.Hash)))}.\n");
        return to.ToString();
    }

    // Judged anew from the runs; what was missing only the report of that time knows.
    (ClaimReport Report, string File)? Report(string name)
    {
        var folder = Path.Combine(ClaimsFolder, name);
        var file = Path.Combine(folder, ClaimRunner.ClaimFileName);
        var json = Path.Combine(folder, ClaimReport.JsonFile);
        if (!File.Exists(file) || !File.Exists(json))
            return null;
        var (isFull, missing) = Told(json);
        if (isFull)
            throw new InputException($"{folder} is the claim at its full size: pages show the size of the file");
        var text = PlainFile.ReadText(file);
        var terms = ClaimTerms.Read(text, file);
        var report = missing.Count > 0
            ? ClaimRunner.Unjudged(terms, name, missing)
            : ClaimRunner.JudgeFolder(terms, name, folder);
        return (report, FileHash(text));
    }

    static (bool IsFull, List<string> Missing) Told(string json)
    {
        try
        {
            var told = JsonText.ReadFile(json);
            return (told.Key("full").Value<bool>(),
                [.. told.Key("missing").Items().Select(m => m.Value<string>())]);
        }
        catch (FormatException e)
        {
            throw new InputException(
                $"{json}: cannot be read as a claim's report: {e.Message}; 'asyncopt reproduce' writes it again", e);
        }
    }

    string? Experiment(string name, IReadOnlyList<string> metrics)
    {
        var folder = Path.Combine(runs, name);
        if (!Directory.Exists(folder))
            return null;
        var found = RunsOf(folder);
        if (found.Count == 0)
            return null;
        var arms = found.GroupBy(r => r.Arm).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => Summary.Of(g.Key, [.. g.Select(r => r.Record)])).ToList();
        var known = arms.SelectMany(a => a.Final).Select(f => f.Metric).Distinct().ToList();
        if (metrics.Except(known).FirstOrDefault() is { } unknown)
        {
            throw new InputException($"{name} has no metric '{unknown}'"
                + NearestName.Hint(unknown, known, $"it has {string.Join(", ", known)}"));
        }
        if (metrics.GroupBy(m => m).FirstOrDefault(g => g.Count() > 1) is { Key: var twice })
            throw new InputException($"block 'experiment {name}' names the metric '{twice}' twice; name it once");
        var timed = arms.Exists(a => a.TimeToTarget.Count > 0);
        string[] titles = ["arm", .. metrics, .. timed ? ["time to target"] : Array.Empty<string>(),
            "staleness, mean / max", "updates"];
        var to = new StringWriter();
        to.Write($"| {string.Join(" | ", titles)} |\n|{string.Concat(titles.Select(_ => " --- |"))}\n");
        foreach (var arm in arms)
        {
            string[] cells =
            [
                $"`{arm.Arm}`", .. metrics.Select(m => ClosingTables.FinalCell(arm, m).Replace("\n", ", ")),
                .. timed ? [ClosingTables.TimeToTarget(arm).Replace("\n", ", ")] : Array.Empty<string>(),
                $"{Pretty.Number(arm.StalenessMean.Mean, 3)} / {arm.StalenessMax}", Pretty.Count(arm.Updates.Mean),
            ];
            to.Write($"| {string.Join(" | ", cells)} |\n");
        }
        var legend = ClosingTables.Legend(
            [.. arms.SelectMany(a => metrics.Select(m => ClosingTables.Final(a, m)).Append(a.TimeToTarget))]);
        List<string> single = [.. arms.Where(a => a.Runs == 1).Select(a => $"`{a.Arm}`")];
        if (single.Count > 0)
            legend = single.Count == arms.Count ? "of one seed"
                : $"{legend}; {string.Join(", ", single)} {(single.Count == 1 ? "is" : "are")} of one seed";
        if (legend.Length > 0)
            to.Write($"\nCells: {legend}.\n");
        to.Write($"\n{Origin(found)}.\n");
        return to.ToString();
    }

    // A line for each folder, or for each of its arms: how stale it was, and how far that is from the first folder's.
    string? Distances(string name, IReadOnlyList<string> others)
    {
        var folders = others.Prepend(name).Select(n => Path.Combine(runs, n)).ToList();
        if (!folders.TrueForAll(Directory.Exists))
            return null;
        var to = new StringWriter();
        to.Write($"| run | distance from `{name}` | staleness, mean / max | updates |\n| --- | --- | --- | --- |\n");
        foreach (var (other, folder) in others.Zip(folders.Skip(1)))
        {
            var arms = RunPairs.Compare(folder, folders[0]);
            foreach (var arm in arms)
            {
                var staleness = arm.Staleness.A;
                var what = arms.Count == 1 ? $"`{other}`" : $"`{other}`, `{arm.Name}`";
                to.Write($"| {what} | {Pretty.Number(arm.Distance, 2)} | {Pretty.Number(staleness.Mean, 3)} / "
                    + $"{staleness.Max} | {Pretty.Count(staleness.Updates)} |\n");
            }
        }
        to.Write($"\n{Origin([.. folders.SelectMany(RunsOf)])}.\n");
        return to.ToString();
    }

    // Of an experiment's folder, or of one that is a run itself.
    static List<StoredRun> RunsOf(string folder) => RunFolder.IsThere(folder) ? [StoredRun.Read(folder)] :
    [
        .. ExperimentFolder.RunsIn(folder).Select(run => RunFolder.PathOf(folder, run.Arm, run.Repetition))
            .Select(StoredRun.Read).OrderBy(r => r.Repetition),
    ];

    static string Origin(IReadOnlyList<StoredRun> found) => Origin(
        [.. found.Select(r => r.Program).Distinct()], ClaimReport.HashOf(found.Select(r => r.Record.Hash)));

    static string Origin(IReadOnlyList<string> builds, ulong hash) =>
        $"Build {string.Join(", ", builds.Select(b => $"`{b}`"))}, runs `{AsyncOpt.Reporting.Text.Hash(hash)}`";

    [GeneratedRegex("^Build `[^`\n]*`(, `[^`\n]*`)*", RegexOptions.Multiline)]
    private static partial Regex Builds();
}
