using System.Globalization;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Checkpoints;

namespace AsyncOpt.Reporting;

/// <summary>
/// The folder of an experiment's runs and tables, held by this process alone. It belongs to one experiment: what
/// another one made is moved aside before the first run is written, so that no table and no comparison mixes them.
/// </summary>
public sealed class ExperimentFolder : IDisposable
{
    /// <summary>The file with the command that makes the runs, where that keeps checkpoints.</summary>
    public const string CommandFile = "resume.json";

    const string LockFile = ".asyncopt-lock";

    readonly FileStream _lock;

    // While it is held, nobody else changes what is there, so each run is read once.
    readonly Dictionary<string, (StoredRun? Run, string? Damage)> _read = new(StringComparer.Ordinal);

    ExperimentFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>Makes the folder, and holds it, before time is spent on what cannot be kept.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="InputException">It cannot be written, or another process holds it.</exception>
    public static ExperimentFolder Open(string path)
    {
        var file = System.IO.Path.Combine(path, LockFile);
        try
        {
            Directory.CreateDirectory(path);
            var held = new ExperimentFolder(path, new FileStream(
                file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
            foreach (var arm in Directory.GetDirectories(path))
                AtomicFile.Recover(arm, RunFolder.IsOfWholeRun);
            return held;
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new InputException(
                $"{path}: another asyncopt is writing there; wait for its end, or choose another folder with --out", e);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw new InputException(
                $"results cannot be written to {path}: {StorageException.Cause(file, e)} with --out", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    /// <summary>The run folders of an experiment's folder, sorted.</summary>
    public static IReadOnlyList<(string Arm, int Repetition)> RunsIn(string path) =>
        [.. SeedsIn(path).Where(r => RunFolder.IsThere(RunFolder.PathOf(path, r.Arm, r.Repetition)))];

    /// <summary>The run folders of an experiment's folder, sorted; null for a folder that is a run itself.</summary>
    /// <exception cref="InputException">It is missing, or is neither.</exception>
    public static IReadOnlyList<(string Arm, int Repetition)>? RunsAt(string folder)
    {
        if (File.Exists(folder))
            throw new InputException($"{folder}: is a file; expected a run folder, or one of many runs");
        if (!Directory.Exists(folder))
        {
            throw new InputException($"{folder}: no such folder"
                + NearestName.FileHint(folder, NearestName.OfFile(folder, isFolder: true)));
        }
        if (RunFolder.IsThere(folder))
            return null;
        var found = RunsIn(folder);
        return found.Count > 0 ? found : throw new InputException(
            $"{folder}: expected a run folder, which holds {RunFolder.ManifestFile}, or an experiment's folder, which "
            + $"holds ARM/{RunFolder.SeedPrefix}K");
    }

    // The same with those of runs that were cut off before they left anything but checkpoints.
    static IReadOnlyList<(string Arm, int Repetition)> SeedsIn(string path)
    {
        var runs = from arm in Directory.GetDirectories(path)
                   from run in Directory.GetDirectories(arm, RunFolder.SeedPrefix + "*")
                   where RunFolder.IsThere(run) || new RunCheckpoints(run).Any
                   let number = System.IO.Path.GetFileName(run)[RunFolder.SeedPrefix.Length..]
                   where int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _)
                   select (System.IO.Path.GetFileName(arm), int.Parse(number, CultureInfo.InvariantCulture));
        return [.. runs.OrderBy(r => r.Item1, StringComparer.Ordinal).ThenBy(r => r.Item2)];
    }

    /// <summary>The arms that another experiment left, each with what tells it.</summary>
    /// <param name="identity">The identity of an arm's repetition as it is planned now; null for no such arm.</param>
    /// <param name="byContent">Whether files are told by what they hold, or else by their names.</param>
    public IReadOnlyList<(string Arm, string Reason)> Foreign(
        Func<string, int, RunIdentity?> identity, bool byContent = true)
    {
        var foreign = new List<(string, string)>();
        foreach (var arm in SeedsIn(Path).GroupBy(r => r.Arm))
        {
            var reasons = from run in arm
                          let planned = identity(run.Arm, run.Repetition)
                          let found = IdentityOf(RunFolder.PathOf(Path, run.Arm, run.Repetition), byContent)
                          where found is not null
                          select planned is null ? "there is no such arm now" : found.Difference(planned);
            if (reasons.FirstOrDefault(reason => reason is not null) is { } why)
                foreign.Add((arm.Key, why));
        }
        return foreign;
    }

    // What decides the results of a run that is there, or that was cut off and can go on.
    RunIdentity? IdentityOf(string folder, bool byContent)
    {
        if (RunFolder.IsThere(folder))
            return ReadOnce(folder).Run is { } run ? RunIdentity.Of(run, byContent) : null;
        return byContent ? new RunCheckpoints(folder).Identity() : null;
    }

    /// <summary>
    /// A run below this folder that need not be made: it is there, whole, and not cut off; null where there is none.
    /// </summary>
    /// <param name="folder">Its run folder.</param>
    /// <param name="planned">What decides its results.</param>
    /// <param name="byContent">Whether files are told by what they hold, or else by their names.</param>
    public StoredRun? Finished(string folder, RunIdentity planned, bool byContent = true) =>
        ReadOnce(folder).Run is { Record.Outcome: not Outcome.Cancelled } run
            && RunIdentity.Of(run, byContent).Difference(planned) is null
                ? run
                : null;

    /// <summary>The runs whose files are not as they were written, each with what is wrong.</summary>
    public IReadOnlyList<(string Arm, int Repetition, string Damage)> Damaged() =>
    [
        .. from run in RunsIn(Path)
           let damage = ReadOnce(RunFolder.PathOf(Path, run.Arm, run.Repetition)).Damage
           where damage is not null
           select (run.Arm, run.Repetition, damage),
    ];

    /// <summary>Moves some runs, and the tables, to a folder beside this one.</summary>
    /// <param name="arms">Arms whose runs are all moved.</param>
    /// <param name="runs">Single runs of other arms.</param>
    /// <returns>The folder they are in now.</returns>
    /// <exception cref="StorageException">They cannot be moved.</exception>
    public string MoveAside(IEnumerable<string> arms, IEnumerable<(string Arm, int Repetition)> runs)
    {
        _read.Clear();
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(Path));
        var shown = System.IO.Path.TrimEndingDirectorySeparator(Path);
        var number = Enumerable.Range(1, int.MaxValue).First(k => !System.IO.Path.Exists(Earlier(full, k)));
        try
        {
            foreach (var entry in Entries([.. arms, .. runs.Select(r => RunFolder.PathOf("", r.Arm, r.Repetition))]))
            {
                var to = System.IO.Path.Combine(Earlier(full, number), System.IO.Path.GetRelativePath(Path, entry));
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(to)!);
                Directory.Move(entry, to);
            }
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw new StorageException(
                $"{Path}: runs that are there cannot be moved aside: "
                + StorageException.Cause(full, e) + " with --out, or delete them with --fresh", e);
        }
        return Earlier(shown, number);
    }

    /// <summary>Deletes all runs and tables; other files in their folders stay.</summary>
    /// <exception cref="StorageException">They cannot be deleted.</exception>
    public void Clear()
    {
        _read.Clear();
        try
        {
            foreach (var arm in SeedsIn(Path).Select(r => System.IO.Path.Combine(Path, r.Arm)).Distinct())
            {
                foreach (var run in Directory.GetDirectories(arm, RunFolder.SeedPrefix + "*"))
                    AtomicFile.DeleteResults(run, RunFolder.IsOwn);
                if (!Directory.EnumerateFileSystemEntries(arm).Any())
                    Directory.Delete(arm);
            }
            Entries([]).ForEach(File.Delete);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw new StorageException(
                $"{Path}: what is there cannot be deleted: {StorageException.Cause(Path, e)} with --out", e);
        }
    }

    // What runs wrote; whatever else somebody put there stays.
    List<string> Entries(IEnumerable<string> folders) =>
    [
        .. folders.Distinct().Select(folder => System.IO.Path.Combine(Path, folder)),
        .. SummaryTables.Files.Append(CommandFile).Select(file => System.IO.Path.Combine(Path, file))
            .Where(File.Exists),
    ];

    (StoredRun? Run, string? Damage) ReadOnce(string folder) =>
        _read.TryGetValue(folder, out var run) ? run : _read[folder] = Read(folder);

    static (StoredRun? Run, string? Damage) Read(string folder)
    {
        try
        {
            if (!RunFolder.IsThere(folder))
                return (null, null);
            var run = StoredRun.Read(folder);
            // A copy of another seed is no seed of its own, and says nothing against those that are there.
            var name = System.IO.Path.GetFileName(RunFolder.PathOf("", run.Arm, run.Repetition));
            return name == System.IO.Path.GetFileName(folder)
                ? (run, null)
                : (null, $"{folder} is a copy of {name}, or was renamed");
        }
        catch (DamagedRunException e)
        {
            return (null, e.Damage);
        }
    }

    static string Earlier(string path, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{path}.earlier-{number}");

    // Sharing violations: EWOULDBLOCK of Linux and of macOS, and that of Windows.
    static bool IsHeld(IOException e) => (e.HResult & 0xffff) is 11 or 35 or 32;
}
