using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments;

/// <summary>
/// The JSON schema (draft 7) of experiment files, made of the catalogue: which keys there are, what they hold, what
/// they mean. Whether keys fit each other is for <c>validate</c> to say.
/// </summary>
public sealed class ExperimentSchema
{
    // What may lack keys that others give: an arm, and a file that has arms.
    const string PartSuffix = "-part";

    const string TimePattern = "^[-+]?[0-9.]+([eE][-+]?[0-9]+)? ?(ns|us|ms|s|m|h)$";

    static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    readonly Catalogue _catalogue;
    readonly Dictionary<Assembly, XmlDocs> _docs = [];
    readonly JsonObject _definitions = [];

    ExperimentSchema(Catalogue catalogue) => _catalogue = catalogue;

    /// <summary>The schema's text.</summary>
    /// <param name="catalogue">What can be named.</param>
    public static string Text(Catalogue catalogue) =>
        new ExperimentSchema(catalogue).Root().ToJsonString(Readable) + "\n";

    /// <summary>Whether a name is one of the outermost keys of experiment files.</summary>
    /// <param name="catalogue">What can be named.</param>
    /// <param name="name">The name.</param>
    public static bool IsKey(Catalogue catalogue, string name) =>
        new ExperimentSchema(catalogue).Root()["properties"] is JsonObject keys && keys.ContainsKey(name);

