using System.CommandLine;
using AsyncOpt.Client.Display;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Client.Commands;

/// <summary><c>list [KIND]</c>: what can be named in experiment files.</summary>
static class ListCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("list", "Lists what can be named in experiment files.");
        var kind = new Argument<string?>("KIND")
        {
            Description = "methods, topologies, problems, ...; all by default.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var plugins = ExperimentOptions.PluginOption();
        command.Arguments.Add(kind);
        command.Options.Add(plugins);
        command.SetAction(parsed =>
        {
            var catalogue = Catalogue.Load(parsed.GetValue(plugins));
            foreach (var chosen in Kinds(catalogue, parsed.GetValue(kind)))
                Show(session.Terminal, chosen, catalogue.OfKind(chosen.Type));
            return ExitCode.Ok;
        });
        return command;
    }

    static IEnumerable<Kind> Kinds(Catalogue catalogue, string? wanted)
    {
        if (wanted is null)
            return catalogue.Kinds.Where(k => catalogue.OfKind(k.Type).Count > 0);
        if (catalogue.Kinds.FirstOrDefault(k => k.Plural == wanted) is { } kind)
            return [kind];
        var names = catalogue.Kinds.Select(k => k.Plural).ToList();
        throw new InputException($"list: there is no kind '{wanted}'"
            + NearestName.Hint(wanted, names, $"expected one of {string.Join(", ", names)}{catalogue.PluginHint}"));
    }

    static void Show(Terminal terminal, Kind kind, IReadOnlyList<Entry> entries)
    {
        terminal.Line(kind.Plural);
        var names = entries.Select(e => e.Name.Length).DefaultIfEmpty().Max() + 2;
        var width = Math.Max(PlainText.ColumnMin, terminal.Width - 2 - names);
        foreach (var entry in entries)
        {
            var before = entry.Name;
            foreach (var line in PlainText.Wrapped(FirstSentence(entry.Summary), width))
            {
                terminal.Line($"  {before.PadRight(names)}{line}".TrimEnd());
                before = "";
            }
        }
        if (entries.SelectMany(e => e.KnownAs).Select(k => k.Known.Name).Distinct().Order(StringComparer.Ordinal)
            .ToList() is { Count: > 0 } known)
        {
            var leads = $"'asyncopt describe NAME' also leads from {string.Join(", ", known)}";
            foreach (var line in PlainText.Wrapped(leads, terminal.Width - 2))
                terminal.Line($"  {line}");
        }
        terminal.Line();
    }

    static string FirstSentence(string text)
    {
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? text : text[..(end + 1)];
    }
}
