using System.Collections.Concurrent;
using System.Security.Cryptography;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Grains.Runs;

/// <summary>
/// The files that users sent with their runs, in the store that all silos see: each once, under its checksum, whoever
/// sent it and however many runs read it.
/// </summary>
static class SentFiles
{
    /// <summary>The name in the store under which they are kept; no run is called so.</summary>
    public const string Shelf = "sent-files";

    /// <summary>How many files a run may bring.</summary>
    public const int FilesMax = 64;

    /// <summary>Whether a text is a checksum, so that it can be a name in the store.</summary>
    public static bool IsChecksum(string text) =>
        text.Length == 64 && text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f');

    /// <summary>Keeps a file.</summary>
    /// <exception cref="InputException">It is not what its checksum says.</exception>
    public static async Task Keep(IRunStore store, string sha256, byte[] bytes, CancellationToken cancellation)
    {
        var found = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (found != sha256)
        {
            throw new InputException(
                $"the file has SHA-256 {found}, not {sha256}: it has changed, or was cut; send it again");
        }
        await store.Write(Shelf, sha256, bytes, cancellation);
    }

    /// <summary>What is wrong with the files that a request names; none where all is well.</summary>
    /// <param name="files">The files.</param>
    /// <param name="bytesMax">How many bytes they may have together.</param>
    public static IEnumerable<string> Violations(IReadOnlyList<InputFile> files, long bytesMax)
    {
        if (files.Count > FilesMax)
            yield return $"inputs: expected at most {FilesMax} files, got {files.Count}";
        if (files.DistinctBy(f => f.Name).Count() < files.Count)
            yield return "inputs: expected each name once";
        foreach (var file in files)
        {
            if (file.Name.Length is 0 or > 1000 || file.Path.Length > 4000)
                yield return "inputs: expected a name of 1 to 1000 characters, and a path of at most 4000";
            if (!IsChecksum(file.Sha256))
            {
                yield return $"inputs: '{file.Name}': expected a SHA-256 of 64 hexadecimal digits in lower case, "
                    + $"got '{file.Sha256}'";
            }
            if (file.Bytes < 0)
                yield return $"inputs: '{file.Name}': expected a size, got {file.Bytes} bytes";
        }
        // What the silo has itself is not sent, and does not count; who asks has left it out.
        if (files.Sum(f => Math.Max(0, (double)f.Bytes)) is var bytes && bytes > bytesMax)
        {
            yield return $"inputs: {string.Join(", ", files.Select(f => f.Name))}: {MachineMemory.Text((long)bytes)}, "
                + $"and this silo takes at most {MachineMemory.Text(bytesMax)} with a run (its setting "
                + "input-bytes-max): put the largest into the silo's data folder, and name it by its path from there";
        }
    }
}

/// <summary>What this silo has written out of the files that were sent, to read them: in a folder of its own.</summary>
/// <param name="store">Where they are kept.</param>
/// <param name="work">Where the folder is.</param>
sealed class WrittenFiles(IRunStore store, WorkFolder work)
{
    readonly Lock _lock = new();
    string? _folder;

    /// <summary>The path of a file that was sent, written out where it is not there.</summary>
    /// <exception cref="InputException">It is no longer kept.</exception>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public string PathOf(InputFile file)
    {
        lock (_lock)
        {
            _folder ??= work.New();
            // Only the checksum and an ending make the name: nothing that the user wrote leads out of the folder.
            var ending = Path.GetExtension(file.Name).Where(c => char.IsAsciiLetterOrDigit(c) || c == '.').Take(9);
            var path = Path.Combine(_folder, file.Sha256 + string.Concat(ending));
            if (!File.Exists(path))
            {
                var bytes = store.Read(SentFiles.Shelf, file.Sha256).GetAwaiter().GetResult()
                    ?? throw new InputException(
                        $"'{file.Name}' was sent with the run, and is no longer here; submit the run again");
                work.Use(place =>
                {
                    // Whole or not at all: half a file must not be read by the next run.
                    var partial = Path.Combine(place, "partial");
                    File.WriteAllBytes(partial, bytes);
                    File.Move(partial, path);
                    return path;
                });
            }
            return path;
        }
    }

    /// <summary>Deletes what the store has no more.</summary>
    public async Task CleanUp(CancellationToken cancellation)
    {
        if (_folder is null)
            return;
        var kept = (await store.Names(SentFiles.Shelf, cancellation)).ToHashSet(StringComparer.Ordinal);
        lock (_lock)
        {
            foreach (var path in Directory.GetFiles(_folder).Where(p => !kept.Contains(Path.GetFileName(p)[..64])))
                File.Delete(path);
        }
    }
}

/// <summary>The files that one run may read on this silo.</summary>
/// <param name="files">Those that came with it.</param>
/// <param name="written">Writes them out.</param>
/// <param name="data">The silo's own files.</param>
sealed class RunFiles(IReadOnlyList<InputFile> files, WrittenFiles written, SiloData data)
{
    readonly ConcurrentDictionary<string, string> _paths = new(StringComparer.Ordinal);

    /// <summary>The path of a file: one that came with the run, or one of the silo's own.</summary>
    /// <exception cref="InputException">There is none, or it may not be read.</exception>
    public string Locate(string nameOrPath) => files.FirstOrDefault(f => f.Name == nameOrPath) is { } file
        ? _paths[nameOrPath] = data.Holds(file) ?? written.PathOf(file)
        : data.Locate(nameOrPath);

    /// <summary>A message that names files as the user does.</summary>
    public string InUsersWords(string message) =>
        _paths.Aggregate(message, (text, path) => text.Replace(path.Value, path.Key, StringComparison.Ordinal));

    /// <summary>A file as its user knows it: with the path it has there.</summary>
    public InputFile AtHome(InputFile read) =>
        files.FirstOrDefault(f => f.Name == read.Name) is { } sent ? read with { Path = sent.Path } : read;
}