    JsonObject Root()
    {
        var keys = Properties(OptionsOf(typeof(ExperimentFile)), isPart: true);
        var head = Properties(OptionsOf(typeof(FileHead)), isPart: false);
        var arm = (JsonObject)keys.DeepClone();
        foreach (var (key, value) in head)
            keys[key] = value!.DeepClone();
        keys["arms"] = new JsonObject
        {
            ["type"] = Strings("object", "null"),
            ["additionalProperties"] = new JsonObject
            {
                ["type"] = Strings("object", "null"),
                ["properties"] = arm,
                ["additionalProperties"] = false,
            },
        };
        keys["sweep"]!["anyOf"]![0]!["properties"]!["grid"] = new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = new JsonObject { ["type"] = "array", ["minItems"] = 1 },
        };
        return new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "An experiment of AsyncOpt",
            ["type"] = "object",
            ["properties"] = keys,
            ["additionalProperties"] = false,
            // Without arms everything must be there.
            ["if"] = new JsonObject { ["required"] = Strings("arms") },
            ["else"] = new JsonObject
            {
                ["required"] = Strings(Required(OptionsOf(typeof(ExperimentFile)))),
                ["properties"] = Properties(OptionsOf(typeof(ExperimentFile)), isPart: false),
            },
            ["definitions"] = _definitions,
        };
    }

    JsonObject Properties(IReadOnlyList<Option> options, bool isPart) =>
        new(options.Select(o => KeyValuePair.Create(o.Name, (JsonNode?)Of(o, isPart))));

    JsonObject Of(Option option, bool isPart)
    {
        var choices = new JsonArray(Type(option.Type, option.Range, option.IsTime, isPart));
        if (option.Property.GetCustomAttribute<WordAttribute>() is { } word)
            choices.Add(new JsonObject { ["const"] = word.Word });
        choices.Add(new JsonObject { ["type"] = "null" });
        var otherwise = option.DefaultText.Length == 0 ? "" : $" Default: {option.DefaultText}.";
        return new JsonObject { ["description"] = option.Summary + otherwise, ["anyOf"] = choices };
    }

    JsonObject Type(Type type, RangeAttribute? range, bool isTime, bool isPart)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Type(underlying, range, isTime, isPart);
        var kind = type is { IsGenericType: true } && type.GetGenericTypeDefinition() == typeof(Choice<>)
            ? type.GenericTypeArguments[0]
            : type;
        if (OptionText.KindOf(kind) is not null)
            return Reference(kind, isPart);
        if (type.IsEnum)
            return new JsonObject { ["enum"] = Strings([.. OptionText.EnumNames(type).Select(n => n.Name)]) };
        if (type == typeof(string))
            return new JsonObject { ["type"] = Strings("string", "number", "boolean") };
        if (type == typeof(bool))
            return new JsonObject { ["type"] = "boolean" };
        if (Scalars.CanRead(type))
            return Number(type, range, isTime);
        if (typeof(SpecNode).IsAssignableFrom(type))
            return new JsonObject { ["type"] = "object" };
        return Option.ElementOf(type) is { } element
            ? new JsonObject { ["type"] = "array", ["items"] = Type(element, range, isTime, isPart) }
            : Record(type, isPart);
    }

    static JsonObject Number(Type type, RangeAttribute? range, bool isTime)
    {
        var number = new JsonObject { ["type"] = isTime || type == typeof(double) ? "number" : "integer" };
        if (range is not null)
        {
            Limit(range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum", range.Minimum);
            Limit(range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum", range.Maximum);
        }
        return !isTime
            ? number
            : Any(number, new JsonObject { ["type"] = "string", ["pattern"] = TimePattern });

        void Limit(string key, object limit)
        {
            var value = Convert.ToDouble(limit, System.Globalization.CultureInfo.InvariantCulture);
            if (double.IsFinite(value) && Math.Abs(value) < 1e300)
                number[key] = value;
        }
    }

    JsonObject Record(Type type, bool isPart)
    {
        var options = OptionsOf(type);
        var record = Closed(Properties(options, isPart), isPart ? [] : Required(options));
        return options.FirstOrDefault(o => o.Marks.OfType<BareAttribute>().Any()) is { } bare
            ? Any(record, Type(bare.Type, bare.Range, bare.IsTime, isPart))
            : record;
    }

    // An entry of a kind: by name, as a mapping with its name, or by what stands for it.
    JsonObject Reference(Type kind, bool isPart)
    {
        var name = OptionText.KindOf(kind)!.Replace(' ', '-') + (isPart ? PartSuffix : "");
        if (!_definitions.ContainsKey(name))
        {
            _definitions[name] = null; // kinds refer to themselves
            _definitions[name] = Kind(kind, isPart);
        }
        return new JsonObject { ["$ref"] = $"#/definitions/{name}" };
    }

    JsonObject Kind(Type kind, bool isPart)
    {
        var (names, bare, cases) = (new List<string>(), new List<string>(), new JsonArray());
        foreach (var entry in _catalogue.OfKind(kind))
        {
            foreach (var name in (string[])[entry.Name, .. entry.Attribute.Aliases])
                Add(name, entry, []);
            foreach (var known in entry.KnownAs.Where(k => k.Known.With is not null))
                Add(known.Known.Name, entry, [.. NewExperiment.KeysOf(known.Known.With!)]);
        }
        var named = new JsonObject
        {
            ["type"] = "object",
            ["required"] = isPart ? new JsonArray() : Strings("name"),
            ["properties"] = new JsonObject { ["name"] = new JsonObject { ["enum"] = Strings([.. names]) } },
            ["allOf"] = cases,
        };
        List<JsonObject> choices = [named];
        if (bare.Count > 0)
            choices.Insert(0, new JsonObject { ["enum"] = Strings([.. bare]) });
        foreach (var (_, option) in _catalogue.Shorthands(kind))
            choices.Add(Type(option.Type, option.Range, option.IsTime, isPart));
        return Any([.. choices]);

        void Add(string name, Entry entry, string[] made)
        {
            names.Add(name);
            string[] required = [.. Required(entry.Options).Except(made)];
            if (required.Length == 0 || isPart)
                bare.Add(name);
            cases.Add(new JsonObject
            {
                ["if"] = new JsonObject
                {
                    ["required"] = Strings("name"),
                    ["properties"] = new JsonObject { ["name"] = new JsonObject { ["const"] = name } },
                },
                ["then"] = new JsonObject
                {
                    ["allOf"] = new JsonArray(
                        OptionsOf(entry, isPart), new JsonObject { ["required"] = Strings(isPart ? [] : required) }),
                },
            });
        }
    }

    // The options of an entry, once for all its names.
    JsonObject OptionsOf(Entry entry, bool isPart)
    {
        var name = $"{entry.Kind.Plural.Replace(' ', '-')}.{entry.Name}{(isPart ? PartSuffix : "")}";
        if (!_definitions.ContainsKey(name))
        {
            _definitions[name] = null;
            var properties = Properties(entry.Options, isPart);
            properties["name"] = new JsonObject { ["description"] = entry.Summary };
            _definitions[name] = Closed(properties, []);
        }
        return new JsonObject { ["$ref"] = $"#/definitions/{name}" };
    }

    IReadOnlyList<Option> OptionsOf(Type record)
    {
        if (!_docs.TryGetValue(record.Assembly, out var docs))
            _docs[record.Assembly] = docs = new XmlDocs(record.Assembly);
        return Option.AllOf(record, docs);
    }

    static string[] Required(IReadOnlyList<Option> options) =>
        [.. options.Where(o => o.IsRequired).Select(o => o.Name)];

    static JsonObject Closed(JsonObject properties, string[] required) => new()
    {
        ["type"] = "object",
        ["properties"] = properties,
        ["required"] = Strings(required),
        ["additionalProperties"] = false,
    };

    static JsonObject Any(params JsonObject[] choices) =>
        choices.Length == 1 ? choices[0] : new JsonObject { ["anyOf"] = new JsonArray([.. choices]) };

    static JsonArray Strings(params string[] values) => new([.. values.Select(v => (JsonNode)v)]);
}
