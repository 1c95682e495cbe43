using System.Globalization;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments;

/// <summary>A run that was made before, as the manifest in its folder tells: an experiment that repeats it.</summary>
public sealed record RecordedRun
{
    /// <summary>The name of its experiment.</summary>
    public required string Experiment { get; init; }

    /// <summary>Its arm.</summary>
    public required string Arm { get; init; }

    /// <summary>Which repetition it was.</summary>
    public required int Repetition { get; init; }

    /// <summary>Its hash.</summary>
    public required ulong Hash { get; init; }

    /// <summary>The build that made it; empty where none is written.</summary>
    public required string Build { get; init; }

    /// <summary>The files it was made from.</summary>
    public required IReadOnlyList<InputFile> Inputs { get; init; }

    /// <summary>The name of the experiment that repeats it.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Experiment}-{Arm}-seed-{Repetition}");

    /// <summary>The keys that repeat it.</summary>
    public required SpecMapping Specification { get; init; }

    /// <summary>Reads a manifest.</summary>
    /// <param name="root">What was read.</param>
    /// <returns>The run; null for a file that is no manifest.</returns>
    /// <exception cref="InputException">A field of it is missing or broken.</exception>
    internal static RecordedRun? Of(SpecMapping root)
    {
        if (root["format"] is null || root["specification"] is not SpecMapping specification)
            return null;
        return new RecordedRun
        {
            Experiment = Text(root, "experiment"),
            Arm = Text(root, "arm"),
            Repetition = (int)Whole(root, "repetition"),
            Hash = ulong.TryParse(
                Text(root, "hash"), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var hash)
                ? hash
                : throw Broken(root, "hash"),
            Build = ((root["versions"] as SpecMapping)?["build"] as SpecScalar)?.Value ?? "",
            Inputs =
            [
                .. from item in (root["inputs"] as SpecSequence)?.Items ?? []
                   let file = item as SpecMapping ?? throw Broken(root, "inputs")
                   select new InputFile(
                       Text(file, "use"), Text(file, "name"), Text(file, "path"), Whole(file, "bytes"),
                       Text(file, "sha256")),
            ],
            Specification = specification,
        };
    }

    /// <summary>Finds the files of the run where they were, and looks whether they are what they were.</summary>
    /// <param name="locate">Finds others, and those that were named and lie elsewhere now.</param>
    /// <param name="allowChanged">Whether a file may have changed.</param>
    internal Func<string, string> Locating(Func<string, string> locate, bool allowChanged) => name =>
    {
        if (Inputs.FirstOrDefault(f => f.Path == name || f.Name == name) is not { } was)
            return locate(name);
        var path = File.Exists(was.Path) ? was.Path : Elsewhere(was, locate);
        return allowChanged || Change(was, path) is not { } change ? path : throw new InputException(change);
    };

    /// <summary>The plug-ins to load: those that are given, and those of the run that are not.</summary>
    internal IReadOnlyList<string> Plugins(IReadOnlyList<string> given, Diagnostics diagnostics, bool allowChanged)
    {
        var all = given.ToList();
        var names = given.Select(path => Path.GetFileName(path)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Inputs.Where(f => f.Use == InputFile.PlugIn && names.Add(Path.GetFileName(f.Path))))
        {
            if (!File.Exists(file.Path))
                diagnostics.Add(Specification.Place, "", $"plug-in {Gone(file)}, or name it with --plugin");
            else if (!allowChanged && Change(file, file.Path) is { } change)
                diagnostics.Add(Specification.Place, "", $"plug-in {change}");
            else
                all.Add(file.Path);
        }
        return all;
    }

    /// <summary>The folder of the optimum that the run used; null where it is not there any more.</summary>
    internal string? OptimumFolder(Diagnostics diagnostics, bool allowChanged)
    {
        if (Inputs.FirstOrDefault(f => f.Use == InputFile.Optimum) is not { } file || !File.Exists(file.Path))
            return null;
        if (!allowChanged && Change(file, file.Path) is { } change)
            diagnostics.Add(Specification.Place, "", $"optimum {change}");
        return Path.GetDirectoryName(file.Path);
    }

    static string Elsewhere(InputFile was, Func<string, string> locate)
    {
        try
        {
            return locate(was.Name);
        }
        catch (InputException e)
        {
            throw new InputException($"{Gone(was)}, or name another file with --set", e);
        }
    }

    static string Gone(InputFile was) =>
        $"{was.Path}: is no longer there; the run read it ({Content(was)}): put it back";

    static string? Change(InputFile was, string path) =>
        InputFile.Find(was.Use, was.Name, path) is { } now && now.Sha256 != was.Sha256
            ? $"{path}: has changed since the run: it was {Content(was)}, it is {Content(now)}; "
                + "put the file of then back, or go on with this one by --changed-inputs"
            : null;

    static string Content(InputFile file) =>
        string.Create(CultureInfo.InvariantCulture, $"{file.Bytes} bytes with SHA-256 {file.Sha256[..12]}...");

    static string Text(SpecMapping mapping, string key) =>
        mapping[key] is SpecScalar { Value: { Length: > 0 } text } ? text : throw Broken(mapping, key);

    static long Whole(SpecMapping mapping, string key) =>
        long.TryParse(Text(mapping, key), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Broken(mapping, key);

    static InputException Broken(SpecMapping at, string key) =>
        new($"{at.Place}: '{key}' is missing or broken in this manifest; take the manifest.json of a whole run folder");
}
