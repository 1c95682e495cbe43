using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

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

    /// <summary>Of the intervals.</summary>
    public double Confidence { get; init; }

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

    /// <summary>The weakest verdict of the contrasts.</summary>
    public Verdict Verdict => Missing.Count > 0 ? Verdict.NotRun : Judge.Weakest(Results.Select(r => r.Verdict));

    /// <summary>The verdict in words, with what was missing.</summary>
    public string VerdictText => Missing.Count > 0
        ? $"not run (needs data {string.Join(", ", Missing)})"
        : Words.Of(Verdict);

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
        ["full"] = IsFull,
        ["seeds"] = Seeds,
        ["confidence"] = Confidence,
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
        var percent = (100 * Confidence).ToString("0.#", CultureInfo.InvariantCulture);
        to.Write($"{Seeds} seeds, {percent} % intervals{(IsFull ? ", full size" : "")}.\n\n");
        to.Write("| contrast | what | expected | measured | verdict | |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (var r in Results)
            to.Write($"| {Cell(Title(r))} | {Cell(r.What)} | {r.Expected} | {Words.Of(r.Estimate)} | "
                + $"{Words.Of(r.Verdict)} | {Cell(r.Reason)} |\n");
        if (Tuned.Count == 0)
            return;
        to.Write("\n| tuned | best | mean score | points tried |\n| --- | --- | --- | --- |\n");
        foreach (var t in Tuned)
            to.Write($"| {Cell(t.Case.Length == 0 ? t.Arm : $"{t.Case}, {t.Arm}")} | "
                + $"{Cell(string.Join(", ", t.Point.Select(p => $"{p.Key} {p.Value}")))} | "
                + $"{Brief.Number(t.Score)} | {t.Tried} |\n");
    }

    /// <summary>The contrast's name, with its case.</summary>
    public static string Title(ContrastResult result) =>
        result.Case.Length == 0 ? result.Contrast : $"{result.Case}: {result.Contrast}";

    static string Cell(string text) => text.Replace("|", "\\|");
}
