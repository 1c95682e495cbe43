using System.Globalization;
using System.Text.RegularExpressions;

namespace AsyncOpt.Experiments.Specification;

/// <summary>Times as they are written elsewhere. Pure functions.</summary>
static partial class TimeTexts
{
    static readonly string[] Together = ["h", "m", "s"];

    static readonly (string[] Words, string Unit)[] Names =
    [
        (["nsec", "nanosecond", "nanoseconds"], "ns"), (["µs", "μs", "usec", "microsecond", "microseconds"], "us"),
        (["msec", "millisecond", "milliseconds"], "ms"), (["sec", "secs", "second", "seconds"], "s"),
        (["min", "mins", "minute", "minutes"], "m"), (["hr", "hrs", "hour", "hours"], "h"),
    ];

    /// <summary>
    /// The time that is meant, as it is to be written: <c>90m</c> for <c>1h30m</c>, <c>5us</c> for <c>5µs</c>,
    /// <c>5s</c> for <c>PT5S</c>, <c>1.5s</c> for <c>1,5s</c>, <c>1000ms</c> for <c>1_000ms</c>, <c>5m</c> for
    /// <c>5 min</c>; null for any other text, and where a comma may be one between thousands.
    /// </summary>
    /// <param name="text">The text.</param>
    public static string? Remedy(string text)
    {
        if (Parts().Match(text) is { Success: true } parts && Joined(parts) is { } joined)
            return joined;
        if (Single().Match(text) is not { Success: true } single)
            return null;
        var (number, word) = (single.Groups["number"].Value, single.Groups["unit"].Value);
        var unit = Names.FirstOrDefault(n => n.Words.Contains(word, StringComparer.OrdinalIgnoreCase)).Unit ?? word;
        var plain = DecimalComma().IsMatch(number) ? number.Replace(',', '.') : number.Replace("_", "");
        return (unit, plain) == (word, number) ? null : plain + unit;
    }

    // Several units, or ISO 8601: in the smallest unit that is written.
    static string? Joined(Match parts)
    {
        string[] units = [.. Together.Where(unit => parts.Groups[unit].Success)];
        if (units.Length == 0 || (units.Length == 1 && !parts.Groups["iso"].Success))
            return null;
        var seconds = units.Sum(
            unit => decimal.Parse(parts.Groups[unit].Value, CultureInfo.InvariantCulture) * Of(unit));
        return (seconds / Of(units[^1])).ToString("0.#########", CultureInfo.InvariantCulture) + units[^1];

        static int Of(string unit) => unit switch { "h" => 3600, "m" => 60, _ => 1 };
    }

    [GeneratedRegex(@"^(?<iso>PT)?((?<h>\d{1,9})h)?\s*((?<m>\d{1,9})m)?\s*((?<s>\d{1,9}(\.\d{1,9})?)s)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Parts();

    [GeneratedRegex(@"^(?<number>[0-9.,_]+)\s*(?<unit>\p{L}+)$")]
    private static partial Regex Single();

    [GeneratedRegex(@"^(0,\d+|\d+,(\d{1,2}|\d{4,}))$")]
    private static partial Regex DecimalComma();
}
