using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Claims;

namespace AsyncOpt.Reporting.Claims;

/// <summary>What tuning chose for an arm.</summary>
/// <param name="Case">The case; empty for a claim without cases.</param>
/// <param name="Arm">The arm; empty for an experiment without.</param>
/// <param name="Point">Keys and values.</param>
/// <param name="Score">The mean over the tuning seeds.</param>
/// <param name="Tried">How many points were tried.</param>
public sealed record TunedValue(
    string Case, string Arm, IReadOnlyList<(string Key, string Value)> Point, double Score, int Tried);

/// <summary>A claim, judged.</summary>
public sealed record ClaimReport
{
    static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The file of every number.</summary>
    public const string JsonFile = "claim.json";

    /// <summary>The file for people.</summary>
    public const string PageFile = "claim.md";

    /// <summary>The claim's name.</summary>
    public required string Name { get; init; }

    /// <summary>What is claimed.</summary>
    public required string Statement { get; init; }

    /// <summary>The paper.</summary>
    public required string Source { get; init; }

    /// <summary>Whether at its full size.</summary>
    public bool IsFull { get; init; }

    /// <summary>Repetitions that were judged.</summary>
    public int Seeds { get; init; }

    /// <summary>Of the intervals of all headlines together.</summary>
    public double Confidence { get; init; }

    /// <summary>How often the claim has been measured, this time included.</summary>
    public int Looks { get; init; } = 1;

    /// <summary>What of the paper is not there.</summary>
    public string NotCovered { get; init; } = "";

    /// <summary>The seeds that are judged.</summary>
    public IReadOnlyList<ulong> RunSeeds { get; init; } = [];

    /// <summary>The seeds of their synthetic data, splits and shards.</summary>
    public IReadOnlyList<ulong> DataSeeds { get; init; } = [];

    /// <summary>The seeds that were tuned on; none where nothing was tuned.</summary>
    public IReadOnlyList<ulong> TuneSeeds { get; init; } = [];

    /// <summary>The builds that made the runs.</summary>
    public IReadOnlyList<string> Builds { get; init; } = [];

    /// <summary>The hash over those of the runs that are judged.</summary>
    public ulong Hash { get; init; }

    /// <summary>What tuning chose.</summary>
    public IReadOnlyList<TunedValue> Tuned { get; init; } = [];

    /// <summary>The contrasts.</summary>
    public IReadOnlyList<ContrastResult> Results { get; init; } = [];

    /// <summary>Data sets that were missing.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Runs that were judged or tuned on.</summary>
    public int Runs { get; init; }

    /// <summary>How many of these were there already.</summary>
    public int Reused { get; init; }

    /// <summary>Seconds on the wall.</summary>
    public double WallSeconds { get; init; }

    /// <summary>Seconds of all processors; unlike those on the wall they hardly depend on what else runs.</summary>
    public double ProcessorSeconds { get; init; }

    /// <summary>The verdict: the weakest of the headlines, if the controls hold.</summary>
    public Verdict Verdict => Missing.Count > 0 ? Verdict.NotRun : ClaimJudge.Of(Results);

    /// <summary>The verdict in words, with what was missing, or which control does not hold.</summary>
    public string VerdictText => Missing.Count > 0
        ? $"not run (needs data {string.Join(", ", Missing)})"
        : Failed is { } control
            ? $"{Words.Of(Verdict)} (the control '{Title(control)}' does not hold)"
            : Words.Of(Verdict);

    ContrastResult? Failed => Results.FirstOrDefault(
        r => r.Role == ContrastRole.Control && r.Verdict != Verdict.Reproduced);

    /// <summary>How many headlines there are.</summary>
    public int Headlines => Results.Count(r => r.Role == ContrastRole.Headline);

    /// <summary>What the intervals are of, and what they are conditional on.</summary>
    public string Conditions
    {
        get
        {
            var each = ClaimJudge.Each(Confidence, Headlines, Looks);
            var together = each == Confidence
                ? Percent(Confidence)
                : $"{Percent(Confidence)} for all headlines together: {Percent(each)} each, for "
                    + $"{Counted.Of(Headlines, "headline")}{(Looks == 1 ? "" : $" looked at {Looks} times")}";
            List<string> on = [];
            if (DataSeeds.Count == 1)
                on.Add($"the data, splits and shards of seed {DataSeeds[0]}");
            if (TuneSeeds.Count > 0)
                on.Add($"what tuning chose on seed{(TuneSeeds.Count == 1 ? "" : "s")} {Range(TuneSeeds)}");
            return $"{together}; over {(DataSeeds.Count > 1 ? "run and data" : "run")} seeds {Range(RunSeeds)}"
                + (on.Count == 0 ? "." : $"; conditional on {string.Join(", and on ", on)}.");
        }
    }

    /// <summary>One hash over several, in their order.</summary>
    public static ulong HashOf(IEnumerable<ulong> hashes) =>
        hashes.Aggregate(14695981039346656037UL, (sum, hash) => (sum ^ hash) * 1099511628211UL);

