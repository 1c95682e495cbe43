using System.Text;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Programs;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments;

/// <summary>
/// The text of an experiment file to begin with: a method on a small problem, every option with what it means, those
/// that have a default behind a <c>#</c>.
/// </summary>
public sealed class NewExperiment
{
    /// <summary>The name of the schema's file, which the text names for editors.</summary>
    public const string SchemaFile = "asyncopt.schema.json";

    const int Width = 100;

    // What has no default needs a value that fits the problems below.
    static readonly Dictionary<string, string> Required = new(StringComparer.Ordinal)
    {
        ["step"] = "0.05",
        ["rate"] = "0.05",
        ["outer-rate"] = "0.5",
    };

    // The first that the method can work on is taken.
    static readonly string[] Problems =
    [
        """
        problem:
          name: softmax-regression
          regularization: 0.01
          # Data that are drawn. Of a file of one's own: data: { name: csv, file: my.csv, label: last }
          data: { name: synthetic-classification, samples: 2000, dimension: 10, classes: 3, noise: 0.1 }
          split: { train: 0.8, test: 0.2 }
          # Who holds which samples; for instance { name: dirichlet, alpha: 0.5 }: 'asyncopt list shardings'
          sharding: iid
        """,
        """
        problem:
          name: quadratic-bilevel
          dimension: 4
          lower: 4
          noise: 0.1
        """,
    ];

    readonly Catalogue _catalogue;
    readonly StringBuilder _text = new();

    NewExperiment(Catalogue catalogue) => _catalogue = catalogue;

    /// <summary>Writes the text.</summary>
    /// <param name="catalogue">What can be named.</param>
    /// <param name="name">A method, or a name of the field for one.</param>
    /// <exception cref="InputException">There is no such method, or none of the problems suits it.</exception>
    public static string Text(Catalogue catalogue, string name)
    {
        var known = catalogue.Combination(typeof(Method), name);
        var entry = known?.Entry ?? catalogue.Find(typeof(Method), name) ?? throw Unknown(catalogue, name);
        InputException? refusal = null;
        foreach (var problem in Problems)
        {
            var text = new NewExperiment(catalogue).Write(entry, known, name, problem.ReplaceLineEndings("\n"));
            try
            {
                Experiment.Parse(text, name, Path.GetTempPath(), new LoadOptions { Catalogue = catalogue });
                return text;
            }
            catch (InputException e)
            {
                refusal ??= e;
            }
        }
        throw new InputException($"no problem that comes with the project suits '{name}': {refusal!.Message}", refusal);
    }

    static InputException Unknown(Catalogue catalogue, string name)
    {
        var near = catalogue.KnownAs(name).Where(k => k.Entry.Kind.Type == typeof(Method)).ToList();
        if (catalogue.Named(name) is [var other, ..])
            return new InputException($"no method '{name}': it is one of {other.Kind.Plural}, which 'asyncopt describe "
                + $"{name}' explains; 'asyncopt list methods' shows the methods");
        return new InputException($"no method '{name}'" + (near.Count > 0
            ? $"; see {string.Join("; ", near)}"
            : NearestName.Hint(
                name, catalogue.NamesOf(typeof(Method)), "'asyncopt list methods' shows them" + catalogue.PluginHint)));
    }

    string Write(Entry entry, KnownName? known, string name, string problem)
    {
        var needs = ((MethodAttribute)entry.Attribute).Needs;
        var file = Documented(typeof(ExperimentFile));
        Line($"# yaml-language-server: $schema={SchemaFile}");
        Comment("", known is null ? entry.Summary : $"{name} is {known}. {entry.Summary}");
        Comment("", "A key behind # has the value that holds anyway: take the # away to change it. 'asyncopt "
            + $"validate {name}.yaml' checks this file, 'asyncopt run {name}.yaml' runs it, 'asyncopt describe "
            + $"{name}' says more.");
        Line($"\nname: {name}\n");
        Comment("", file[needs == Needs.Workers ? "workers" : "topology"].Summary);
        Line(needs == Needs.Workers ? "workers: 8" : "topology: { name: ring, nodes: 8 }");
        if (((MethodAttribute)entry.Attribute).NeedsMixing)
            Line("mixing: metropolis-hastings");
        Line($"\nmethod:\n  name: {name}");
        var made = known?.Known.With is { } with ? KeysOf(with) : [];
        foreach (var option in entry.Options.Where(o => !made.Contains(o.Name)))
            Write("  ", option, option.IsRequired ? ValueOf(option) : null);
        Line($"\n{problem}\n\nlinks:");
        Section(typeof(LinkOptions), new() { ["delay"] = "5ms" });
        Line("\ncompute:");
        Section(typeof(ComputeOptions), new()
        {
            ["per-task"] = "10ms",
            ["speeds"] = "{ name: straggler, factor: 4 }",
            ["jitter"] = "{ name: log-normal, median: 1, sigma: 0.2 }",
        });
        Line("\nstop:");
        Section(typeof(StopOptions), new() { ["time"] = "5s" });
        Line("");
        Write("", file["samples"], "20");
        var head = Documented(typeof(FileHead));
        Write("", head["seeds"], "2");
        string[] written =
        [
            "workers", "topology", "mixing", "method", "problem", "links", "compute", "stop", "samples", "sample-every",
        ];
        foreach (var option in file.Values.Where(o => !written.Contains(o.Name)))
            Write("", option, null);
        return _text.ToString();
    }

    void Section(Type record, Dictionary<string, string> given)
    {
        foreach (var option in Documented(record).Values)
            Write("  ", option, given.GetValueOrDefault(option.Name));
    }

    void Write(string indent, Option option, string? value)
    {
        Comment(indent, $"{option.Summary.TrimEnd('.')} ({_catalogue.Expected(option)}).");
        Line(value is null ? $"{indent}#{option.Name}: {Default(option)}" : $"{indent}{option.Name}: {value}");
    }

    void Line(string line) => _text.Append(line).Append('\n');

    void Comment(string indent, string text)
    {
        var line = new StringBuilder($"{indent}#");
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length + 1 + word.Length > Width)
            {
                Line(line.ToString());
                line.Clear().Append(indent).Append('#');
            }
            line.Append(' ').Append(word);
        }
        Line(line.ToString());
    }

    string ValueOf(Option option)
    {
        if (Required.TryGetValue(option.Name, out var value))
            return value;
        if (option.Range is { } range)
            return OptionText.Value(Convert.ToDouble(range.Minimum, System.Globalization.CultureInfo.InvariantCulture));
        return OptionText.KindOf(option.Type) is null ? "1"
            : _catalogue.OfKind(option.Type).First(e => e.Options.All(o => !o.IsRequired)).Name;
    }

    static string Default(Option option)
    {
        if (option.Marks.OfType<WrittenAttribute>().FirstOrDefault() is { } written)
            return written.Text;
        return FlowText.Of(Canonical.Of(option.Default) ?? Canonical.None(option));
    }

    static Dictionary<string, Option> Documented(Type record) =>
        Option.AllOf(record, new XmlDocs(record.Assembly)).ToDictionary(o => o.Name, StringComparer.Ordinal);

    internal static HashSet<string> KeysOf(string options)
    {
        var mapping = (SpecMapping)SpecReader.ReadValue($"{{ {options} }}", new Place(""), "", new Diagnostics())!;
        return [.. mapping.Entries.Select(e => e.Key)];
    }
}
