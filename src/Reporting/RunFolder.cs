using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Outputs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Checkpoints;

namespace AsyncOpt.Reporting;

/// <summary>The folder of one run: manifest, metrics, staleness, timeline, model; it is whole or not there.</summary>
public static class RunFolder
{
    /// <summary>The manifest's file name; a folder without it is not a run folder.</summary>
    public const string ManifestFile = "manifest.json";

    /// <summary>The file name of the metrics over the run.</summary>
    public const string MetricsFile = "metrics.csv";

    /// <summary>The file name of the distribution of staleness.</summary>
    public const string StalenessFile = "staleness.csv";

    /// <summary>The folder in it with the logs that a live run is replayed from.</summary>
    public const string ReplayFolder = "replay";

    /// <summary>What the names of folders of repetitions begin with.</summary>
    public const string SeedPrefix = "seed-";

    /// <summary>More coordinates than this are written as binary.</summary>
    public const int CoordinatesAsTextMax = 100_000;

    /// <summary>The folder in it with the tables in other formats than text.</summary>
    public const string TablesFolder = "tables";

    /// <summary>The file name of what a sample of agents did.</summary>
    public const string TimelineFileName = "timeline.json";

    const string ModelFile = "model.csv", BinaryModelFile = "model.bin";

    static readonly string[] FilesOfEachRun =
        [MetricsFile, StalenessFile, "agents.csv", "staleness-agents.csv", "staleness-by-agent.csv"];

    // Every file that this program writes to a run folder, but for the logs and tables in other formats.
    static readonly string[] Files =
        [ManifestFile, .. RunTables.Names.Select(CsvOf), TimelineFileName, BinaryModelFile];

    static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The folder of a run below an experiment's folder: <c>OUT/arm/seed-k</c>.</summary>
    public static string PathOf(string output, string arm, int repetition) =>
        Path.Combine(output, arm, SeedPrefix + Text.Number(repetition));

    /// <summary>Writes the folder; one that is there already is replaced once the new one is complete.</summary>
    /// <param name="folder">Its path.</param>
    /// <param name="facts">What the manifest says beside the record.</param>
    /// <param name="record">What the run reported.</param>
    /// <param name="disk">Where it lies; null for that of this machine.</param>
    /// <param name="survives">Whether it is to be there after a loss of power, once this returns.</param>
    /// <returns>What the wall time went to, as the manifest says it.</returns>
    /// <exception cref="StorageException">It cannot be written; what was there stays.</exception>
    /// <remarks>The checkpoints of a run that was cut off stay: it goes on from them.</remarks>
    public static WallParts? Write(
        string folder, RunFacts facts, RunRecord record, Disk? disk = null, bool survives = false)
    {
        WallParts? parts = null;
        disk ??= Disk.Here;
        AtomicFile.WriteFolder(
            folder, record.Outcome == Outcome.Cancelled ? IsOfWholeRun : IsOwn,
            partial => parts = Fill(disk, partial, facts, record), disk, survives);
        return parts;
    }

    /// <summary>Whether the folder holds a run, whole or damaged: the manifest is written last.</summary>
    public static bool IsThere(string folder) => File.Exists(Path.Combine(folder, ManifestFile));

    /// <summary>Whether a file is one that this program writes to a run folder; others are the user's.</summary>
    /// <param name="file">Its path in the folder, with '/'.</param>
    public static bool IsOwn(string file) => IsOfWholeRun(file) || RunCheckpoints.IsOwn(file);

    /// <summary>The same without the checkpoints of a run that is not over.</summary>
    /// <param name="file">Its path in the folder, with '/'.</param>
    internal static bool IsOfWholeRun(string file) => Files.Contains(file)
        || (file.Split('/') is [TablesFolder, var table] && RunTables.Names.Contains(table.Split('.', 2)[0]))
        || (file.Split('/') is [ReplayFolder, var log] && log.StartsWith("silo-", StringComparison.Ordinal)
            && log.EndsWith(".log", StringComparison.Ordinal));

    /// <summary>Whether the folder holds a manifest, and every file that it names as it was written.</summary>
    public static bool IsWhole(string folder)
    {
        try
        {
            return IsThere(folder) && ReadManifest(folder) is not null;
        }
        catch (DamagedRunException)
        {
            return false;
        }
    }

