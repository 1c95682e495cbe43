using System.CommandLine;
using AsyncOpt.Client.Display;
using AsyncOpt.Core;
using Spectre.Console;

namespace AsyncOpt.Client.Commands;

/// <summary><c>data list|get NAME|check</c>: data sets by name.</summary>
static class DataCommand
{
    public static Command Create(Session session) => new("data", "Lists, downloads and checks data sets.")
    {
        List(session),
        Get(session),
        Check(session),
    };

    static Command List(Session session)
    {
        var command = new Command("list", "Lists the data sets that can be had by name.");
        var folder = ExperimentOptions.DataOption();
        command.Options.Add(folder);
        command.SetAction(parsed =>
        {
            var table = ClosingTables.Plain();
            table.AddColumn("name");
            ClosingTables.Right(table, "size");
            table.AddColumn("here");
            table.AddColumn("what");
            foreach (var set in session.Services.Data.List(parsed.GetValue(folder)))
                table.AddRow(
                    new Text(set.Name),
                    new Text(set.Bytes > 0 ? Pretty.Bytes(set.Bytes) : "-"),
                    new Text(set.Place is null ? "no" : "yes"),
                    new Text(set.Summary));
            session.Terminal.Console.Write(table);
            return ExitCode.Ok;
        });
        return command;
    }

    static Command Get(Session session)
    {
        var command = new Command("get", "Downloads a data set into the cache folder, or says where it is.");
        var name = new Argument<string>("NAME") { Description = "A name of 'asyncopt data list'." };
        var folder = ExperimentOptions.DataOption();
        command.Arguments.Add(name);
        command.Options.Add(folder);
        command.SetAction(parsed =>
        {
            var wanted = parsed.GetRequiredValue(name);
            var shown = -1L;
            var place = session.Services.Data.Get(
                wanted,
                parsed.GetValue(folder),
                (bytes, all) =>
                {
                    // A line per tenth, so that a log stays short.
                    var tenth = all > 0 ? 10 * bytes / all : 0;
                    if (tenth != shown)
                        session.Terminal.Error.WriteLine($"{wanted}: {Pretty.Bytes(bytes)} of {Pretty.Bytes(all)}");
                    shown = tenth;
                },
                session.Cancellation);
            session.Terminal.Line(place);
            return ExitCode.Ok;
        });
        return command;
    }

    static Command Check(Session session)
    {
        var command = new Command("check", "Compares the data sets on this machine with their checksums.");
        var folder = ExperimentOptions.DataOption();
        command.Options.Add(folder);
        command.SetAction(parsed =>
        {
            var checkedSets = session.Services.Data.Check(parsed.GetValue(folder));
            foreach (var (name, place, problem) in checkedSets)
                session.Terminal.Line($"{name}: {problem ?? "as it should be"} ({place})");
            var wrong = checkedSets.Count(s => s.Problem is not null);
            if (wrong > 0)
                throw new InputException($"{wrong} of {checkedSets.Count} files are not what they should be");
            session.Terminal.Line($"{checkedSets.Count} files are as they should be");
            return ExitCode.Ok;
        });
        return command;
    }
}
