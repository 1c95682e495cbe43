using AsyncOpt.Experiments;

namespace AsyncOpt.Swarm;

/// <summary>Cases that were found once, and mended: they are checked before any other.</summary>
static class Corpus
{
    const string Prefix = "corpus/";

    /// <summary>The files' names, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(Corpus).Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The text of a file.</summary>
    public static string TextOf(string name)
    {
        using var reader = new StreamReader(typeof(Corpus).Assembly.GetManifestResourceStream(Prefix + name)!);
        return reader.ReadToEnd();
    }

    /// <summary>What does not hold any more.</summary>
    /// <param name="options">How files are read.</param>
    public static IEnumerable<Case> Broken(LoadOptions options)
    {
        foreach (var name in Names)
        {
            var world = World.Of(TextOf(name), name, options);
            if (Check.First(world) is not { } found)
                continue;
            yield return new(
                -1, found.Check, $"{name}: {found.Message}", world.Text, world.Plan.Places, world.Plan.Faults.Count);
        }
    }
}