    static string Range(IReadOnlyList<ulong> seeds) => seeds.Count switch
    {
        0 => "",
        1 => $"{seeds[0]}",
        _ when seeds.Max() - seeds.Min() == (ulong)seeds.Count - 1 => $"{seeds.Min()} to {seeds.Max()}",
        _ => string.Join(", ", seeds),
    };

    static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    /// <summary>Writes <c>claim.json</c> and <c>claim.md</c>.</summary>
    /// <param name="folder">The claim's folder.</param>
    public void Write(string folder)
    {
        AtomicFile.Write(Path.Combine(folder, JsonFile), to => to.Write(Json().ToJsonString(Readable) + "\n"));
        AtomicFile.Write(Path.Combine(folder, PageFile), Page);
    }

    /// <summary>All numbers.</summary>
    public JsonObject Json() => new()
    {
        ["name"] = Name,
        ["claim"] = Statement,
        ["source"] = Source,
        ["verdict"] = VerdictText,
        ["missing"] = new JsonArray([.. Missing.Select(m => JsonValue.Create(m))]),
        ["full"] = IsFull,
        ["seeds"] = Seeds,
        ["confidence"] = Confidence,
        ["confidence_each"] = ClaimJudge.Each(Confidence, Headlines, Looks),
        ["looks"] = Looks,
        ["conditions"] = Conditions,
        ["not_covered"] = NotCovered,
        ["builds"] = new JsonArray([.. Builds.Select(b => JsonValue.Create(b))]),
        ["hash"] = Text.Hash(Hash),
        ["runs"] = Runs,
        ["runs_reused"] = Reused,
        ["wall_time_s"] = Text.Json(WallSeconds),
        ["processor_time_s"] = Text.Json(ProcessorSeconds),
        ["tuned"] = new JsonArray([.. Tuned.Select(Json)]),
        ["contrasts"] = new JsonArray([.. Results.Select(Json)]),
    };

    static JsonObject Json(TunedValue tuned)
    {
        var point = new JsonObject();
        foreach (var (key, value) in tuned.Point)
            point[key] = value;
        return new()
        {
            ["case"] = tuned.Case,
            ["arm"] = tuned.Arm,
            ["best"] = point,
            ["score"] = Text.Json(tuned.Score),
            ["tried"] = tuned.Tried,
        };
    }

    static JsonObject Json(ContrastResult result)
    {
        var values = new JsonArray();
        foreach (var (name, seeds) in result.Values)
            values.Add(new JsonObject
            {
                ["quantity"] = name,
                ["per_seed"] = new JsonArray([.. seeds.Select(Text.Json)]),
            });
        return new()
        {
            ["case"] = result.Case,
            ["contrast"] = result.Contrast,
            ["role"] = Words.Of(result.Role),
            ["what"] = result.What,
            ["expected"] = result.Expected,
            ["estimate"] = Text.Json(result.Estimate.Value),
            ["low"] = Text.Json(result.Estimate.Low),
            ["high"] = Text.Json(result.Estimate.High),
            ["how"] = result.Estimate.How,
            ["verdict"] = Words.Of(result.Verdict),
            ["reason"] = result.Reason,
            ["values"] = values,
        };
    }

    void Page(TextWriter to)
    {
        to.Write($"# {Name}: {VerdictText}\n\n{Statement}\n\nSource: {Source}\n\n");
        if (Missing.Count > 0)
            return;
        to.Write($"Intervals: {Conditions}{(IsFull ? " Full size." : "")}\n\n");
        if (NotCovered.Length > 0)
            to.Write($"Not there: {NotCovered}\n\n");
        Table(to, withWhat: true);
        if (Tuned.Count == 0)
            return;
        to.Write("\n| tuned | best | mean score | points tried |\n| --- | --- | --- | --- |\n");
        foreach (var t in Tuned)
            to.Write($"| {Cell(t.Case.Length == 0 ? t.Arm : $"{t.Case}, {t.Arm}")} | "
                + $"{Cell(string.Join(", ", t.Point.Select(p => $"{p.Key} {p.Value}")))} | "
                + $"{Brief.Number(t.Score)} | {t.Tried} |\n");
    }

    /// <summary>Writes a row for each contrast, as Markdown.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="withWhat">Whether with what was measured, in words.</param>
    public void Table(TextWriter to, bool withWhat)
    {
        string[] what = withWhat ? ["what"] : [];
        string[] titles = ["contrast", .. what, "expected", "measured", "verdict"];
        to.Write($"| {string.Join(" | ", titles)} |\n|{string.Concat(titles.Select(_ => " --- |"))}\n");
        foreach (var r in Results)
            to.Write($"| {Cell(Title(r))} | {(withWhat ? $"{Cell(r.What)} | " : "")}{r.Expected} | "
                + $"{Words.Of(r.Estimate)} | {Words.Of(r.Verdict)}"
                + $"{(r.Reason.Length == 0 ? "" : $": {Cell(r.Reason)}")} |\n");
    }

    /// <summary>The contrast's name, with its case, and whether it is a control.</summary>
    public static string Title(ContrastResult result) =>
        (result.Role == ContrastRole.Control ? "control: " : "")
        + (result.Case.Length == 0 ? result.Contrast : $"{result.Case}: {result.Contrast}");

    static string Cell(string text) => text.Replace("|", "\\|");
}
