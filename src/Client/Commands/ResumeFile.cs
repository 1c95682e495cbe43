using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using AsyncOpt.Client.Running;
using AsyncOpt.Core;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Client.Commands;

/// <summary>
/// The command that makes the runs of a folder, kept in it: with paths that hold from any folder, and without the
/// folder itself, which may be moved.
/// </summary>
/// <param name="Command">The command's name.</param>
/// <param name="File">The experiment file's full path.</param>
/// <param name="Options">The options that were given, those with several values several times.</param>
sealed record ResumeFile(string Command, string File, IReadOnlyList<GivenOption> Options)
{
    // The folder, what would delete it, and what is of the terminal are not kept.
    static readonly string[] LeftOut = ["--out", "--fresh", "--quiet", "--same-only", "--debug"];
    static readonly string[] Commands = ["run", "sweep"];
    static readonly string[] OfPaths = ["--plugin", "--data"];

    /// <summary>What is kept of a command whose runs have checkpoints; null for another.</summary>
    /// <param name="settings">How its runs are made.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="experiment">Its options on the experiment.</param>
    public static ResumeFile? Of(RunSettings settings, ParseResult parsed, ExperimentOptions experiment)
    {
        if (settings.Checkpoints is null)
            return null;
        var (command, file) = (parsed.CommandResult.Command.Name, Path.GetFullPath(experiment.File(parsed)));
        return new(command, file, [.. Given(parsed.CommandResult).Where(o => !LeftOut.Contains(o.Name))]);
    }

    /// <summary>The options that were given to a command.</summary>
    public static IEnumerable<GivenOption> Given(CommandResult result) =>
        from given in result.Children.OfType<OptionResult>()
        where !given.Implicit
        let name = given.Option.Name
        from value in given.Tokens.Count == 0 ? [null] : given.Tokens.Select(t => (string?)t.Value)
        select new GivenOption(name, OfPaths.Contains(name) ? Path.GetFullPath(value!) : value);

    /// <summary>Keeps it in a folder of runs.</summary>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public void Write(string output) =>
        AtomicFile.Write(PathIn(output), to => to.Write(GatewayJson.Write(this) + "\n"));

    /// <summary>Reads the command of a folder of runs, or of that which a run folder is in.</summary>
    /// <returns>The command, and the folder.</returns>
    /// <exception cref="InputException">There is none.</exception>
    public static (ResumeFile File, string Folder) Find(string folder)
    {
        // Of a run folder: that of the experiment is above its arm's.
        var place = folder;
        for (var level = 0; level < 3 && place is not null; level++)
        {
            if (System.IO.File.Exists(PathIn(place)))
                return (Read(PathIn(place)), place);
            place = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(place)));
        }
        throw new InputException($"{folder}: nothing to go on with: it holds no {ExperimentFolder.CommandFile}, which "
            + "'asyncopt run' writes with --checkpoint; without it the same command makes the runs that are missing");
    }

    static ResumeFile Read(string path)
    {
        try
        {
            var file = GatewayJson.Read<ResumeFile>(PlainFile.ReadText(path));
            // Whoever changed the file may have put in a command that writes elsewhere.
            if (file.Options.Any(option => (GivenOption?)option is null))
                throw new JsonException("options: expected options, got null");
            if (!Commands.Contains(file.Command) || file.Options.FirstOrDefault(o => IsForeign(o.Name)) is not null)
                throw new JsonException("it is no command that goes on with runs");
            return file;
        }
        catch (JsonException e)
        {
            throw new InputException(
                $"{JsonText.Sentence(path, e, typeof(ResumeFile))}; run the experiment again", e);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw StorageException.Reading(path, e);
        }
    }

    static bool IsForeign(string option) =>
        LeftOut.Contains(option) || !option.StartsWith("--", StringComparison.Ordinal);

    static string PathIn(string folder) => Path.Combine(folder, ExperimentFolder.CommandFile);
}

/// <summary>An option that was given to a command.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value; null for a switch.</param>
sealed record GivenOption(string Name, string? Value)
{
    /// <summary>The words that give it.</summary>
    public IEnumerable<string> Words => Value is null ? [Name] : [Name, Value];
}
