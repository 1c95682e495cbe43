using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Theory;

namespace AsyncOpt.Reporting;

/// <summary>A run as its folder tells it.</summary>
/// <param name="Arm">The arm's name.</param>
/// <param name="Repetition">Which repetition it is.</param>
/// <param name="Seed">The seed of everything that happened during the run.</param>
/// <param name="Specification">The specification that repeats it.</param>
/// <param name="Build">The build of AsyncOpt and its plug-ins that made it; empty where none is written.</param>
/// <param name="Record">
/// What it reported, with the warnings from before it began, and without the model, the timeline, the log of updates,
/// the staleness of each agent, and how its host worked: partitions, windows, batches.
/// </param>
public sealed record StoredRun(
    string Arm, int Repetition, ulong Seed, JsonNode Specification, string Build, RunRecord Record)
{
    // No histogram counts further one by one.
    const int StalenessMax = 1 << 20;

    // No run makes so many updates; the sum of their staleness is a long.
    const long UpdatesMax = 1L << 42;

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
    public string Program => Code.Program(Version, Build);

    /// <summary>Reads a run folder.</summary>
    /// <param name="folder">Its path.</param>
    /// <exception cref="InputException">It is no run folder.</exception>
    /// <exception cref="DamagedRunException">A file is not what was written, or is of another form.</exception>
    public static StoredRun Read(string folder)
    {
        var manifest = RunFolder.ReadManifest(folder);
        var metrics = Lines(folder, RunFolder.MetricsFile, Point);
        var staleness = Lines(folder, RunFolder.StalenessFile, StalenessLine);
        if (staleness.Sum(l => (decimal)l.Count) > UpdatesMax)
        {
            throw new DamagedRunException(
                Path.Combine(folder, RunFolder.StalenessFile), $"has more than {UpdatesMax} updates");
        }
        try
        {
            return Of(manifest, metrics, CountsOf(staleness));
        }
        catch (FormatException e)
        {
            throw new DamagedRunException(
                Path.Combine(folder, RunFolder.ManifestFile), $"is damaged: {e.Message}", e);
        }
    }

    // The lines of a table after its header, each read alone.
    static List<T> Lines<T>(string folder, string file, Func<string, T> read)
    {
        var path = Path.Combine(folder, file);
        try
        {
            return [.. File.ReadLines(path).Skip(1).Select((line, i) => Line(line, i + 2))];
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw StorageException.Reading(path, e);
        }

        T Line(string line, int number)
        {
            try
            {
                return read(line);
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                throw new DamagedRunException($"{path}:{number}", $"is no line of this table: '{line}'", e);
            }
        }
    }

    static StoredRun Of(JsonNode manifest, IReadOnlyList<MetricPoint> metrics, long[] staleness)
    {
        return new StoredRun(
            manifest.Key("arm").Value<string>(),
            manifest.Key("repetition").Value<int>(),
            manifest.Key("seeds").Key("run").Value<ulong>(),
            manifest.Key("specification"),
            manifest.Key("versions")["build"]?.Value<string>() ?? "",
            RecordOf(manifest, metrics, staleness))
        {
            Inputs = [.. (manifest["inputs"]?.Items() ?? []).Select(InputOf)],
            Numerics = NumericsOf(manifest["numerics"]),
            TimeFactor = manifest["time_factor"]?.Value<double>(),
            DataSeed = manifest.Key("seeds").Key("data").Value<ulong>(),
            Version = manifest.Key("versions")["AsyncOpt"]?.Value<string>() ?? "",
        };
    }

    static InputFile InputOf(JsonNode file) => new(
        file.Key("use").Value<string>(), file.Key("name").Value<string>(), file.Key("path").Value<string>(),
        Whole(file.Key("bytes")), file.Key("sha256").Value<string>());

    static NumericsClass? NumericsOf(JsonNode? node) => node is null ? null : new(
        node.Key("architecture").Value<string>(), node.Key("vector_bits").Value<int>(), node.Key("fma").Value<bool>(),
        node.Key("runtime").Value<string>(), node.Key("device").Value<string>(),
        node.Key("float_bits").Value<int>() == 64 ? Precision.Float64 : Precision.Float32);

    static RunRecord RecordOf(JsonNode manifest, IReadOnlyList<MetricPoint> metrics, long[] stalenessCounts)
    {
        var (counts, staleness, age) = (manifest.Key("counts"), manifest.Key("staleness"), manifest.Key("age"));
        var updates = Whole(staleness.Key("updates"));
        return new RunRecord
        {
            Outcome = Text.OutcomeOf(manifest.Key("outcome").Value<string>()),
            Reason = manifest.Key("reason").Value<string>(),
            Hash = HashOf(manifest.Key("hash")),
            VirtualTime = Whole(manifest.Key("virtual_time_ns")),
            WallSeconds = Number(manifest.Key("wall_time_s")),
            TimeToTarget = manifest["time_to_target_s"] is { } reached ? Number(reached) : null,
            Counts = new RunCounts
            {
                Events = Whole(counts.Key("events")),
                Messages = Whole(counts.Key("messages")),
                Bytes = Whole(counts.Key("bytes")),
                Lost = Whole(counts.Key("lost")),
                Duplicated = Whole(counts.Key("duplicated")),
                Updates = Whole(counts.Key("updates")),
                LastUpdate = counts["last_update_s"] is { } last ? (long)Math.Round(Number(last) * 1e9) : 0,
                Gradients = Whole(counts.Key("gradients")),
                Samples = Whole(counts.Key("samples")),
                Crashes = Whole(counts.Key("crashes")),
                Computations = manifest["work"] is { } work ? Whole(work.Key("computations")) : 0,
                ComputeSeconds = manifest["work"] is { } spent ? Number(spent.Key("compute_s")) : 0,
            },
            Traffic = [.. manifest.Key("traffic").Items().Select(role => new RoleTraffic(
                role.Key("role").Value<string>(), role.Key("agents").Value<int>(),
                Whole(role.Key("messages")), Whole(role.Key("bytes"))))],
            Faults =
            [
                .. (manifest["faults"]?.Items() ?? []).Select(f => FaultCount.Of(
                    f.Key("name").Value<string>(), deed => f[Text.Of(deed)] is { } count ? Whole(count) : 0) with
                {
                    Fired = Whole(f.Key("fired")),
                }),
            ],
            Waste =
            [
                .. (manifest["work"]?.Key("wasted").Items() ?? []).Select(w => new WasteCount(
                    Text.WasteReasonOf(w.Key("reason").Value<string>()), Whole(w.Key("count")),
                    Number(w.Key("compute_s")), Whole(w.Key("bytes")))),
            ],
            Recovery =
            [
                .. (manifest["recovery"]?.Items() ?? []).Select(r => new RecoveryTimes(
                    r.Key("fault").Value<int>() - 1, r.Key("name").Value<string>(), QuantilesOf(r.Key("update")),
                    r["loss"] is { } loss ? QuantilesOf(loss) : null)),
            ],
            Unmet = manifest["expect"]?.Key("unmet").Items().Select(u => u.Value<string>()).ToArray(),
            Staleness = new StalenessRecord(
                stalenessCounts, Whole(staleness.Key("beyond_histogram")), Whole(staleness.Key("max")),
                SumOf(staleness, stalenessCounts), updates, []),
            StalenessTheory =
            [
                .. (staleness["theory"]?.Items() ?? []).Select(t => new StalenessComparison(
                    t.Key("whose").Value<string>(), Number(t.Key("predicted")), Number(t.Key("measured")))),
            ],
            Age = new AgeRecord(
                Number(age.Key("compute_s")) * updates, Number(age.Key("wire_s")) * updates,
                Number(age.Key("queue_s")) * updates),
            Metrics = metrics,
            Scales =
            [
                .. (manifest["scales"] as JsonObject ?? [])
                    .Select(s => (s.Key, Text.ScaleOf(manifest.Key("scales").Key(s.Key).Value<string>()))),
            ],
            BetterAbove = [.. manifest.Key("better_above").Items().Select(m => m.Value<string>())],
            Warnings = [.. manifest.Key("warnings").Items().Select(w => w.Value<string>())],
        };
    }

    static RecoveryQuantiles QuantilesOf(JsonNode times) => new(
        Whole(times.Key("ended")), Whole(times.Key("recovered")), Number(times.Key("p50_s")),
        Number(times.Key("p95_s")), Number(times.Key("max_s")));

    // Exact where every update was counted; the mean times their number may be off in the last bit.
    static double SumOf(JsonNode staleness, long[] counts) => Whole(staleness.Key("beyond_histogram")) == 0
        ? counts.Select((n, s) => n * s).Sum()
        : Number(staleness.Key("mean")) * Whole(staleness.Key("updates"));

    static ulong HashOf(JsonNode node) =>
        ulong.TryParse(node.Value<string>(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hash)
            ? hash
            : throw new FormatException("hash: expected 16 hexadecimal digits");

    // virtual_time_s,updates,gradients,samples,bytes,metric,value; a metric's name may be quoted.
    static MetricPoint Point(string line)
    {
        if (line.Split(',', 6) is not [var time, var updates, var gradients, var samples, var bytes, var rest]
            || rest.LastIndexOf(',') is not (> 0 and var comma))
            throw new FormatException();
        var metric = rest[..comma];
        if (metric.Length > 1 && metric[0] == '"' && metric[^1] == '"')
            metric = metric[1..^1].Replace("\"\"", "\"");
        return new MetricPoint(
            Number(time), Whole(updates), Whole(gradients), Whole(samples), Whole(bytes), metric,
            Number(rest[(comma + 1)..]));
    }

    // staleness,updates,share, from 0 on; a last line >n says that all up to n were counted one by one.
    static (bool IsLast, long Count) StalenessLine(string line)
    {
        if (line.Split(',') is not [var staleness, var updates, ..])
            throw new FormatException();
        var (isLast, count) = staleness.StartsWith('>') ? (true, Whole(staleness[1..])) : (false, Whole(updates));
        return count is >= 0 and <= UpdatesMax ? (isLast, count) : throw new FormatException();
    }

    static long[] CountsOf(List<(bool IsLast, long Count)> lines)
    {
        var counts = lines.Where(l => !l.IsLast).Select(l => l.Count);
        var zeros = lines is [.., (true, var last)] ? Math.Clamp(last + 1 - (lines.Count - 1), 0, StalenessMax) : 0;
        return [.. counts, .. new long[zeros]];
    }

    static long Whole(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    static long Whole(JsonNode node) => node.Value<long>();

    static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    // NaN and infinity are strings there.
    static double Number(JsonNode node)
    {
        if (node.GetValueKind() != JsonValueKind.String)
            return node.Value<double>();
        return double.TryParse(node.Value<string>(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"{node.GetPath().TrimStart('$', '.')}: expected a number");
    }
}