    /// <summary>The manifest of a run folder whose files are all as they were written.</summary>
    /// <exception cref="InputException">It is no run folder.</exception>
    /// <exception cref="DamagedRunException">A file is missing, or is not what was written.</exception>
    internal static JsonNode ReadManifest(string folder)
    {
        if (!IsThere(folder))
            throw new InputException($"{folder}: no run folder: it holds no {ManifestFile}; expected ARM/{SeedPrefix}K "
                + "of a run that is over");
        var path = Path.Combine(folder, ManifestFile);
        try
        {
            var manifest = JsonText.ReadFile(path);
            if (manifest.Key("format").Value<int>() is not Manifest.Format and var format)
                throw new DamagedRunException(path, $"is of form {format}, and this program reads form "
                    + $"{Manifest.Format}");
            if (manifest[ManifestSeal.Key] is null)
                throw new DamagedRunException(path, "was made by an earlier build, without a checksum of itself");
            if (ManifestSeal.IsIntact(PlainFile.ReadText(path)) is not true)
                throw new DamagedRunException(path, "was changed: it no longer has the SHA-256 of what was written");
            List<WrittenFile> files = [.. manifest.Key("files").Items().Select(WrittenFile.Of)];
            if (Lacking(files) is { } lacking)
                throw new DamagedRunException(path, $"is damaged: its files do not name {lacking}");
            // Whoever changed a manifest may name any file of this machine.
            if (files.Find(file => !IsOfWholeRun(file.Name)) is { } foreign)
                throw new DamagedRunException(path, $"is damaged: '{foreign.Name}' is no file of a run folder");
            files.ForEach(file => file.Check(folder));
            return manifest;
        }
        catch (FormatException e)
        {
            throw new DamagedRunException(path, $"is damaged: {e.Message}", e);
        }
        catch (InputException e) when (e is not DamagedRunException)
        {
            // It begins with the path, and the place in it.
            throw new DamagedRunException(path, $"is damaged: {e.Message[(path.Length + 1)..].Trim()}", e);
        }
    }

    // A file that each run writes and that is not among these; null for none.
    static string? Lacking(IReadOnlyList<WrittenFile> files)
    {
        var names = files.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        return FilesOfEachRun.FirstOrDefault(name => !names.Contains(name))
            ?? (names.Contains(ModelFile) || names.Contains(BinaryModelFile) ? null : ModelFile);
    }

    static string CsvOf(string table) => $"{table}.csv";

    static WallParts? Fill(Disk disk, string folder, RunFacts facts, RunRecord record)
    {
        var clock = Stopwatch.StartNew();
        var files = new List<string>();
        foreach (var table in RunTables.Of(record))
            Write(table);
        if (record.TimelineAgents.Count > 0)
        {
            using var stream = Create(TimelineFileName);
            TimelineFile.Write(stream, record);
        }
        List<WrittenFile> written = [.. files.Select(file => WrittenFile.Of(folder, file))];
        var parts = facts.Parts;
        if (parts is not null)
            parts = parts with { Output = parts.Output + clock.Elapsed.TotalSeconds };
        var manifest = Manifest.Of(facts with { Parts = parts }, record, written);
        using (var stream = disk.Create(Path.Combine(folder, ManifestFile)))
            stream.Write(Encoding.UTF8.GetBytes(ManifestSeal.Add(manifest.ToJsonString(Readable))));
        return parts;

        void Write(OutputTable table)
        {
            if (CsvOf(table.Name) == ModelFile && table.Rows > CoordinatesAsTextMax)
            {
                using var stream = Create(BinaryModelFile);
                RunTables.WriteBinary(stream, record.Estimate);
            }
            else
            {
                using var writer = AtomicFile.TextOf(Create(CsvOf(table.Name)));
                RunTables.WriteCsv(writer, table);
            }
            foreach (var format in facts.Formats)
            {
                disk.CreateFolder(Path.Combine(folder, TablesFolder));
                using var stream = Create($"{TablesFolder}/{table.Name}.{format.Extension}");
                format.Write(table, stream);
            }
        }

        Stream Create(string name)
        {
            files.Add(name);
            return disk.Create(Path.Combine(folder, name));
        }
    }
}
