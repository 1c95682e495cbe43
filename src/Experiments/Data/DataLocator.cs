using System.Text;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Experiments.Data;

/// <summary>
/// Finds data files. A name or path is looked for as a path from the experiment file's folder, then from the current
/// folder; then inside the data folders: the project's own, then the user's (<c>--data</c>, else <c>ASYNCOPT_DATA</c>),
/// or, where the user has none, the cache. All data folders have the same layout: graphs/, images/, libsvm/, ...
/// </summary>
public sealed class DataLocator
{
    /// <summary>The environment variable that names the user's data folder.</summary>
    public const string Variable = "ASYNCOPT_DATA";

    readonly DataCatalogue _catalogue;
    readonly string? _experimentFolder;

    /// <summary>Makes a locator.</summary>
    /// <param name="catalogue">The catalogue whose names are known.</param>
    /// <param name="experimentFolder">The experiment file's folder; null when there is none.</param>
    /// <param name="dataFolder">The folder of <c>--data</c>; null when it was not given.</param>
    /// <param name="environment">Reads an environment variable; null for the process's own.</param>
    /// <param name="programFolder">Where to look for the project upwards; null for the program's own folder.</param>
    /// <exception cref="InputException">The folder of <c>--data</c> does not exist.</exception>
    public DataLocator(DataCatalogue catalogue, string? experimentFolder = null, string? dataFolder = null,
        Func<string, string?>? environment = null, string? programFolder = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        _catalogue = catalogue;
        _experimentFolder = experimentFolder is null ? null : Path.GetFullPath(experimentFolder);
        string? own = dataFolder ?? (environment(Variable) is { Length: > 0 } folder ? folder : null);
        if (dataFolder is not null && !Directory.Exists(dataFolder))
        {
            throw new InputException($"the folder of --data, {Path.GetFullPath(dataFolder)}, "
                + (File.Exists(dataFolder) ? "is a file; give the folder that it is in" : "does not exist"));
        }
        UserFolder = Path.GetFullPath(own ?? Path.Combine(CacheFolder.Of(environment), "data"));
        ProjectFolder = ProjectAbove(_experimentFolder) ?? ProjectAbove(programFolder ?? AppContext.BaseDirectory);
    }

    /// <summary>The project's data folder: the nearest one above that has a catalogue; null for none.</summary>
    public string? ProjectFolder { get; }

    /// <summary>The user's data folder, or the cache: where fetched sets are put. It need not exist yet.</summary>
    public string UserFolder { get; }

    /// <summary>The full path of a set or file.</summary>
    /// <param name="nameOrPath">A name of the catalogue, or a path.</param>
    /// <exception cref="InputException">
    /// It is nowhere; the message says where it was looked for and what to do: <c>asyncopt data get</c>, or the nearest
    /// names.
    /// </exception>
    public string Resolve(string nameOrPath)
    {
        if (string.IsNullOrWhiteSpace(nameOrPath))
            throw new InputException("a data file or set was named with an empty text; give a path or a name");
        if (nameOrPath.Contains('\0', StringComparison.Ordinal))
            throw new InputException("a data file or set was named with a NUL character, which no path has");
        DataSet? set = _catalogue.Find(nameOrPath);
        List<string> places = [.. Places(nameOrPath, set?.File)];
        return places.Find(File.Exists) ?? throw NotFound(nameOrPath, set, places);
    }

    /// <summary>The full path of a set, or null when no data folder has it.</summary>
    /// <param name="set">A set of the catalogue.</param>
    public string? Find(DataSet set) => DataFolders().Select(folder => PathIn(folder, set)).FirstOrDefault(File.Exists);

    /// <summary>
    /// Whether a name leads to a file from any folder and without any option: a set in the project's data folder or in
    /// the cache.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="path">The file.</param>
    public static bool IsEverywhere(string name, string path) =>
        DataCatalogue.Default.Find(name) is { } set && Everywhere.Value.Find(set) == path;

    static readonly Lazy<DataLocator> Everywhere = new(() => new DataLocator(
        DataCatalogue.Default,
        environment: name => name == Variable ? null : Environment.GetEnvironmentVariable(name)));

    /// <summary>Where a set lies inside a data folder.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="set">The set.</param>
    public static string PathIn(string folder, DataSet set) => Inside(folder, set.File);

    IEnumerable<string> Places(string nameOrPath, string? file)
    {
        if (_experimentFolder is not null)
            yield return Path.GetFullPath(nameOrPath, _experimentFolder);
        yield return Path.GetFullPath(nameOrPath);
        if (Path.IsPathRooted(nameOrPath))
            yield break;
        foreach (string folder in DataFolders())
            yield return Inside(folder, file ?? nameOrPath);
    }

    IEnumerable<string> DataFolders() => ProjectFolder is null ? [UserFolder] : [ProjectFolder, UserFolder];

    InputException NotFound(string nameOrPath, DataSet? set, List<string> places)
    {
        if (set is null && places.Find(Directory.Exists) is { } folder)
            return new($"data file '{nameOrPath}': {folder} is a folder; give the file in it");
        var text = new StringBuilder();
        var near = set is null ? Near(nameOrPath, places) : null;
        text.Append(set is null ? $"no data file or set '{nameOrPath}'" : $"the data set '{set.Name}' is not here");
        text.Append(near is null ? "; looked for" : $"; did you mean '{near}'?\nlooked for");
        foreach (string place in places.Distinct(StringComparer.Ordinal))
            text.Append("\n  ").Append(place);
        text.Append(set is null
            ? "\nsee 'asyncopt data list' for the sets there are"
            : $"\nget it with 'asyncopt data get {set.Name}', "
                + $"or name a folder that has it with --data DIR or {Variable}");
        return new(text.ToString());
    }

    // A set, or a file in one of the places, written as the path was.
    string? Near(string nameOrPath, List<string> places)
    {
        var files = places.Select(place => Path.GetFileName(NearestName.OfFile(place))).OfType<string>().ToList();
        var near = NearestName.Of(
            Path.GetFileName(nameOrPath.Replace('\\', '/')), _catalogue.Sets.Select(s => s.Name).Concat(files));
        return near is not null && files.Contains(near) && _catalogue.Find(near) is null
            ? Path.Combine(Path.GetDirectoryName(nameOrPath) ?? "", near)
            : near;
    }

    static string Inside(string folder, string file) =>
        Path.GetFullPath(file.Replace('/', Path.DirectorySeparatorChar), folder);

    static string? ProjectAbove(string? start) => Path.GetDirectoryName(
        Experiments.ProjectFolder.Above(start, Path.Combine("data", DataCatalogue.FileName), File.Exists));
}
