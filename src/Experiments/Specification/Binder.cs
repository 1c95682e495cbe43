using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Experiments.Specification;

/// <summary>
/// Turns a specification into typed records and catalogue entries, by reflection over their options. Whatever is wrong
/// is collected; what can still be read is read on.
/// </summary>
/// <param name="catalogue">What can be named.</param>
/// <param name="diagnostics">Receives what is wrong.</param>
public sealed class Binder(Catalogue catalogue, Diagnostics diagnostics)
{
    // Values stand for entries that stand for entries: a number for a law for a link. No chain is longer.
    const int ShorthandDepthMax = 3;

    // So many names of a kind are listed; of more it is said how to list them.
    const int NamesListedMax = 16;

    /// <summary>Reads a record. Where something is wrong, that option keeps its default.</summary>
    /// <typeparam name="T">A record with settable properties.</typeparam>
    /// <param name="node">The mapping.</param>
    /// <param name="json">The record with every default filled in, as far as it could be read.</param>
    /// <param name="elsewhere">Keys that are valid beside the record's, but read elsewhere.</param>
    public T Bind<T>(SpecMapping node, out JsonObject json, IReadOnlyList<string>? elsewhere = null)
        where T : class
    {
        var parts = Parts(Option.AllOf(typeof(T)), node, node, elsewhere ?? []);
        json = Json(parts);
        return (T)Make(typeof(T), parts);
    }

    /// <summary>Reads one value of a kind.</summary>
    /// <typeparam name="T">The abstract class of the kind.</typeparam>
    /// <param name="node">The value.</param>
    /// <returns>The choice; null where something is wrong with it.</returns>
    public Choice<T>? Choose<T>(SpecNode node)
        where T : class => (Choice<T>?)Value(node, typeof(Choice<T>), null)?.Make();

