using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Catalog;

/// <summary>How options and their values read: in messages, and in <c>asyncopt describe</c>.</summary>
public static class OptionText
{
    /// <summary>What an option's value looks like, for instance <c>a number from 1e-12 to 1e6</c>.</summary>
    public static string Expected(Option option) =>
        Expected(option.Type, option.Range, option.IsTime) + (option.Word is { } word ? $", or {word}" : "");

    /// <summary>What a value of a type looks like.</summary>
    /// <param name="type">The type.</param>
    /// <param name="range">Its range, or that of its elements; null for none.</param>
    /// <param name="isTime">Whether a unit of time may be written.</param>
    public static string Expected(Type type, RangeAttribute? range = null, bool isTime = false)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Expected(underlying, range, isTime);
        if (type == typeof(string))
            return "a text";
        if (Option.ElementOf(type) is { } element)
            return "a list, each " + Expected(element, range, isTime);
        if (type.IsEnum)
            return "one of " + string.Join(", ", EnumNames(type).Select(p => p.Name));
        if (type == typeof(bool))
            return "true or false";
        if (type == typeof(double) || type == typeof(float) || type == typeof(VirtualTime))
            return (isTime ? "a time such as 5ms" : "a number") + Between(range, isTime ? ", " : " ");
        if (type.IsPrimitive)
            return "a whole number" + Between(range ?? Natural(type), " ");
        // A choice among a kind's entries, to be made later, is written like the entry.
        var named = type is { IsGenericType: true, GenericTypeArguments: [var argument] } ? argument : type;
        return KindOf(named) is { } kind ? $"a name out of {kind}, or a mapping with 'name'" : "a mapping";
    }

    /// <summary>The names of an enumeration in experiment files, in the order of their declaration.</summary>
    public static IEnumerable<(string Name, object Value)> EnumNames(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).OrderBy(f => f.MetadataToken)
            .Select(f => (KebabCase.Of(f.Name), f.GetValue(null)!));

    /// <summary>A value as it would be written in an experiment file, on one line.</summary>
    public static string Value(object? value) => value switch
    {
        null => "none",
        string text => text.Length == 0 ? "''" : text,
        bool flag => flag ? "true" : "false",
        Enum name => KebabCase.Of(name.ToString()),
        double number => Number(number),
        float number => Number(number),
        VirtualTime time => Number(time.Seconds),
        IFormattable number when value.GetType().IsPrimitive => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable list => "[" + string.Join(", ", list.Cast<object?>().Select(Value)) + "]",
        ConstantSchedule constant => Number(constant.At(0)),
        _ => value.GetType().GetCustomAttribute<EntryAttribute>()?.Name ?? Record(value),
    };

    /// <summary>A number in its shortest form: <c>1e-12</c>, <c>0.5</c>, <c>1e6</c>, <c>1048576</c>.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? ".nan" : value > 0 ? ".inf" : "-.inf";
        var plain = value.ToString("R", CultureInfo.InvariantCulture);
        plain = plain.Contains('E', StringComparison.Ordinal) ? null : plain;
        var scientific = value.ToString("0.################e0", CultureInfo.InvariantCulture);
        return plain is not null && plain.Length <= scientific.Length ? plain : Exact(scientific, value);
    }

    /// <summary>The name of a type's kind in the plural; null where it has none.</summary>
    public static string? KindOf(Type type) => type.GetCustomAttribute<EntryKindAttribute>()?.Plural;

    /// <summary>Whether a type is a kind of entries.</summary>
    internal static bool IsKind(Type type) => type.IsDefined(typeof(EntryKindAttribute), inherit: false);

    static string Exact(string text, double value) =>
        double.Parse(text, CultureInfo.InvariantCulture) == value
            ? text
            : value.ToString("R", CultureInfo.InvariantCulture).Replace("E+", "e", StringComparison.Ordinal)
                .Replace('E', 'e');

    static RangeAttribute? Natural(Type type) =>
        type.Name.StartsWith('U') || type == typeof(byte) ? new RangeAttribute(0.0, double.MaxValue) : null;

    // Limits that only say 'whatever the type holds' are left out.
    static string Between(RangeAttribute? range, string separator)
    {
        if (range is null)
            return "";
        var (min, max) = (Limit(range.Minimum), Limit(range.Maximum));
        var hasMin = min > -1e15 && min != int.MinValue;
        var hasMax = max < 1e15 && max != int.MaxValue;
        var above = (range.MinimumIsExclusive ? "above " : "at least ") + Number(min);
        var below = (range.MaximumIsExclusive ? "below " : "at most ") + Number(max);
        return (hasMin, hasMax) switch
        {
            (false, false) => "",
            (true, false) => ", " + above,
            (false, true) => ", " + below,
            _ when range.MinimumIsExclusive || range.MaximumIsExclusive => $"{separator}{above} and {below}",
            _ => $"{separator}from {Number(min)} to {Number(max)}",
        };
    }

    static double Limit(object limit) => Convert.ToDouble(limit, CultureInfo.InvariantCulture);

    static string Record(object value) => "{" + string.Join(", ", Option.AllOf(value.GetType())
        .Select(o => $"{o.Name}: {Value(o.Property.GetValue(value))}")) + "}";
}
