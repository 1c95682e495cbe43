using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting;

/// <summary>A run as its folder tells it.</summary>
/// <param name="Arm">The arm's name.</param>
/// <param name="Repetition">Which repetition it is.</param>
/// <param name="Seed">The seed of everything that happened during the run.</param>
/// <param name="Specification">The specification that repeats it.</param>
/// <param name="Build">The build of AsyncOpt and its plug-ins that made it; empty where none is written.</param>
/// <param name="Record">
/// What it reported, with the warnings from before it began, and without the model, the timeline, the log of updates
/// and the staleness of each agent.
/// </param>
public sealed record StoredRun(
    string Arm, int Repetition, ulong Seed, JsonNode Specification, string Build, RunRecord Record)
{
    /// <summary>The files it was made from.</summary>
    public IReadOnlyList<InputFile> Inputs { get; init; } = [];

    /// <summary>What else its bits depend on; null where it is not written.</summary>
    public NumericsClass? Numerics { get; init; }

    /// <summary>How the time of a live run went; null for a run in virtual time.</summary>
    public double? TimeFactor { get; init; }

    /// <summary>The seed of its synthetic data, splits and shards.</summary>
    public ulong DataSeed { get; init; }

    /// <summary>The version of AsyncOpt, with the commit it was built from where that is known.</summary>
    public string Version { get; init; } = "";

    /// <summary>Which program made it, in a few words: version, first digits of the commit, build.</summary>
    public string Program => (Version.Split('+') is [var number, { Length: > 12 } commit]
        ? $"{number}+{commit[..12]}"
        : Version) + $", {Build}";

    /// <summary>Reads a run folder.</summary>
    /// <param name="folder">Its path.</param>
    /// <exception cref="InputException">It is no whole run folder, or not one of this form.</exception>
    public static StoredRun Read(string folder)
    {
        if (!RunFolder.IsWhole(folder))
            throw new InputException($"{folder}: no whole run folder");
        try
        {
            var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, RunFolder.ManifestFile)))!;
            return Of(
                manifest, File.ReadLines(Path.Combine(folder, RunFolder.MetricsFile)),
                File.ReadLines(Path.Combine(folder, RunFolder.StalenessFile)));
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or FormatException
            or InvalidOperationException or IndexOutOfRangeException or ArgumentException)
        {
            throw new InputException($"{folder}: cannot be read as a run folder: {e.Message}", e);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw StorageException.Reading(folder, e);
        }
    }

    static StoredRun Of(JsonNode manifest, IEnumerable<string> metrics, IEnumerable<string> staleness)
    {
        if (manifest["format"]!.GetValue<int>() != Manifest.Format)
            throw new FormatException($"expected form {Manifest.Format}");
        return new StoredRun(
            manifest["arm"]!.GetValue<string>(),
            manifest["repetition"]!.GetValue<int>(),
            manifest["seeds"]!["run"]!.GetValue<ulong>(),
            manifest["specification"]!,
            manifest["versions"]!["build"]?.GetValue<string>() ?? "",
            RecordOf(manifest, metrics, CountsOf(staleness)))
        {
            Inputs = [.. (manifest["inputs"]?.AsArray() ?? []).Select(InputOf)],
            Numerics = NumericsOf(manifest["numerics"]),
            TimeFactor = manifest["time_factor"]?.GetValue<double>(),
            DataSeed = manifest["seeds"]!["data"]!.GetValue<ulong>(),
            Version = manifest["versions"]!["AsyncOpt"]?.GetValue<string>() ?? "",
        };
    }

    static InputFile InputOf(JsonNode? file) => new(
        file!["use"]!.GetValue<string>(), file["name"]!.GetValue<string>(), file["path"]!.GetValue<string>(),
        Whole(file["bytes"]), file["sha256"]!.GetValue<string>());

    static NumericsClass? NumericsOf(JsonNode? node) => node is null ? null : new(
        node["architecture"]!.GetValue<string>(), node["vector_bits"]!.GetValue<int>(), node["fma"]!.GetValue<bool>(),
        node["runtime"]!.GetValue<string>(), node["device"]!.GetValue<string>(),
        node["float_bits"]!.GetValue<int>() == 64 ? Precision.Float64 : Precision.Float32);

    static RunRecord RecordOf(JsonNode manifest, IEnumerable<string> metrics, long[] stalenessCounts)
    {
        var (counts, staleness, age) = (manifest["counts"]!, manifest["staleness"]!, manifest["age"]!);
        var updates = Whole(staleness["updates"]);
        return new RunRecord
        {
            Outcome = Text.OutcomeOf(manifest["outcome"]!.GetValue<string>()),
            Reason = manifest["reason"]!.GetValue<string>(),
            Hash = Convert.ToUInt64(manifest["hash"]!.GetValue<string>(), 16),
            VirtualTime = Whole(manifest["virtual_time_ns"]),
            WallSeconds = Number(manifest["wall_time_s"]),
            TimeToTarget = manifest["time_to_target_s"] is { } reached ? Number(reached) : null,
            Counts = new RunCounts
            {
                Events = Whole(counts["events"]),
                Messages = Whole(counts["messages"]),
                Bytes = Whole(counts["bytes"]),
                Lost = Whole(counts["lost"]),
                Duplicated = Whole(counts["duplicated"]),
                Updates = Whole(counts["updates"]),
                Gradients = Whole(counts["gradients"]),
                Samples = Whole(counts["samples"]),
                Crashes = Whole(counts["crashes"]),
            },
            Traffic = [.. manifest["traffic"]!.AsArray().Select(role => new RoleTraffic(
                role!["role"]!.GetValue<string>(), role["agents"]!.GetValue<int>(),
                Whole(role["messages"]), Whole(role["bytes"])))],
            Staleness = new StalenessRecord(
                stalenessCounts, Whole(staleness["beyond_histogram"]), Whole(staleness["max"]),
                SumOf(staleness, stalenessCounts), updates, []),
            Age = new AgeRecord(
                Number(age["compute_s"]) * updates, Number(age["wire_s"]) * updates, Number(age["queue_s"]) * updates),
            Metrics = [.. metrics.Skip(1).Select(Point)],
            Scales =
            [
                .. (manifest["scales"]?.AsObject() ?? [])
                    .Select(s => (s.Key, Text.ScaleOf(s.Value!.GetValue<string>()))),
            ],
            Warnings = [.. manifest["warnings"]!.AsArray().Select(w => w!.GetValue<string>())],
        };
    }

    // Exact where every update was counted; the mean times their number may be off in the last bit.
    static double SumOf(JsonNode staleness, long[] counts) => Whole(staleness["beyond_histogram"]) == 0
        ? counts.Select((n, s) => n * s).Sum()
        : Number(staleness["mean"]) * Whole(staleness["updates"]);

    // virtual_time_s,updates,gradients,samples,bytes,metric,value; a metric's name may be quoted.
    static MetricPoint Point(string line)
    {
        var fields = line.Split(',', 6);
        var rest = fields[5];
        var comma = rest.LastIndexOf(',');
        var metric = rest[..comma];
        if (metric.StartsWith('"'))
            metric = metric[1..^1].Replace("\"\"", "\"");
        return new MetricPoint(
            Number(fields[0]), Whole(fields[1]), Whole(fields[2]), Whole(fields[3]), Whole(fields[4]),
            metric, Number(rest[(comma + 1)..]));
    }

    // staleness,updates,share, from 0 on; a last line >n says that all up to n were counted one by one.
    static long[] CountsOf(IEnumerable<string> lines)
    {
        var counts = new List<long>();
        foreach (var fields in lines.Skip(1).Select(line => line.Split(',')))
        {
            if (fields[0].StartsWith('>'))
                counts.AddRange(new long[Whole(fields[0][1..]) + 1 - counts.Count]);
            else
                counts.Add(Whole(fields[1]));
        }
        return [.. counts];
    }

    static long Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    static long Whole(JsonNode? node) => node!.GetValue<long>();

    static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    // NaN and infinity are strings there.
    static double Number(JsonNode? node) => node!.GetValueKind() == JsonValueKind.String
        ? Number(node.GetValue<string>())
        : node.GetValue<double>();
}
