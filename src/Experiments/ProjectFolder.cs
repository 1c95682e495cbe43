namespace AsyncOpt.Experiments;

/// <summary>Finds folders of the project.</summary>
static class ProjectFolder
{
    /// <summary>A folder of the project for a command that is given here; null where there is none.</summary>
    /// <param name="name">Its path within the project: here, else in the nearest folder above the program.</param>
    public static string? Find(string name) =>
        Directory.Exists(name) ? Path.GetFullPath(name) : Above(AppContext.BaseDirectory, name, Directory.Exists);

    /// <summary>
    /// The file that comes with the program where a path such as <c>experiments/quickstart.yaml</c> is not here; else
    /// null.
    /// </summary>
    /// <param name="path">The path.</param>
    public static string? Shipped(string path) =>
        path.StartsWith("experiments/", StringComparison.Ordinal) && !Path.Exists(path)
            ? Above(AppContext.BaseDirectory, path, File.Exists)
            : null;

    /// <summary>The nearest path of that name above a folder.</summary>
    /// <param name="start">The folder; null for none.</param>
    /// <param name="name">The path within the folder above.</param>
    /// <param name="exists">What it must be.</param>
    public static string? Above(string? start, string name, Predicate<string> exists)
    {
        for (DirectoryInfo? at = start is null ? null : new(start); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, name) is var found && exists(found))
                return found;
        return null;
    }
}
