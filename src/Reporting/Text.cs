using System.Globalization;
using System.Text.Json.Nodes;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting;

/// <summary>How numbers, times and names are written in run folders: the same everywhere, without loss.</summary>
public static class Text
{
    const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>
    /// The shortest text that reads back as the same number; <c>NaN</c>, <c>Infinity</c>, <c>-Infinity</c>.
    /// </summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A whole number.</summary>
    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Integer nanoseconds as seconds, exactly: all nine decimals where needed, none where not.</summary>
    public static string Seconds(long nanoseconds) => Decimal(nanoseconds, NanosecondsPerSecond, 9);

    /// <summary>Integer nanoseconds as microseconds, exactly.</summary>
    public static string Microseconds(long nanoseconds) => Decimal(nanoseconds, 1_000, 3);

    /// <summary>A number for a JSON document, which has no word for NaN and infinity: those become strings.</summary>
    public static JsonNode Json(double value) =>
        double.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create(Number(value));

    /// <summary>16 hexadecimal digits.</summary>
    public static string Hash(ulong hash) => hash.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>An outcome in words: <c>budget spent</c>, <c>target reached</c>, ....</summary>
    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.BudgetSpent => "budget spent",
        Outcome.TargetReached => "target reached",
        Outcome.Completed => "completed",
        Outcome.Diverged => "diverged",
        Outcome.Stalled => "stalled",
        Outcome.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "no such outcome"),
    };

    /// <summary>The outcome that such words name.</summary>
    /// <exception cref="FormatException">They name none.</exception>
    public static Outcome OutcomeOf(string words) =>
        Enum.GetValues<Outcome>().Where(o => Of(o) == words).Select(o => (Outcome?)o).FirstOrDefault()
        ?? throw new FormatException($"'{words}' is no outcome");

    /// <summary>What a fault did in a word: <c>dropped</c>, <c>at_door</c>.</summary>
    public static string Of(FaultDeed deed) => KebabCase.Of(deed.ToString()).Replace('-', '_');

    /// <summary>Why something came to nothing, in a word: <c>down</c>, <c>no-room</c>.</summary>
    public static string Of(WasteReason reason) => KebabCase.Of(reason.ToString());

    /// <summary>The reason that such a word names.</summary>
    /// <exception cref="FormatException">It names none.</exception>
    public static WasteReason WasteReasonOf(string word) =>
        Enum.GetValues<WasteReason>().Where(r => Of(r) == word).Select(r => (WasteReason?)r).FirstOrDefault()
        ?? throw new FormatException($"'{word}' is no reason for waste");

    /// <summary>A way of messages in a word: <c>link</c>, <c>overlay</c>, <c>token</c>.</summary>
    public static string Of(MessageWay way) => KebabCase.Of(way.ToString());

    /// <summary>A scale in a word: <c>linear</c>, <c>log</c>, <c>logit</c>.</summary>
    public static string Of(Scale scale) => scale.ToString().ToLowerInvariant();

    /// <summary>The scale that such a word names.</summary>
    /// <exception cref="FormatException">It names none.</exception>
    public static Scale ScaleOf(string word) =>
        Enum.GetValues<Scale>().Where(s => Of(s) == word).Select(s => (Scale?)s).FirstOrDefault()
        ?? throw new FormatException($"'{word}' is no scale");

    /// <summary>A field of a comma-separated line, quoted where it must be (RFC 4180).</summary>
    public static string Field(string value) =>
        value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : "\"" + value.Replace("\"", "\"\"") + "\"";

    static string Decimal(long value, long unit, int digits)
    {
        var sign = value < 0 ? "-" : "";
        var magnitude = (UInt128)Int128.Abs(value);
        var whole = (magnitude / (UInt128)unit).ToString(CultureInfo.InvariantCulture);
        var rest = (magnitude % (UInt128)unit).ToString(CultureInfo.InvariantCulture);
        var fraction = rest.PadLeft(digits, '0').TrimEnd('0');
        return fraction.Length == 0 ? sign + whole : $"{sign}{whole}.{fraction}";
    }
}
