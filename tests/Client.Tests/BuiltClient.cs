namespace AsyncOpt.Client.Tests;

/// <summary>The client as it was built: of its assemblies beside the tests only the first is compiled ahead.</summary>
static class BuiltClient
{
    /// <summary>The path of its assembly.</summary>
    public static string Assembly
    {
        get
        {
            var tests = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
            return Path.GetFullPath(Path.Combine(tests, "../../Client", Path.GetFileName(tests), "asyncopt.dll"));
        }
    }
}
