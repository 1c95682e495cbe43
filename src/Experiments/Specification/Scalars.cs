using System.ComponentModel.DataAnnotations;
using System.Globalization;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Experiments.Specification;

/// <summary>Reads single values. Pure functions; numbers are written the same way in every country.</summary>
static class Scalars
{
    // A power of ten is added to the exponent that was written, so that 9.3ms is the double nearest to 0.0093.
    static readonly (string Unit, int Exponent, double Times)[] Units =
        [("ns", -9, 1), ("us", -6, 1), ("ms", -3, 1), ("s", 0, 1), ("m", 0, 60), ("h", 0, 3600)];

    /// <summary>Whether single values of this type can be read.</summary>
    public static bool CanRead(Type type) =>
        type.IsEnum || type == typeof(string) || type == typeof(bool) || type == typeof(double)
        || type == typeof(VirtualTime)
        || type == typeof(int) || type == typeof(long) || type == typeof(ulong);

    /// <summary>Reads a value; null where the text is none of that type.</summary>
    /// <param name="text">The text.</param>
    /// <param name="type">A type that can be read.</param>
    /// <param name="isTime">Whether a number may have a unit of time.</param>
    public static object? Read(string text, Type type, bool isTime)
    {
        if (type == typeof(string))
            return text;
        if (type == typeof(bool))
            return text switch { "true" or "True" => true, "false" or "False" => false, _ => null };
        if (type.IsEnum)
            return OptionText.EnumNames(type).FirstOrDefault(p => p.Name == text).Value;
        if (type == typeof(double))
            return isTime ? Time(text) : Number(text);
        if (type == typeof(VirtualTime))
            return Time(text) is >= 0 && VirtualTime.TryParse(text, out var time) ? time : null;
        return Whole(text, type);
    }

    /// <summary>Whether a value lies in a range.</summary>
    /// <remarks>The attribute's own check rounds a double to the type of its limits: 1.4 lies in [0, 1].</remarks>
    public static bool IsWithin(object value, RangeAttribute? range)
    {
        if (value is string or bool or Enum)
            return true;
        var number = value is VirtualTime time ? time.Seconds : Convert.ToDouble(value, CultureInfo.InvariantCulture);
        if (range is null)
            return double.IsFinite(number);
        var min = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
        var max = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        return (range.MinimumIsExclusive ? number > min : number >= min)
            && (range.MaximumIsExclusive ? number < max : number <= max);
    }

    /// <summary>What is wrong with a text that looks like a number and is none; else empty.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isTime">Whether a unit of time may be written.</param>
    public static string Hint(string text, bool isTime = false)
    {
        if (isTime && TimeTexts.Remedy(text) is { } written && Time(written) is not null)
            return $"; a time is one number and its unit: write {written}";
        if (!LooksLikeNumber(text))
            return "";
        var unit = text[(1 + text.AsSpan().LastIndexOfAnyExceptInRange('A', 'z'))..];
        if (isTime && unit.Length > 0 && !Units.Any(u => u.Unit == unit))
            return $"; units of time are {string.Join(", ", Units.Select(u => u.Unit))}";
        if (isTime && Time(text) is > 0 and < 2e9)
            return "; a time is a whole number of nanoseconds";
        if (!isTime && unit.Length > 0 && Number(text[..^unit.Length].TrimEnd()) is not null)
            return $"; write the number alone, without '{unit}'";
        if (Number(text.Replace(',', '.')) is not null && Numbers.CommaHint(text) is { Length: > 0 } hint)
            return hint;
        return HasLeadingZero(text) ? "; a number does not begin with 0, and decimals are written with a point" : "";
    }

    /// <summary>Whether a text begins like a number.</summary>
    public static bool LooksLikeNumber(string text) =>
        text.Length > 0 && (char.IsAsciiDigit(text[0]) || (text.Length > 1 && text[0] is '+' or '-' or '.'));

    static double? Number(string text)
    {
        if (text is ".inf" or "+.inf" or "inf" or "-.inf" or "-inf")
            return text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        return Numbers.TryParse(text, out var value)
            && LooksLikeNumber(text) && !HasLeadingZero(text) && double.IsFinite(value)
                ? value
                : null;
    }

    // 05 may be the rest of a number with a decimal comma: [0,05] is a list of two.
    static bool HasLeadingZero(string text)
    {
        var digits = text.TrimStart('+', '-');
        return digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit(digits[1]);
    }

    static double? Time(string text)
    {
        if (Number(text) is { } plain)
            return plain;
        foreach (var (unit, exponent, times) in Units)
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && Number(Shifted(text[..^unit.Length].TrimEnd(), exponent)) is { } value)
                return value * times;
        return null;
    }

    // The number times a power of ten, as text.
    static string Shifted(string number, int exponent)
    {
        var e = number.IndexOfAny(['e', 'E']);
        if (e < 0)
            return number.Length == 0 ? "" : $"{number}e{exponent}";
        var power = number[(e + 1)..];
        return int.TryParse(power, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var written)
            ? $"{number[..e]}e{(long)written + exponent}"
            : "";
    }

    // 1e6 is a whole number, too.
    static object? Whole(string text, Type type)
    {
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            || decimal.Truncate(value) != value || HasLeadingZero(text))
            return null;
        var (min, max) = type == typeof(int) ? (int.MinValue, int.MaxValue)
            : type == typeof(long) ? (long.MinValue, long.MaxValue) : ((decimal)0, ulong.MaxValue);
        return value >= min && value <= max ? Convert.ChangeType(value, type, CultureInfo.InvariantCulture) : null;
    }
}
