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
        var name = new Argument<string?>("NAME")
        {
            Description = "Shows all that is known of this set, its licence too; without, a line for each.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        command.Arguments.Add(name);
        var folder = ExperimentOptions.DataOption();
        command.Options.Add(folder);
        command.SetAction(parsed =>
        {
            var locator = Locator(parsed.GetValue(folder));
            if (parsed.GetValue(name) is { } wanted)
                One(session.Terminal, DataCatalogue.Default.Get(wanted), locator);
            else
                All(session.Terminal, locator);
            Folders(session.Terminal, locator);
            return ExitCode.Ok;
        });
        return command;
    }

    static void All(Terminal terminal, DataLocator locator)
    {
        var names = DataCatalogue.Default.Sets.Max(s => s.Name.Length);
        Row("name", "size", "here", "what");
        foreach (var set in DataCatalogue.Default.Sets)
            Row(set.Name, Pretty.Bytes(set.Bytes), locator.Find(set) is null ? "no" : "yes", set.What);
        terminal.Line("'asyncopt data list NAME' shows all of a line, and the licence");

        // A line each, cut where it is longer than the terminal is wide.
        void Row(string name, string size, string here, string what)
        {
            var line = $"{name.PadRight(names)}  {size,8}  {here,-4}  {what}";
            terminal.Line(line.Length <= terminal.Width ? line : line[..(terminal.Width - 3)] + "...");
        }
    }

    static void One(Terminal terminal, DataSet set, DataLocator locator)
    {
        var titles = new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) };
        var grid = new Grid().AddColumn(titles).AddColumn();
        grid.AddRow(new Text("name"), new Text(set.Name));
        grid.AddRow(new Text("what"), new Text(set.What));
        grid.AddRow(new Text("size"), new Text(Pretty.Bytes(set.Bytes)));
        grid.AddRow(
            new Text("file"), new Text(locator.Find(set) ?? $"not here; 'asyncopt data get {set.Name}' gets it"));
        grid.AddRow(new Text("licence"), new Text(set.Licence));
        grid.AddRow(new Text("origin"), new Text(set.Note ?? set.Address ?? "unknown"));
        terminal.Console.Write(grid);
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
                    $"{Counted.Part(wrong, here.Count, "data set", "is wrong", "are wrong")}; "
                    + "'asyncopt data get NAME' fetches one again");
            var missing = DataCatalogue.Default.Sets.Count - here.Count;
            session.Terminal.Line(Counted.Of(here.Count, "data set is", "data sets are")
                + $" right, {Counted.Of(missing, "is", "are")} not here");
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
