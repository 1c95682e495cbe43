using System.Globalization;
using AsyncOpt.Core;

namespace AsyncOpt.Reporting.Checkpoints;

/// <summary>
/// The checkpoints of one run, below its folder: <c>checkpoints/T.checkpoint</c>, T the virtual time in ns with 20
/// digits. Each appears whole or not at all and is on the disk when it does; only then are those before it deleted, but
/// for the last few.
/// </summary>
/// <param name="folder">The run folder.</param>
/// <param name="disk">Where it lies; null for that of this machine.</param>
public sealed class RunCheckpoints(string folder, Disk? disk = null)
{
    /// <summary>The folder in a run folder.</summary>
    public const string Folder = "checkpoints";

    const string Extension = ".checkpoint";

    const int Digits = 20;

    // That of the run, that of its arm, that of the experiment.
    const int FoldersAbove = 3;

    readonly Disk _disk = disk ?? Disk.Here;
    readonly string _place = Path.Combine(folder, Folder);

    bool _isBegun;

    /// <summary>Whether a file is one that this class writes to a run folder.</summary>
    /// <param name="file">Its path in the run folder, with '/'.</param>
    public static bool IsOwn(string file) =>
        file.Split('/') is [Folder, var name]
            && name.TrimStart('.').Split('.', 2) is [{ Length: Digits } time, var rest]
            && time.All(char.IsAsciiDigit)
            && (IsPartial(name) ? $".{rest}".StartsWith(Extension, StringComparison.Ordinal) : $".{rest}" == Extension);

    /// <summary>Whether there are any.</summary>
    public bool Any => Newest().Count > 0;

    /// <summary>Keeps a checkpoint.</summary>
    /// <param name="head">What it says of its run.</param>
    /// <param name="kept">How many stay: this one and those before it.</param>
    /// <param name="state">Writes the state of the run.</param>
    /// <exception cref="StorageException">It cannot be kept; those that are there stay.</exception>
    public void Save(CheckpointHead head, int kept, Action<Stream> state)
    {
        var path = PathOf(head.VirtualTime);
        if (!_isBegun)
            Delete(Files(IsPartial));
        AtomicFile.Write(path, _disk, survives: true, to => CheckpointFile.Write(to, head, state));
        if (!_isBegun)
            SyncAbove();
        _isBegun = true;
        // Those of a later time are damaged, or of another run: this one would have gone on from them.
        var there = Newest();
        Delete(there.Where(p => IsLater(p, path)).Concat(there.SkipWhile(p => p != path).Skip(kept)));
    }

    /// <summary>The checkpoints of a run that are whole, the newest first, each read when it is asked for.</summary>
    /// <param name="run">What decides the run's results.</param>
    /// <param name="refused">Told of each one that is not: its path, and what is wrong.</param>
    public IEnumerable<StoredCheckpoint> Good(RunIdentity run, Action<string> refused)
    {
        foreach (var path in Newest())
        {
            CheckpointHead head;
            try
            {
                head = CheckpointFile.Read(path);
            }
            catch (DamagedCheckpointException e)
            {
                refused(e.Message);
                continue;
            }
            if (head.Run.Difference(run) is { } difference)
                refused($"{path}: is of another run ({difference})");
            else
                yield return new StoredCheckpoint(path, head);
        }
    }

    /// <summary>What decides the results of the run that they are of, as the newest whole one says; null for none.
    /// </summary>
    public RunIdentity? Identity()
    {
        foreach (var path in Newest())
        {
            try
            {
                return CheckpointFile.Read(path).Run;
            }
            catch (DamagedCheckpointException)
            {
                // It says nothing, and is told of when the run is to go on from it.
            }
        }
        return null;
    }

    /// <summary>Deletes them all; other files stay.</summary>
    /// <exception cref="StorageException">They cannot be deleted.</exception>
    public void Delete()
    {
        Delete(Files(_ => true));
        if (Directory.Exists(_place) && !Directory.EnumerateFileSystemEntries(_place).Any())
            _disk.DeleteFolder(_place);
    }

    void Delete(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            try
            {
                _disk.DeleteFile(file);
            }
            catch (Exception e) when (StorageException.Is(e))
            {
                throw new StorageException($"{file}: cannot be deleted: {StorageException.Cause(file, e)}", e);
            }
        }
    }

    List<string> Newest() => [.. Files(name => !IsPartial(name)).OrderDescending(StringComparer.Ordinal)];

    // What this class wrote; other files in the folder are somebody else's.
    List<string> Files(Func<string, bool> isWanted) => !Directory.Exists(_place) ? [] :
    [
        .. from path in Directory.GetFiles(_place)
           let name = Path.GetFileName(path)
           where IsOwn($"{Folder}/{name}") && isWanted(name)
           select path,
    ];

    // What a killed process was writing.
    static bool IsPartial(string name) => name[0] == '.';

    static bool IsLater(string path, string than) => StringComparer.Ordinal.Compare(path, than) > 0;

    string PathOf(long time) =>
        Path.Combine(_place, time.ToString($"D{Digits}", CultureInfo.InvariantCulture) + Extension);

    // The names of the folders that the first one is in must be on the disk, too.
    void SyncAbove()
    {
        var above = Path.GetFullPath(folder);
        try
        {
            for (var level = 0; level < FoldersAbove; level++)
            {
                _disk.Sync(above);
                above = Path.GetDirectoryName(above) ?? above;
            }
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw StorageException.Writing(above, e);
        }
    }
}