    Bound? Value(SpecNode node, Type type, Option? option)
    {
        if (typeof(SpecNode).IsAssignableFrom(type))
            return type.IsInstanceOfType(node)
                ? Bound.Of(node, null)
                : Refuse(
                    node, "a mapping", "; it has names or keys, each with a colon and a value: { a: ..., b: ... }");
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Choice<>))
            return Named(node, type.GetGenericArguments()[0], type);
        if (OptionText.KindOf(type) is not null)
            return Named(node, type, null);
        if (Scalars.CanRead(type))
            return Scalar(node, type, option);
        if (type == typeof(IReadOnlyDictionary<string, string>))
            return Texts(node);
        return Option.ElementOf(type) is { } element ? List(node, type, element, option)
            : Record(node, type, option);
    }

    Bound? Refuse(SpecNode node, string expected, string hint = "")
    {
        diagnostics.Add(node, $"expected {expected}, got {node.Text}{hint}");
        return null;
    }

    Bound? Scalar(SpecNode node, Type type, Option? option)
    {
        var (range, isTime) = (option?.Range, option?.IsTime ?? false);
        var expected = OptionText.Expected(type, range, isTime) + OrWord(option);
        if (node is not SpecScalar scalar)
            return Refuse(node, expected);
        var value = Scalars.Read(scalar.Value, type, isTime);
        if (value is null && type.IsEnum)
            return Refuse(
                node, expected, NearestName.Hint(scalar.Value, OptionText.EnumNames(type).Select(p => p.Name)));
        if (value is null || !Scalars.IsWithin(value, range))
            return Refuse(node, expected, value is null ? Scalars.Hint(scalar.Value, isTime) : "");
        return Bound.Of(value, Canonical.Of(value));
    }

    Bound? List(SpecNode node, Type type, Type element, Option? option)
    {
        if (node is not SpecSequence sequence)
            return Refuse(
                node, OptionText.Expected(type, option?.Range, option?.IsTime ?? false) + OrWord(option),
                node is SpecScalar { IsNull: false } ? $"; a list of one is written [{((SpecScalar)node).Value}]" : "");
        var items = sequence.Items.Select(item => Value(item, element, option)).ToList();
        return items.Contains(null)
            ? null
            : new Bound(() => ToList(items!), new JsonArray([.. items.Select(i => i!.Json?.DeepClone())]));

        object ToList(List<Bound> bound)
        {
            var array = Array.CreateInstance(element, bound.Count);
            for (var i = 0; i < bound.Count; i++)
                array.SetValue(bound[i].Make(), i);
            return type.IsInstanceOfType(array) ? array : Activator.CreateInstance(type, array)!;
        }
    }

    // Keys are the user's own, such as columns of a file; values are their texts, numbers too.
    Bound? Texts(SpecNode node)
    {
        if (node is not SpecMapping mapping)
            return Refuse(node, "a mapping of texts");
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var json = new JsonObject();
        foreach (var entry in mapping.Entries)
        {
            if (entry.Value is not SpecScalar scalar)
                return Refuse(entry.Value, "a text");
            json[entry.Key] = texts[entry.Key] = scalar.Value;
        }
        return Bound.Of(texts, json);
    }

    static string OrWord(Option? option) => option?.Word is { } word ? $", or {word}" : "";

    Bound? Record(SpecNode node, Type type, Option? option)
    {
        var options = Option.AllOf(type);
        var bare = options.FirstOrDefault(o => o.Marks.OfType<BareAttribute>().Any());
        if (bare is not null && node is SpecScalar)
            node = new SpecMapping([new SpecEntry(bare.Name, node.Place, node)], node.Place, node.Path);
        return node is SpecMapping mapping
            ? Whole(type, options, mapping, node, [])
            : Refuse(node, $"{(bare is null ? "" : bare.Expected + ", or ")}a mapping{OrWord(option)}",
                KeysOf(type));
    }

    // The keys of a record; empty for anything else.
    static string KeysOf(Type type) => Scalars.CanRead(Nullable.GetUnderlyingType(type) ?? type) || type.IsGenericType
        || typeof(SpecNode).IsAssignableFrom(type) || OptionText.KindOf(type) is not null
        || Option.ElementOf(type) is not null
            ? ""
            : $"; its keys are {string.Join(", ", Option.AllOf(type).Select(o => o.Name))}";

    // A record of which every part must be good.
    Bound? Whole(
        Type type, IReadOnlyList<Option> options, SpecMapping mapping, SpecNode at, IReadOnlyList<string> reserved)
    {
        var parts = Parts(options, mapping, at, reserved);
        if (parts.Exists(p => p.Value is null))
            return null;
        var violations = Make(type, parts) is ICheckedOptions made ? made.Violations().ToList() : [];
        foreach (var violation in violations)
            diagnostics.Add(at, violation);
        return violations.Count > 0 ? null : new Bound(() => Make(type, parts), Json(parts));
    }

    sealed record Part(Option Option, Bound? Value, bool IsGiven);

    List<Part> Parts(IReadOnlyList<Option> options, SpecMapping mapping, SpecNode at, IReadOnlyList<string> reserved)
    {
        // To find what may be meant takes longer than all else.
        foreach (var entry in mapping.Entries.TakeWhile(_ => !diagnostics.IsFull))
            if (!reserved.Contains(entry.Key) && !options.Any(o => o.Name == entry.Key))
                diagnostics.Add(entry.KeyPlace, at.Path, UnknownKey(entry.Key, options, reserved));
        return [.. options.Select(option => PartOf(option, mapping[option.Name], at))];
    }

    Part PartOf(Option option, SpecNode? node, SpecNode at)
    {
        var isWord = option.Word is not null && node is SpecScalar scalar && scalar.Value == option.Word;
        if (isWord)
            return new Part(option, Bound.Of(null, Canonical.None(option)), true);
        if (node is SpecScalar { IsPlain: true, Value: "" })
        {
            diagnostics.Add(node, $"the key has no value: expected {catalogue.Expected(option)}"
                + (option.IsRequired ? "" : "; remove the key, or write 'null', for the default"));
            return new Part(option, null, false);
        }
        if (node is not null && !node.IsNull)
            return new Part(option, Checked(option, node, Value(node, option.Type, option)), true);
        if (option.IsRequired)
        {
            diagnostics.Add(
                at, $"missing key '{option.Name}': expected {catalogue.Expected(option)}{KeysOf(option.Type)}");
            return new Part(option, null, false);
        }
        if (option.Marks.OfType<WrittenAttribute>().FirstOrDefault() is { } written)
        {
            var path = at.Path.Length == 0 ? option.Name : $"{at.Path}.{option.Name}";
            var text = SpecReader.ReadValue(written.Text, at.Place, path, diagnostics)!;
            return new Part(option, Value(text, option.Type, option), true);
        }
        return new Part(option, Bound.Of(null, Canonical.Of(option.Default) ?? Canonical.None(option)), false);
    }

    // Limits other than ranges: lengths, patterns and the like.
    Bound? Checked(Option option, SpecNode node, Bound? value)
    {
        var limits = option.Marks.OfType<ValidationAttribute>()
            .Where(limit => limit is not RangeAttribute).ToList();
        if (value is null || limits.Find(limit => !limit.IsValid(value.Make())) is not { } broken)
            return value;
        diagnostics.Add(node, broken.FormatErrorMessage(option.Name));
        return null;
    }

    static object Make(Type type, List<Part> parts)
    {
        var made = Activator.CreateInstance(type)!;
        foreach (var part in parts)
            if (part is { IsGiven: true, Value: { } value })
                part.Option.Property.SetValue(made, value.Make());
        return made;
    }

    static JsonObject Json(List<Part> parts)
    {
        var json = new JsonObject();
        foreach (var part in parts)
            if (!typeof(SpecNode).IsAssignableFrom(part.Option.Type))
                json[part.Option.Name] = part.Value?.Json?.DeepClone();
        return json;
    }

    // An entry of a kind: by name, as a mapping with its name, or by what stands for it.
    Bound? Named(SpecNode node, Type kind, Type? choice)
    {
        var plural = OptionText.KindOf(kind)!;
        var nameNode = node is SpecMapping mapping ? mapping["name"] : node;
        if (nameNode is null || nameNode.IsNull)
        {
            diagnostics.Add(node, $"missing key 'name': expected a name out of {plural}");
            return null;
        }
        if (nameNode is not SpecScalar name)
            return Refuse(nameNode, $"a name out of {plural}", $"; {NamesOf(kind, plural)}");
        if (catalogue.Find(kind, name.Value) is { } entry)
            return Entry(entry, node, choice);
        if (catalogue.Combination(kind, name.Value) is { } known)
            return Expanded(known, node) is { } expanded ? Entry(known.Entry, expanded, choice) : null;
        foreach (var (wrapper, option) in catalogue.Shorthands(kind))
            if (StandsFor(node, option, 1))
                return Entry(wrapper, Wrapped(node, option), choice);
        if (catalogue.KnownAs(name.Value).Where(k => k.Entry.Kind.Type == kind).ToList() is { Count: > 0 } near)
        {
            diagnostics.Add(nameNode, $"no name in {plural}: '{name.Value}'; see {string.Join("; ", near)}");
            return null;
        }
        if (IsNoFiniteNumber(name.Value) && catalogue.TakesNumber(kind))
            return Refuse(nameNode, $"a finite number or a name out of {plural}");
        IEnumerable<string> names = [.. Names(kind, 1), .. catalogue.NamesOf(kind)];
        var hint = Data.DataSetHint.Of(kind, name.Value)
            ?? (NearestName.Of(name.Value, names) is null ? Data.DataSetHint.Near(kind, name.Value) : null)
            ?? NearestName.Hint(name.Value, names, NamesOf(kind, plural) + catalogue.PluginHint);
        diagnostics.Add(nameNode, $"unknown name in {plural}: '{name.Value}'{hint}");
        return null;
    }

    static bool IsNoFiniteNumber(string text) =>
        text.TrimStart('+', '-', '.').ToLowerInvariant() is "nan" or "inf" or "infinity";

    // The names of a kind, or where they are listed.
    string NamesOf(Type kind, string plural)
    {
        var names = Names(kind, 1).Distinct().Order(StringComparer.Ordinal).ToList();
        return names.Count <= NamesListedMax ? OneOf(names) : $"'asyncopt list {plural}' shows them";
    }

    // The options that make a name, and those given beside; what makes the name cannot be changed under it.
    SpecMapping? Expanded(KnownName known, SpecNode node)
    {
        var made = (SpecMapping)SpecReader.ReadValue($"{{ {known.Known.With} }}", node.Place, node.Path, diagnostics)!;
        var given = node as SpecMapping ?? new SpecMapping([], node.Place, node.Path);
        foreach (var entry in given.Entries.Where(e => e.Key != "name"))
        {
            if (made[entry.Key] is not { } meant)
                made = made.With(entry);
            else if (NameOf(entry.Value) is not { } word || word != NameOf(meant))
            {
                diagnostics.Add(entry.Value, $"'{known.Known.Name}' is {known.Entry.Name} with {known.Known.With}; for "
                    + $"another {entry.Key} write 'name: {known.Entry.Name}' and its options");
                return null;
            }
            else if (entry.Value is SpecMapping own)
                made = made.With(entry with { Value = meant is SpecMapping with ? SpecTree.Overlay(with, own) : own });
        }
        return made with { Place = node.Place, Path = node.Path };
    }

    static string? NameOf(SpecNode node) =>
        ((node is SpecMapping mapping ? mapping["name"] : node) as SpecScalar)?.Value;

    bool StandsFor(SpecNode node, Option option, int depth)
    {
        if (OptionText.KindOf(option.Type) is null)
            return node is SpecScalar number && Scalars.LooksLikeNumber(number.Value);
        var name = (node is SpecMapping mapping ? mapping["name"] : node) as SpecScalar;
        return name is not null && (catalogue.Find(option.Type, name.Value) is not null
            || (depth < ShorthandDepthMax
                && catalogue.Shorthands(option.Type).Any(s => StandsFor(node, s.Option, depth + 1))));
    }

    IEnumerable<string> Names(Type kind, int depth) => catalogue.OfKind(kind).Select(e => e.Name).Concat(
        depth == ShorthandDepthMax ? [] : catalogue.Shorthands(kind)
            .Where(s => OptionText.KindOf(s.Option.Type) is not null).SelectMany(s => Names(s.Option.Type, depth + 1)));

    static SpecMapping Wrapped(SpecNode node, Option option) =>
        new([new SpecEntry(option.Name, node.Place, node)], node.Place, node.Path);

    Bound? Entry(Entry entry, SpecNode node, Type? choice)
    {
        var mapping = node as SpecMapping ?? new SpecMapping([], node.Place, node.Path);
        Bound? options;
        if (entry.OptionsType is null)
            options = Parts([], mapping, node, ["name"]) is [] ? Bound.Of(null, null) : null;
        else
            options = Whole(entry.OptionsType, entry.Options, mapping, node, ["name"]);
        if (options is null || !CanBeMade(entry, options, node))
            return null;
        var json = Canonical.Entry(entry.Name, (JsonObject?)options.Json);
        object? Create() => entry.Create(options.Make());
        return choice is null ? new Bound(Create, json) : Bound.Of(Choose(choice, entry, node, json, Create), json);
    }

    static object Choose(Type choice, Entry entry, SpecNode node, JsonNode json, Func<object?> create) =>
        Activator.CreateInstance(
            choice, BindingFlags.NonPublic | BindingFlags.Instance, null, [entry, node, json, create], null)!;

    bool CanBeMade(Entry entry, Bound options, SpecNode node)
    {
        try
        {
            entry.Create(options.Make());
            return true;
        }
        catch (TargetInvocationException e) when (e.InnerException is ArgumentException or InputException)
        {
            // .NET appends the parameter's name on its own.
            diagnostics.Add(node, e.InnerException.Message.Split(" (Parameter '")[0]);
            return false;
        }
    }

    static string UnknownKey(string written, IReadOnlyList<Option> options, IReadOnlyList<string> reserved)
    {
        // What is reserved at the top of a file are keys as well; within an entry, it is its name alone.
        var others = reserved.Count > 1 ? reserved : [];
        List<string> names = [.. options.Select(o => o.Name).Concat(others).Order(StringComparer.Ordinal)];
        var list = names.Count == 0 ? "there are no options here" : OneOf(names);
        // Many keys, as at the top of a file, are only listed where none is near.
        var isNear = NearestName.Of(written, names.Concat(reserved)) is not null;
        var listed = isNear && names.Count > NamesListedMax ? "" : list;
        return $"unknown key '{written}'{NearestName.Hint(written, names.Concat(reserved), listed)}";
    }

    static string OneOf(IEnumerable<string> names) => "expected one of " + string.Join(", ", names);
}
