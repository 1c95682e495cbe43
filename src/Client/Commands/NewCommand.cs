using System.CommandLine;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Experiments;

namespace AsyncOpt.Client.Commands;

/// <summary><c>new NAME</c>: writes an experiment file to begin with.</summary>
static class NewCommand
{
    public static Command Create(Session session)
    {
        var command = new Command(
            "new", "Writes an experiment file for a method: it runs at once, and says what each option means.");
        var name = new Argument<string>("METHOD")
        {
            Description = "A name of 'asyncopt list methods', or of the field, such as fedbuff.",
        };
        var output = new Option<string?>("--out")
        {
            Description = "The file; METHOD.yaml by default.",
            HelpName = "FILE",
        };
        var plugins = ExperimentOptions.PluginOption();
        command.Arguments.Add(name);
        command.Options.Add(output);
        command.Options.Add(plugins);
        command.SetAction(parsed =>
        {
            var (method, catalogue) = (parsed.GetRequiredValue(name), Catalogue.Load(parsed.GetValue(plugins)));
            var text = NewExperiment.Text(catalogue, method);
            var file = parsed.GetValue(output) ?? $"{method}.yaml";
            var schema = Path.Combine(Path.GetDirectoryName(file) ?? "", NewExperiment.SchemaFile);
            Write(file, text, FileMode.CreateNew);
            Write(schema, ExperimentSchema.Text(catalogue), FileMode.Create);
            session.Terminal.Line($"{file}: 'asyncopt run {file}' runs it");
            session.Terminal.Line($"{schema}: tells editors which keys there are");
            return ExitCode.Ok;
        });
        return command;
    }

    // Half of a file would keep the next try from writing the whole of it.
    static void Discard(string path, FileMode mode)
    {
        try
        {
            if (mode == FileMode.CreateNew)
                File.Delete(path);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            // What failed before is what is to be told.
        }
    }

    static void Write(string path, string text, FileMode mode)
    {
        try
        {
            using var writer = new StreamWriter(new FileStream(path, mode));
            writer.Write(text);
        }
        catch (IOException) when (mode == FileMode.CreateNew && Path.Exists(path))
        {
            throw new InputException($"{path} is there already; choose another name with --out");
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            Discard(path, mode);
            throw new InputException($"{path} cannot be written: {StorageException.Cause(path, e)} with --out", e);
        }
    }
}
