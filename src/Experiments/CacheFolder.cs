namespace AsyncOpt.Experiments;

/// <summary>The user's folder for what can be had again: optima, data sets.</summary>
static class CacheFolder
{
    /// <summary>Its full path; the folder need not exist yet, and may not be writable.</summary>
    /// <param name="environment">Reads an environment variable; null for the process's own.</param>
    public static string Of(Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        if (OperatingSystem.IsWindows())
            return Path.Combine(PathOf(Environment.SpecialFolder.LocalApplicationData), "asyncopt");
        // A relative path there is to be ignored, says the standard: it would follow the current folder.
        var cache = environment("XDG_CACHE_HOME") is { } folder && Path.IsPathRooted(folder)
            ? folder
            : Path.Combine(PathOf(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(cache, "asyncopt");
    }

    // Its path also where it is missing; where the system knows none, a folder that can be found again.
    static string PathOf(Environment.SpecialFolder folder) =>
        Environment.GetFolderPath(folder, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } path
            ? path
            : Path.GetTempPath();
}
