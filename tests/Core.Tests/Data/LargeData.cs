namespace AsyncOpt.Core.Tests.Data;

/// <summary>
/// Data too large, or not free enough, to come with the project: looked for in ASYNCOPT_DATA, else in the cache folder,
/// and nowhere else. A test whose set is missing is skipped, and says which.
/// </summary>
public static class LargeData
{
    /// <summary>The path of a set such as <c>libsvm/a9a.libsvm.gz</c>; skips the test where it is missing.</summary>
    public static string Path(string file)
    {
        string path = System.IO.Path.Combine(Folder(), file.Replace('/', System.IO.Path.DirectorySeparatorChar));
        Assert.SkipUnless(File.Exists(path), $"needs {file}: set ASYNCOPT_DATA, or get it with 'asyncopt data get'");
        return path;
    }

    static string Folder()
    {
        string? own = Environment.GetEnvironmentVariable("ASYNCOPT_DATA");
        if (!string.IsNullOrEmpty(own))
            return own;
        if (OperatingSystem.IsWindows())
        {
            string local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
            return System.IO.Path.Combine(local, "asyncopt", "data");
        }
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return System.IO.Path.Combine(string.IsNullOrEmpty(cache) ? System.IO.Path.Combine(home, ".cache") : cache,
            "asyncopt", "data");
    }
}
