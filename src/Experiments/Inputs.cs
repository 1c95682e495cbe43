using System.Text.Json.Nodes;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Experiments;

/// <summary>Finds the files that something is built from, and keeps which they were.</summary>
/// <param name="cache">What was found before.</param>
/// <param name="locate">Gives the path of a file that is given by name or path.</param>
sealed class Inputs(ResourceCache cache, Func<string, string> locate)
{
    readonly HashSet<InputFile> _files = [];

    /// <summary>The files so far, in an order that does not depend on when each was asked for.</summary>
    public IReadOnlyList<InputFile> Files =>
    [
        .. _files.OrderBy(f => f.Use, StringComparer.Ordinal).ThenBy(f => f.Name, StringComparer.Ordinal)
            .ThenBy(f => f.Sha256, StringComparer.Ordinal),
    ];

    /// <summary>Finds the files of one key of the specification.</summary>
    public Func<string, string> Of(string key) => name =>
    {
        var path = locate(name);
        Add(key, name, path);
        return path;
    };

    /// <summary>Adds a file that was found already.</summary>
    public void Add(string use, string name, string path)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
            return;
        // A file that changes is read again: its checksum is that of what the run was made from.
        var key = (use, name, info.FullName, info.Length, info.LastWriteTimeUtc);
        if (cache.Get(key, () => new Found(InputFile.Find(use, name, path))).File is { } file)
            _files.Add(file);
    }

    /// <summary>Adds files that something else was built from.</summary>
    public void Add(IEnumerable<InputFile> files) => _files.UnionWith(files);

    /// <summary>A specification that names files by their full paths, so that it can be read in any folder.</summary>
    /// <param name="specification">The specification; it is changed.</param>
    /// <param name="files">Its files.</param>
    /// <param name="isEverywhere">Whether a name leads to that file from any folder, and can stay.</param>
    public static void Resolve(
        JsonObject specification, IEnumerable<InputFile> files, Func<InputFile, bool> isEverywhere)
    {
        foreach (var use in files.Where(f => !isEverywhere(f)).GroupBy(f => f.Use))
        {
            var paths = use.DistinctBy(f => f.Name).ToDictionary(f => f.Name, f => f.Path, StringComparer.Ordinal);
            if (specification[use.Key] is { } node)
                specification[use.Key] = InputFile.Replace(node, paths);
        }
    }

    sealed record Found(InputFile? File);
}
