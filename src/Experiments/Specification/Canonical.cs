using System.Collections;
using System.Reflection;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Experiments.Specification;

/// <summary>
/// Writes values as an experiment file would, every default filled in: kebab-case keys in the order of their
/// declaration, numbers in their shortest form, times in seconds. What is written reads back as the same value.
/// </summary>
static class Canonical
{
    /// <summary>A value; null for no value.</summary>
    public static JsonNode? Of(object? value) => value switch
    {
        null => null,
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        Enum name => JsonValue.Create(KebabCase.Of(name.ToString())),
        double number => Number(number),
        VirtualTime time => Number(time.Seconds),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        ulong number => JsonValue.Create(number),
        Choice choice => choice.Json.DeepClone(),
        SpecNode => null,
        IReadOnlyDictionary<string, string> texts => new JsonObject(
            texts.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)JsonValue.Create(t.Value)))),
        IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(Of)]),
        _ => value.GetType().GetCustomAttribute<EntryAttribute>() is { } entry
            ? Entry(entry.Name, OptionsOf(value) is { } options ? Record(options) : null)
            : Record(value),
    };

    /// <summary>A number; JSON has none for infinity, which is written as in YAML.</summary>
    public static JsonNode Number(double value) =>
        double.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create(OptionText.Number(value));

    /// <summary>An entry of the catalogue: its name, then its options.</summary>
    public static JsonObject Entry(string name, JsonObject? options)
    {
        var json = new JsonObject { ["name"] = name };
        foreach (var (key, value) in options ?? [])
            json[key] = value?.DeepClone();
        return json;
    }

    /// <summary>An option without value: the word for that, where it has one.</summary>
    public static JsonNode? None(Option option) =>
        option.Word is { } word ? JsonValue.Create(word) : null;

    static JsonObject Record(object value)
    {
        var json = new JsonObject();
        foreach (var option in Option.AllOf(value.GetType()))
            json[option.Name] = Of(option.Property.GetValue(value)) ?? None(option);
        return json;
    }

    /// <summary>
    /// The options of an entry that was made in code, from where its constructor keeps them; null where it takes none.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <exception cref="InputException">It takes options and keeps them nowhere.</exception>
    public static object? OptionsOf(object entry)
    {
        var parameters = entry.GetType().GetConstructors() is [var constructor] ? constructor.GetParameters() : [];
        if (parameters is not [var parameter])
            return null;
        for (var type = entry.GetType(); type is not null; type = type.BaseType)
            foreach (var field in type.GetFields(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance))
                if (field.GetValue(entry) is { } kept && parameter.ParameterType.IsInstanceOfType(kept))
                    return kept;
        throw new InputException($"{entry.GetType().FullName} keeps its {parameter.ParameterType.Name} in no field, so "
            + "that they cannot be read from it; let the class use its constructor's parameter in a method");
    }

    /// <summary>The classes of all entries in a value: its own, and those in options.</summary>
    /// <param name="value">An entry, a choice, a record of options, or a list of such.</param>
    public static IEnumerable<Type> EntryTypesOf(object? value)
    {
        if (value is null or string || Scalars.CanRead(value.GetType()))
            return [];
        if (value is Choice choice)
            return choice.Types;
        if (value is IEnumerable list)
            return list.Cast<object?>().SelectMany(EntryTypesOf);
        return value.GetType().IsDefined(typeof(EntryAttribute))
            ? EntryTypesOf(OptionsOf(value)).Prepend(value.GetType())
            : Option.AllOf(value.GetType()).SelectMany(o => EntryTypesOf(o.Property.GetValue(value)));
    }
}
