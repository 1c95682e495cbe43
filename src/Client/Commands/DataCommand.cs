using System.CommandLine;
using AsyncOpt.Client.Display;
using AsyncOpt.Core;
using AsyncOpt.Experiments.Data;
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
            var locator = Locator(parsed.GetValue(folder));
            var table = ClosingTables.Plain();
            ClosingTables.Left(table, "name");
            ClosingTables.Right(table, "size");
            ClosingTables.Left(table, "here");
            ClosingTables.Left(table, "what");
            ClosingTables.Left(table, "licence");
            foreach (var set in DataCatalogue.Default.Sets)
                table.AddRow(
                    new Text(set.Name),
                    new Text(Pretty.Bytes(set.Bytes)),
                    new Text(locator.Find(set) is null ? "no" : "yes"),
                    new Text(set.What),
                    new Text(set.Licence));
            session.Terminal.Console.Write(table);
            Folders(session.Terminal, locator);
            return ExitCode.Ok;
        });
        return command;
    }

    static Command Get(Session session)
    {
        var command = new Command("get", "Downloads a data set, or says where it is.");
        var name = new Argument<string>("NAME") { Description = "A name of 'asyncopt data list'." };
        var folder = ExperimentOptions.DataOption();
        command.Arguments.Add(name);
        command.Options.Add(folder);
        command.SetAction(async (parsed, _) =>
        {
            var set = DataCatalogue.Default.Get(parsed.GetRequiredValue(name));
            var locator = Locator(parsed.GetValue(folder));
            // A file that is here but broken is fetched again into the user's folder.
            var place = locator.Find(set) is { } here && DataCheck.Problem(set, here) is null
                ? here
                : await Fetch(session, set, locator.UserFolder).ConfigureAwait(false);
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
            var locator = Locator(parsed.GetValue(folder));
            var here = DataCheck.All(DataCatalogue.Default, locator).Where(s => s.Path is not null).ToList();
            foreach (var state in here)
                session.Terminal.Line($"{state.Set.Name}: {state.Problem ?? "right"} ({state.Path})");
            Folders(session.Terminal, locator);
            var wrong = here.Count(s => !s.IsRight);
            if (wrong > 0)
                throw new InputException(
                    $"{wrong} of {here.Count} data sets are wrong; 'asyncopt data get NAME' fetches one again");
            var missing = DataCatalogue.Default.Sets.Count - here.Count;
            session.Terminal.Line($"{here.Count} data sets are right, {missing} are not here");
            return ExitCode.Ok;
        });
        return command;
    }

    static DataLocator Locator(string? folder) => new(DataCatalogue.Default, dataFolder: folder);

    static void Folders(Terminal terminal, DataLocator locator)
    {
        if (locator.ProjectFolder is not null)
            terminal.Line($"project's folder: {locator.ProjectFolder}");
        terminal.Line($"user's folder: {locator.UserFolder}");
    }

    static async Task<string> Fetch(Session session, DataSet set, string folder)
    {
        using var fetcher = session.Services.Fetcher();
        var progress = new Tenths(set, session.Terminal.Error);
        return await fetcher.FetchAsync(set, folder, progress, session.Cancellation).ConfigureAwait(false);
    }

    // A line per tenth, so that a log stays short.
    sealed class Tenths(DataSet set, TextWriter to) : IProgress<long>
    {
        // What comes is the content, also of a set that is kept packed.
        readonly long _all = Math.Max(set.Bytes, set.ContentBytes);
        long _shown = -1;

        public void Report(long value)
        {
            var tenth = 10 * value / _all;
            if (tenth == _shown)
                return;
            _shown = tenth;
            to.WriteLine($"{set.Name}: {Pretty.Bytes(value)} of {Pretty.Bytes(_all)}");
        }
    }
}
