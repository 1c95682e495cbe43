using System.Reflection;

namespace AsyncOpt.Core.Catalog;

/// <summary>
/// Everything that an experiment file can name: the classes marked with an <see cref="EntryAttribute"/> in the project
/// and in the user's plug-ins. Nothing is registered anywhere. Immutable.
/// </summary>
public sealed class Catalogue
{
    static readonly Lazy<Catalogue> OfProject = new(() => Of(typeof(Catalogue).Assembly));

    readonly Dictionary<(Type Kind, string Name), Entry> _byName = [];
    readonly Dictionary<Type, Entry> _byType = [];
    readonly Dictionary<(Type Kind, string Name), KnownName> _combinations = [];

    Catalogue(IEnumerable<Type> all)
    {
        // Of the thousands of types few are marked, and a name takes longer to make than a mark to find.
        var types = all.Distinct().Where(IsMarked)
            .OrderBy(t => t.FullName, StringComparer.Ordinal).ToList();
        var docs = new Dictionary<Assembly, XmlDocs>();
        XmlDocs DocsOf(Type type) => docs.TryGetValue(type.Assembly, out var known)
            ? known
            : docs[type.Assembly] = new XmlDocs(type.Assembly);

        var kinds = new Dictionary<Type, Kind>();
        Kind KindOf(Type type) => kinds.TryGetValue(type, out var known)
            ? known
            : kinds[type] = new Kind(OptionText.KindOf(type)!, type, DocsOf(type));

        foreach (var type in types.Where(OptionText.IsKind))
            KindOf(type);
        foreach (var type in types)
            if (type.GetCustomAttribute<EntryAttribute>(inherit: false) is { } attribute)
                Add(new Entry(KindOf(KindTypeOf(type, attribute)), type, attribute, DocsOf(type)));
        foreach (var known in _byType.Values.SelectMany(e => e.KnownAs).Where(k => k.Known.With is not null))
            if (_byName.ContainsKey((known.Entry.Kind.Type, known.Known.Name))
                || !_combinations.TryAdd((known.Entry.Kind.Type, known.Known.Name), known))
                throw new InputException(
                    $"{known.Entry.Kind.Plural}: two things are named '{known.Known.Name}'; rename one");
        Kinds = [.. kinds.Values.OrderBy(k => k.Plural, StringComparer.Ordinal)];
        Entries = [.. _byType.Values.OrderBy(e => e.Kind.Plural, StringComparer.Ordinal)
            .ThenBy(e => e.Name, StringComparer.Ordinal)];
    }

    /// <summary>The kinds, sorted by name.</summary>
    public IReadOnlyList<Kind> Kinds { get; }

    /// <summary>The entries, sorted by kind, then by name.</summary>
    public IReadOnlyList<Entry> Entries { get; }

    /// <summary>Whether it has entries of plug-ins.</summary>
    public bool HasPlugins => Entries.Any(e => e.Type.Assembly != typeof(Catalogue).Assembly);

    /// <summary>
    /// What to say after the names there are: that plug-ins have others; empty where plug-ins are here.
    /// </summary>
    public string PluginHint => HasPlugins ? "" : "; those of a plug-in need --plugin DLL";

    /// <summary>The entries of this project and of plug-ins.</summary>
    /// <param name="plugins">Paths of the plug-ins' assemblies.</param>
    /// <exception cref="InputException">
    /// A plug-in cannot be loaded or has no entry, an entry breaks the rules of <see cref="EntryAttribute"/>, or two
    /// entries of one kind have the same name.
    /// </exception>
    public static Catalogue Load(IEnumerable<string>? plugins = null)
    {
        string[] paths = [.. (plugins ?? []).Distinct(StringComparer.Ordinal)];
        return paths.Length == 0
            ? OfProject.Value
            : Of([typeof(Catalogue).Assembly, .. paths.Select(Plugin)]);
    }

    /// <summary>The entries of some assemblies.</summary>
    /// <param name="assemblies">The assemblies; those that kinds come from need not be among them.</param>
    /// <exception cref="InputException">As for <see cref="Load"/>.</exception>
    public static Catalogue Of(params IReadOnlyList<Assembly> assemblies) =>
        new(assemblies.Distinct().SelectMany(Types));

    /// <summary>The entries of this project and some classes of the user's own.</summary>
    /// <param name="own">The classes; those of the project may be among them.</param>
    /// <exception cref="InputException">As for <see cref="Load"/>.</exception>
    public static Catalogue With(IEnumerable<Type> own) => new(Types(typeof(Catalogue).Assembly).Concat(own));

    /// <summary>The entry that a class is, in whatever assembly it lies.</summary>
    /// <param name="type">The class.</param>
    /// <exception cref="InputException">It is none, or breaks the rules of <see cref="EntryAttribute"/>.</exception>
    public static Entry EntryOf(Type type)
    {
        var attribute = type.GetCustomAttribute<EntryAttribute>(inherit: false) ?? throw new InputException(
            $"{Origin(type)} is nothing that an experiment can name; mark it with [Method(\"NAME\")], "
            + "[Problem(\"NAME\")] or the attribute of its kind");
        var kind = KindTypeOf(type, attribute);
        return new Entry(
            new Kind(OptionText.KindOf(kind)!, kind, new XmlDocs(kind.Assembly)), type, attribute,
            new XmlDocs(type.Assembly));
    }

