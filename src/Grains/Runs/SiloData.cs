using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments.Data;
using Microsoft.Extensions.Options;

namespace AsyncOpt.Grains.Runs;

/// <summary>
/// The data sets of a silo. A request names sets of the catalogue, or files inside the silo's data folders; it cannot
/// reach any other file of the machine.
/// </summary>
sealed class SiloData
{
    readonly DataLocator _locator;
    readonly string[] _folders;

    /// <summary>Finds the data folders.</summary>
    /// <exception cref="InputException">The folder of the options does not exist.</exception>
    public SiloData(IOptions<GrainsOptions> options)
        : this(options.Value.DataFolder)
    {
    }

    /// <summary>Finds the data folders.</summary>
    /// <param name="dataFolder">The silo's own; null for the default.</param>
    /// <param name="programFolder">Where to look for the project upwards; null for the program's own folder.</param>
    public SiloData(string? dataFolder, string? programFolder = null)
    {
        if (dataFolder is not null && !Directory.Exists(dataFolder))
        {
            throw new InputException(
                $"the data folder {Path.GetFullPath(dataFolder)} does not exist; make it, or name another with "
                + "--data-folder");
        }
        _locator = new DataLocator(DataCatalogue.Default, null, dataFolder, programFolder: programFolder);
        _folders = [.. new[] { _locator.ProjectFolder, _locator.UserFolder }.OfType<string>().Select(Path.GetFullPath)];
    }

    /// <summary>The project's data folder; null where the silo does not run from a project.</summary>
    public string? ProjectFolder => _locator.ProjectFolder;

    /// <summary>The user's data folder, where missing files belong. It need not exist.</summary>
    public string UserFolder => _locator.UserFolder;

    /// <summary>The full path of a set or file.</summary>
    /// <param name="nameOrPath">A name of the catalogue, or a path from a data folder.</param>
    /// <exception cref="InputException">It is not here, or outside the data folders.</exception>
    public string Locate(string nameOrPath)
    {
        if (DataCatalogue.Default.Find(nameOrPath) is { } set)
        {
            return _locator.Find(set) ?? throw new InputException(
                $"the silo does not have the data set '{set.Name}'; get it there with 'asyncopt data get {set.Name}'");
        }
        if (nameOrPath.Contains('\0', StringComparison.Ordinal))
            throw new InputException("a data file or set was named with a NUL character, which no path has");
        var inside = _folders.Select(f => (Folder: f, Path: Path.GetFullPath(nameOrPath, f)))
            .Where(p => IsInside(p.Path, p.Folder)).ToList();
        if (inside.Count == 0)
        {
            throw new InputException($"'{nameOrPath}' is outside the silo's data folder; a run on a silo names data "
                + "sets of the catalogue, or files by their path from the silo's data folder");
        }
        return inside.Select(p => p.Path).FirstOrDefault(File.Exists) ?? throw new InputException(
            $"the silo has no data file or set '{nameOrPath}'; put it into the silo's data folder");
    }

    /// <summary>The path of a file of the silo's own with the same name and content; null for none.</summary>
    /// <param name="file">The file, as it was where the run was submitted.</param>
    public string? Holds(InputFile file)
    {
        if (DataCatalogue.Default.Find(file.Name) is not null || file.Name.Contains('\0', StringComparison.Ordinal))
            return null;
        return _folders
            .Select(folder => (Folder: folder, Path: Path.GetFullPath(file.Name, folder)))
            .Where(p => IsInside(p.Path, p.Folder))
            .Select(p => new FileInfo(p.Path))
            .Where(own => own.Exists && own.Length == file.Bytes)
            .Select(own => own.FullName)
            .FirstOrDefault(path => InputFile.Find(file.Use, file.Name, path)?.Sha256 == file.Sha256);
    }

    // Links inside the folder are the owner's choice and are followed.
    static bool IsInside(string path, string folder) => path.StartsWith(
        Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
