namespace AsyncOpt.Benchmarks.Measure;

/// <summary>Where things are.</summary>
static class Places
{
    /// <summary>The folder of the solution, found upwards from the program.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file in the project's <c>data</c> folder.</summary>
    /// <param name="name">Its path there.</param>
    public static string Data(string name) => Path.Combine(Root, "data", name);

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AsyncOpt.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"AsyncOpt.sln is in no folder above {AppContext.BaseDirectory}: run from a checkout");
    }
}
