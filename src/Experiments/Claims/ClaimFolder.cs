using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments.Claims;

/// <summary>One line of the list of claims.</summary>
/// <param name="Name">The claim's name.</param>
/// <param name="Path">Its file.</param>
/// <param name="Statement">What it says; empty where the file cannot be read.</param>
/// <param name="Source">The paper.</param>
public sealed record ClaimLine(string Name, string Path, string Statement, string Source);

/// <summary>
/// Finds claim files: in <c>experiments/claims</c> here, else of the nearest folder above the program.
/// </summary>
/// <param name="folder">The folder; null where there is none.</param>
public sealed class ClaimFolder(string? folder)
{
    static readonly string Within = Path.Combine("experiments", "claims");

    /// <summary>The folder of claims for a command that is given here.</summary>
    public static ClaimFolder Here() => new(ProjectFolder.Find(Within));

    /// <summary>The files, by name.</summary>
    public IReadOnlyList<string> Files => folder is null
        ? []
        : [.. Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal)];

    /// <summary>The name of a claim: its file's, without the ending.</summary>
    public static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);

    /// <summary>What each file says, unchecked.</summary>
    public IReadOnlyList<ClaimLine> Lines() => [.. Files.Select(Line)];

    /// <summary>The file of a name or path.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public string PathOf(string nameOrPath)
    {
        if (File.Exists(nameOrPath))
            return nameOrPath;
        if (Files.FirstOrDefault(f => NameOf(f) == nameOrPath) is { } file)
            return file;
        throw new InputException($"no claim '{nameOrPath}'" + NearestName.Hint(
            Path.GetFileNameWithoutExtension(nameOrPath), Files.Select(NameOf), folder is null
                ? $"there is no folder {Within} here or above the program"
                : $"looked for a file of that name, and in {folder}; 'asyncopt reproduce' lists them"));
    }

    static ClaimLine Line(string path)
    {
        var root = SpecReader.ReadFile(PlainFile.ReadText(path), Path.GetFileName(path), new Diagnostics());
        return new(NameOf(path), path, Text("claim"), Text("source"));

        string Text(string key) => string.Join(' ', ((root?[key] as SpecScalar)?.Value ?? "")
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
