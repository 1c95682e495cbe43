using System.Xml.Linq;

namespace AsyncOpt.Tidy.Tests;

/// <summary>The project's own files, found from where the tests run.</summary>
static class Project
{
    static readonly string[] Ignored = ["artifacts", "bin", "obj", "runs", "node_modules"];

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The full path of a file of the project.</summary>
    public static string At(string path) => Path.Combine(Root, path);

    /// <summary>The text of a file of the project.</summary>
    public static string Read(string path) => File.ReadAllText(At(path));

    /// <summary>All files with one of these endings, as paths from the root with forward slashes, sorted.</summary>
    public static IReadOnlyList<string> Files(params string[] endings) =>
        [.. Below(new DirectoryInfo(Root))
            .Where(f => endings.Length == 0 || endings.Any(e => f.Name.EndsWith(e, StringComparison.Ordinal)))
            .Select(f => Path.GetRelativePath(Root, f.FullName).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];

    /// <summary>The projects that a solution or solution filter names, as paths from the root.</summary>
    public static IReadOnlyList<string> ProjectsOf(string solution) =>
        [.. Read(solution).Split('"').Where(s => s.EndsWith(".csproj", StringComparison.Ordinal))
            .Select(s => s.Replace(@"\\", "/").Replace('\\', '/')).Order(StringComparer.Ordinal)];

    /// <summary>The values of an attribute of all elements of a name in a project file.</summary>
    public static IReadOnlyList<string> Values(string project, string element, string attribute = "Include") =>
        [.. XDocument.Load(At(project)).Descendants(element).Select(e => e.Attribute(attribute)?.Value ?? "")];

    /// <summary>The projects that a project refers to, as paths from the root.</summary>
    public static IReadOnlyList<string> ReferencesOf(string project) =>
        [.. Values(project, "ProjectReference").Select(r => Path.GetRelativePath(
            Root, Path.GetFullPath(Path.Combine(Path.GetDirectoryName(At(project))!, r))).Replace('\\', '/'))];

    /// <summary>Fails with all of them where there are any.</summary>
    public static void None(IEnumerable<string> wrong)
    {
        var all = wrong.ToList();
        Assert.True(all.Count == 0, $"{all.Count} found:\n{string.Join('\n', all)}");
    }

    static IEnumerable<FileInfo> Below(DirectoryInfo folder) => folder.EnumerateFiles().Concat(
        folder.EnumerateDirectories()
            .Where(d => !Ignored.Contains(d.Name) && (d.Name[0] != '.' || d.Name == ".ci"))
            .SelectMany(Below));

    static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "AsyncOpt.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"AsyncOpt.sln is not above {AppContext.BaseDirectory}");
    }
}
