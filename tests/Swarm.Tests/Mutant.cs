namespace AsyncOpt.Swarm.Tests;

/// <summary>A mistake in one source file of the engine, of a file in the folder Mutants.</summary>
/// <param name="Name">The name of the file.</param>
/// <param name="Meaning">What goes wrong.</param>
/// <param name="Path">The source file, from the project's folder.</param>
/// <param name="Find">The text that is replaced; the source file has it exactly once.</param>
/// <param name="Put">What stands in its place.</param>
sealed record Mutant(string Name, string Meaning, string Path, string Find, string Put)
{
    const string Folder = "mutants/";

    /// <summary>The names of all mutants, in order.</summary>
    public static IEnumerable<string> Names => typeof(Mutant).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith(Folder, StringComparison.Ordinal)).Select(n => n[Folder.Length..])
        .Order(StringComparer.Ordinal);

    /// <summary>The mutant of a name.</summary>
    public static Mutant Of(string name)
    {
        using var reader = new StreamReader(typeof(Mutant).Assembly.GetManifestResourceStream(Folder + name)!);
        var text = reader.ReadToEnd().ReplaceLineEndings("\n");
        var head = text.Split('\n', 3);
        var parts = head[2].Split("\nput:\n");
        return new(name, head[0], head[1], parts[0]["find:\n".Length..], parts[1].TrimEnd('\n'));
    }

    /// <summary>How often a text has what the mutant replaces.</summary>
    public int CountIn(string text) => text.Split(Find).Length - 1;

    /// <summary>A source text with the mistake in it.</summary>
    public string Into(string text) => text.Replace(Find, Put, StringComparison.Ordinal);
}