    /// <summary>The entries of one kind, sorted by name.</summary>
    /// <param name="kind">The abstract class of the kind.</param>
    public IReadOnlyList<Entry> OfKind(Type kind) => [.. Entries.Where(e => e.Kind.Type == kind)];

    /// <summary>The entry of a name within a kind; null where there is none.</summary>
    /// <param name="kind">The abstract class of the kind.</param>
    /// <param name="name">The name in experiment files.</param>
    public Entry? Find(Type kind, string name) => _byName.GetValueOrDefault((kind, name));

    /// <summary>The entries of a name, over all kinds, sorted by kind.</summary>
    public IReadOnlyList<Entry> Named(string name) =>
        [.. Entries.Where(e => e.Name == name || e.Attribute.Aliases.Contains(name))];

    /// <summary>The entry with options that a name stands for within a kind; null where it stands for none.</summary>
    /// <param name="kind">The abstract class of the kind.</param>
    /// <param name="name">The name.</param>
    public KnownName? Combination(Type kind, string name) => _combinations.GetValueOrDefault((kind, name));

    /// <summary>All that a name of the field leads to, sorted by kind, then by entry.</summary>
    /// <param name="name">The name.</param>
    public IReadOnlyList<KnownName> KnownAs(string name) =>
        [.. Entries.SelectMany(e => e.KnownAs).Where(k => k.Known.Name == name)];

    /// <summary>The entry that a class is; null where it is none.</summary>
    public Entry? Of(Type type) => _byType.GetValueOrDefault(type);

    /// <summary>All names that lead to an entry: its own, its aliases, and those of the field.</summary>
    /// <param name="kind">The abstract class of the kind; null for all kinds.</param>
    public IEnumerable<string> NamesOf(Type? kind) => Entries.Where(e => kind is null || e.Kind.Type == kind)
        .SelectMany(e => (string[])[e.Name, .. e.Attribute.Aliases, .. e.KnownAs.Select(k => k.Known.Name)])
        .Distinct();

    /// <summary>
    /// The entries of a kind that a value may stand for without naming them, each with the option that takes the value:
    /// <c>constant</c> with its option <c>value</c>, and an entry named as its option of another kind, such as
    /// <c>law</c>. So a number is a constant law, and a law is a link of that law.
    /// </summary>
    /// <param name="kind">The abstract class of the kind.</param>
    public IEnumerable<(Entry Entry, Option Option)> Shorthands(Type kind) =>
        from entry in OfKind(kind)
        from option in entry.Options
        where (entry.Name == "constant" && option.Name == "value")
            || (entry.Name == option.Name && OptionText.KindOf(option.Type) is not null && option.Type != kind)
        select (entry, option);

    /// <summary>What an option's value looks like; where a number may stand for an entry, that is said first.</summary>
    /// <param name="option">The option.</param>
    public string Expected(Option option)
    {
        var kind = option.Type is { IsGenericType: true, GenericTypeArguments: [var choice] } ? choice : option.Type;
        return OptionText.KindOf(kind) is not null && TakesNumber(kind, 1)
            ? $"a number, {option.Expected}"
            : option.Expected;
    }

    static Assembly Plugin(string path)
    {
        var assembly = PluginContext.Load(path);
        return Array.Exists(Types(assembly), t => t.IsDefined(typeof(EntryAttribute), inherit: false))
            ? assembly
            : throw new InputException($"plug-in '{path}' has nothing that an experiment can name: none of its classes "
                + "is marked with [Method(\"NAME\")], [Problem(\"NAME\")] or another attribute of an entry; give the "
                + ".dll that has such classes");
    }

    void Add(Entry entry)
    {
        foreach (var name in (string[])[entry.Name, .. entry.Attribute.Aliases])
        {
            if (_byName.TryAdd((entry.Kind.Type, name), entry))
                continue;
            var other = _byName[(entry.Kind.Type, name)];
            throw new InputException($"{entry.Kind.Plural}: two entries are named '{name}': " +
                $"{Origin(other.Type)} and {Origin(entry.Type)}; rename one");
        }
        _byType[entry.Type] = entry;
    }

    /// <summary>Whether a number may stand for an entry of a kind.</summary>
    /// <param name="kind">The abstract class of the kind.</param>
    /// <param name="depth">How many kinds stand for each other so far.</param>
    // A number stands for a law, a law for a link: no chain is longer.
    public bool TakesNumber(Type kind, int depth = 1) => depth <= 3 && Shorthands(kind)
        .Any(s => OptionText.KindOf(s.Option.Type) is null || TakesNumber(s.Option.Type, depth + 1));

    static bool IsMarked(Type type) =>
        type.IsDefined(typeof(EntryAttribute), inherit: false) || OptionText.IsKind(type);

    static Type KindTypeOf(Type type, EntryAttribute attribute)
    {
        for (var parent = type.BaseType; parent is not null; parent = parent.BaseType)
            if (OptionText.IsKind(parent))
                return parent;
        throw new InputException($"{Origin(type)} is marked as the entry '{attribute.Name}', "
            + "but derives from no class marked with [EntryKind]");
    }

    static string Origin(Type type) => $"{type.FullName} ({type.Assembly.GetName().Name})";

    static Type[] Types(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            var cause = e.LoaderExceptions.FirstOrDefault(x => x is not null)?.Message ?? e.Message;
            throw new InputException(
                $"{assembly.GetName().Name} does not fit this version of AsyncOpt; build it again: {cause}", e);
        }
    }
}
