using System.Collections;
using System.Reflection;
using System.Text.Json.Nodes;
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
        IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(Of)]),
        _ => value.GetType().GetCustomAttribute<EntryAttribute>() is { } entry
            ? Entry(entry.Name, OptionsOf(value))
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

    // An entry that is a default was made in code: its options are where the constructor keeps them.
    static JsonObject? OptionsOf(object entry)
    {
        var type = entry.GetType().GetConstructors().Single().GetParameters().FirstOrDefault()?.ParameterType;
        var field = type is null ? null : Array.Find(
            entry.GetType().GetFields(BindingFlags.NonPublic | BindingFlags.Instance), f => f.FieldType == type);
        return field?.GetValue(entry) is { } options ? Record(options) : null;
    }
}
