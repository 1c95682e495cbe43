using System.Globalization;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting;

/// <summary>
/// What decides the results of a run. Runs of one arm in one folder differ in nothing but their seeds; a run whose
/// identity is that of a planned one need not be made again.
/// </summary>
public sealed record RunIdentity
{
    // Begins the checksum that stands for a file.
    const string ContentMark = "sha256:";

    // No result depends on these keys.
    static readonly string[] Indifferent = ["partitions", "threads"];

    /// <summary>The specification, each file by the checksum of its content.</summary>
    public required JsonNode Specification { get; init; }

    /// <summary>The build; null where it is not known, as before a run on a silo.</summary>
    public string? Build { get; init; }

    /// <summary>What else the bits depend on, without the device; null where it is not known.</summary>
    public NumericsClass? Numerics { get; init; }

    /// <summary>Whether it was, or may be, evaluated on the processor; null where that is open.</summary>
    public bool? OnProcessor { get; init; }

    /// <summary>Whether metrics were evaluated.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>The checksums of files that it was made from, as far as they are known.</summary>
    public IReadOnlyList<string> Contents { get; init; } = [];

    /// <summary>How a live run's time went; null for a run in virtual time.</summary>
    public double? TimeFactor { get; init; }

    /// <summary>The identity of a run that was made.</summary>
    /// <param name="run">The run.</param>
    /// <param name="byContent">Whether files are told by what they hold, or else by their names.</param>
    public static RunIdentity Of(StoredRun run, bool byContent = true) => new()
    {
        Specification = ByContent(run.Specification, byContent ? run.Inputs : []),
        Build = run.Build,
        Numerics = run.Numerics,
        OnProcessor = run.Numerics is null ? null : run.Numerics.Device == NumericsClass.Processor,
        Metrics = run.Record.Metrics.Count > 0,
        Contents =
        [
            .. run.Inputs.Where(f => f.Use is not (InputFile.Optimum or InputFile.PlugIn)).Select(f => f.Sha256),
        ],
        TimeFactor = run.TimeFactor,
    };

    /// <summary>A specification whose files are named by what they hold, wherever they lie.</summary>
    public static JsonNode ByContent(JsonNode specification, IEnumerable<InputFile> inputs)
    {
        // As text and back, so that numbers are equal however they came there.
        var result = JsonNode.Parse(specification.ToJsonString())!.AsObject();
        foreach (var key in Indifferent)
            result.Remove(key);
        foreach (var use in inputs.GroupBy(f => f.Use))
        {
            if (result[use.Key] is not { } node)
                continue;
            var contents = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var file in use)
                contents[file.Name] = contents[file.Path] = ContentMark + file.Sha256;
            result[use.Key] = InputFile.Replace(node, contents);
        }
        return result;
    }

    /// <summary>Where two differ, in words; null where they do not.</summary>
    /// <param name="other">The other one.</param>
    /// <param name="seeds">Whether their seeds count.</param>
    public string? Difference(RunIdentity other, bool seeds = true)
    {
        var keys = Differences(Specification, other.Specification, "").Where(d => seeds || !IsSeed(d.Path)).ToList();
        List<string> found =
        [
            .. keys.Select(d => IsOfContent(d)
                ? $"{d.Path} is a file with other content"
                : $"{d.Path} {d.A}, now {d.B}"),
        ];
        if (Build is not null && other.Build is not null && Build != other.Build)
            found.Add("another build");
        if (Numerics is { } a && other.Numerics is { } b && a with { Device = "" } != b with { Device = "" })
            found.Add($"computed on {a}, now {b}");
        if (OnProcessor is { } here && other.OnProcessor is { } there && here != there)
            found.Add("another device");
        if (other.Contents.Except(Contents).Any() && !keys.Exists(IsOfContent))
            found.Add("a file with other content");
        if (Metrics != other.Metrics)
            found.Add("metrics or none");
        if (TimeFactor != other.TimeFactor)
            found.Add("live or not, or another time factor");
        return found switch
        {
            [] => null,
            [_, _, _, _, ..] => string.Join("; ", found.Take(3)) + $"; and {found.Count - 3} more",
            _ => string.Join("; ", found),
        };
    }

    /// <summary>Where the specifications of two runs differ beside their seeds: key, value and value.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    public static IReadOnlyList<string> Differences(StoredRun a, StoredRun b)
    {
        var (x, y) = (ByContent(a.Specification, a.Inputs), ByContent(b.Specification, b.Inputs));
        return
        [
            .. Differences(x, y, "").Where(d => !IsSeed(d.Path))
                // Things of two names have other options, too: their names say it.
                .GroupBy(d => d.Path.Split('.')[0])
                .SelectMany(key => key.Any(d => IsName(d, key.Key)) ? key.Where(d => IsName(d, key.Key)) : key)
                .Select(d => $"{d.Path} {d.A} / {d.B}"),
        ];
    }

    /// <summary>Refuses runs of one arm that were not made alike.</summary>
    /// <param name="place">Where they lie.</param>
    /// <param name="runs">The runs, which may differ in their seeds.</param>
    /// <exception cref="InputException">They differ in something else.</exception>
    public static void RequireAlike(string place, IEnumerable<StoredRun> runs)
    {
        StoredRun? first = null;
        foreach (var run in runs)
        {
            first ??= run;
            if (Of(first).Difference(Of(run), seeds: false) is { } difference)
            {
                throw new InputException(string.Create(CultureInfo.InvariantCulture,
                    $"{place}: seed-{first.Repetition} and seed-{run.Repetition} of arm '{first.Arm}' are runs of ")
                    + $"different experiments ({difference.Replace(", now ", " and ")}): make the runs of the folder "
                    + "anew, or take single run folders");
            }
        }
    }

    static bool IsOfContent((string Path, string A, string B) difference) =>
        difference.A.Contains(ContentMark, StringComparison.Ordinal)
        && difference.B.Contains(ContentMark, StringComparison.Ordinal);

    static bool IsName((string Path, string A, string B) difference, string key) => difference.Path == $"{key}.name";

    static bool IsSeed(string path) => path == "seed" || path.StartsWith("seed.", StringComparison.Ordinal);

    static IEnumerable<(string Path, string A, string B)> Differences(JsonNode? a, JsonNode? b, string path)
    {
        if (JsonNode.DeepEquals(a, b))
            return [];
        if (a is JsonObject x && b is JsonObject y)
        {
            return x.Select(e => e.Key).Concat(y.Select(e => e.Key)).Distinct()
                .SelectMany(key => Differences(x[key], y[key], path.Length == 0 ? key : $"{path}.{key}"));
        }
        return [(path, Shown(a), Shown(b))];
    }

    static string Shown(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "nothing";
        return text.Length <= 40 ? text : text[..37] + "...";
    }
}
