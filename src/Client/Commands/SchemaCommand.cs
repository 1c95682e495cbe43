using System.CommandLine;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Experiments;

namespace AsyncOpt.Client.Commands;

/// <summary><c>schema</c>: the JSON schema of experiment files, for editors.</summary>
static class SchemaCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("schema", "Prints the JSON schema of experiment files, for editors.");
        var plugins = ExperimentOptions.PluginOption();
        command.Options.Add(plugins);
        command.SetAction(parsed =>
        {
            session.Terminal.Line(ExperimentSchema.Text(Catalogue.Load(parsed.GetValue(plugins))).TrimEnd());
            return ExitCode.Ok;
        });
        return command;
    }
}
