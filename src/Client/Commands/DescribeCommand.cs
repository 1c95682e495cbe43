using System.CommandLine;
using AsyncOpt.Client.Display;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Programs;
using AsyncOpt.Experiments;

namespace AsyncOpt.Client.Commands;

/// <summary><c>describe NAME</c>: formula, source and options of what an experiment file can name.</summary>
static class DescribeCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("describe", "Describes an entry of the catalogue: options, formula, source.");
        var name = new Argument<string>("NAME")
        {
            Description = "A name of 'asyncopt list'; KIND/NAME where several kinds have it.",
        };
        var plugins = ExperimentOptions.PluginOption();
        command.Arguments.Add(name);
        command.Options.Add(plugins);
        command.SetAction(parsed =>
        {
            var catalogue = Catalogue.Load(parsed.GetValue(plugins));
            var wanted = parsed.GetRequiredValue(name);
            var known = catalogue.KnownAs(wanted);
            if (known.Count > 0)
                Lead(session.Terminal, wanted, known);
            var entries = known.Where(k => k.Known.With is not null).Select(k => k.Entry).ToList();
            if (known.Count == 0)
                entries = Find(catalogue, wanted);
            foreach (var entry in entries)
                Show(session.Terminal, catalogue, entry);
            return ExitCode.Ok;
        });
        return command;
    }

    static List<Entry> Find(Catalogue catalogue, string wanted)
    {
        var slash = wanted.IndexOf('/', StringComparison.Ordinal);
        var (kind, name) = (slash < 0 ? null : wanted[..slash], wanted[(slash + 1)..]);
        var found = catalogue.Named(name).Where(e => kind is null || e.Kind.Plural == kind).ToList();
        if (found.Count > 0)
            return found;
        if (ExperimentSchema.IsKey(catalogue, wanted.Split('.')[0]))
            throw new InputException($"describe: '{wanted}' is a key of experiment files, and no entry of the "
                + "catalogue; docs/experiment-file.md explains the keys, and 'asyncopt schema' has them for editors");
        throw new InputException($"describe: nothing is named '{wanted}'" + NearestName.Hint(
            name, catalogue.NamesOf(null).Where(n => n != name),
            $"'asyncopt list' shows all names{catalogue.PluginHint}"));
    }

    // A name of the field: what it is here, or what is near to it.
    static void Lead(Terminal terminal, string name, IReadOnlyList<KnownName> known)
    {
        foreach (var (entry, how) in known)
        {
            if (how.With is null)
            {
                terminal.Line($"{name} is no name here; near to it is {entry.Name}: {how.Note}");
                terminal.Line($"  'asyncopt describe {entry.Name}' says more");
                continue;
            }
            terminal.Line($"{name} is {entry.Name} with {how.With}");
            if (how.Note.Length > 0)
                Paragraph(terminal, how.Note);
            if (how.Source.Length > 0)
                Paragraph(terminal, $"source: {how.Source}");
            var left = entry.Options
                .Where(o => o.IsRequired && !$", {how.With}".Contains($", {o.Name}:", StringComparison.Ordinal))
                .Select(o => $", {o.Name}: ...");
            Paragraph(terminal, $"in a file: {{ name: {name}{string.Concat(left)} }}");
        }
        terminal.Line();
    }

    static void Show(Terminal terminal, Catalogue catalogue, Entry entry)
    {
        terminal.Line($"{entry.Name} ({entry.Kind.Plural})");
        Paragraph(terminal, entry.Summary);
        Paragraph(terminal, entry.Remarks);
        foreach (var (title, text) in Facts(entry))
            Paragraph(terminal, $"{title}: {text}");
        if (entry.Options.Count > 0)
            Options(terminal, catalogue, entry);
        terminal.Line();
    }

    static IEnumerable<(string Title, string Text)> Facts(Entry entry)
    {
        if (entry.Attribute.Aliases.Length > 0)
            yield return ("also named", string.Join(", ", entry.Attribute.Aliases));
        var names = entry.KnownAs.Where(k => k.Known.With is not null).ToList();
        if (names.Count > 0)
            yield return ("with some options known as", string.Join(
                ", ", names.Select(k => $"{k.Known.Name} ({k.Known.With})")));
        if (entry.Source.Length > 0)
            yield return ("source", entry.Source);
        if (entry.Attribute is not MethodAttribute method)
            yield break;
        yield return ("differs from it", method.Differs);
        yield return ("needs", method.Needs switch
        {
            Needs.Workers => "workers",
            _ when method.NeedsMixing => "a topology and a mixing matrix",
            _ => "a topology",
        });
        yield return ("lost messages", Goes(method, Tolerance.Loss));
        yield return ("places that do not come back", Goes(method, Tolerance.Crash));
        yield return ("places that lose their state", Goes(method, Tolerance.StateLoss));
    }

    static string Goes(MethodAttribute method, Tolerance fault) => method switch
    {
        _ when method.Tolerates.HasFlag(fault) => "it goes on",
        _ when method.ToleratesWithTimeout.HasFlag(fault) => $"it goes on where {method.Timeout} is given, and else "
            + "waits for good",
        _ => "it waits for good",
    };

    static void Options(Terminal terminal, Catalogue catalogue, Entry entry)
    {
        var rows = entry.Options.Select(option => (string[])
        [
            option.Name, catalogue.Expected(option), option.IsRequired ? "required" : option.DefaultText,
            option.Summary,
        ]);
        foreach (var line in PlainText.Table(["option", "expects", "default", "what"], [.. rows], terminal.Width))
            terminal.Line(line);
    }

    // Wrapped at words, as wide as the terminal; lines of the text (formulas) stay lines.
    static void Paragraph(Terminal terminal, string text)
    {
        if (text.Length == 0)
            return;
        foreach (var line in PlainText.Wrapped(text, terminal.Width - 2))
            terminal.Line($"  {line}");
    }
}
