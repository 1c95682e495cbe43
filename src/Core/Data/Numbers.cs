using System.Globalization;

namespace AsyncOpt.Core.Data;

/// <summary>
/// Reads numbers as all files and options of the project have them, whatever the country of the machine: an optional
/// sign, ASCII digits with at most one decimal point before, between or behind them, an optional exponent. Nothing else
/// is a number: no separators of thousands, no decimal comma unless the file says so, no hexadecimal digits, no
/// infinity, no NaN. What is too large for a float64 is none either; what is too small for one is 0.
/// </summary>
public static class Numbers
{
    /// <summary>Data beyond this has sums of squares that do not fit in a float64.</summary>
    public const double DataMax = 1e100;

    /// <summary>What to say of a number beyond <see cref="DataMax"/>.</summary>
    /// <param name="text">The text.</param>
    public static string TooLarge(ReadOnlySpan<char> text) =>
        $"{DataFile.Quote(text)} is beyond 1e100, and sums of squares would not fit in a float64; mend it, or "
        + "give the values in a larger unit";

    /// <summary>Reads a finite number.</summary>
    /// <param name="text">The text; blanks around the number are passed over.</param>
    /// <param name="value">The number, or 0.</param>
    /// <returns>Whether the whole text was a finite number.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out double value) => TryParse(text, '.', out value);

    /// <summary>Reads a finite number with a decimal mark of the file's.</summary>
    /// <param name="text">The text; blanks around the number are passed over.</param>
    /// <param name="mark">The decimal mark, a point or a comma.</param>
    /// <param name="value">The number, or 0.</param>
    /// <returns>Whether the whole text was a finite number.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, char mark, out double value)
    {
        value = 0;
        text = text.Trim(" \t");
        if (!IsNumber(text, mark))
            return false;
        if (mark != '.' && text.Contains(mark))
            text = text.ToString().Replace(mark, '.');
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    /// <summary>What to say of a text that is no finite number: what was expected, what came, what to do.</summary>
    /// <param name="text">The text.</param>
    public static string Refusal(ReadOnlySpan<char> text)
    {
        string refusal = $"expected a finite number, got {DataFile.Quote(text)}";
        if (IsMissing(text))
            return refusal + "; leave the line out, or fill in the missing value";
        return refusal + Remedy(text.Trim().ToString());
    }

    /// <summary>What to write for a number with a decimal comma, or one between thousands; else nothing.</summary>
    /// <param name="text">The text.</param>
    public static string CommaHint(string text)
    {
        if (text.Split(',') is not [var whole, var rest] || !TryParse($"{whole}.{rest}", out _))
            return "";
        var hint = $"; decimals are written with a point: {whole}.{rest}";
        // 1,000 may also be a thousand; 0,125 may not.
        return rest.Length == 3 && whole.TrimStart('+', '-') is [>= '1' and <= '9', ..]
            ? $"{hint}; thousands without a mark: {whole}{rest}"
            : hint;
    }

    static string Remedy(string text)
    {
        if (!text.Any(char.IsAsciiDigit))
            return "";
        if (text.Contains('−'))
            return "; its minus sign is U+2212: write - instead";
        if (text[^1] == '%' && TryParse(text.AsSpan(0, text.Length - 1), out _))
            return "; write a share, such as 0.25, or leave the % out in the whole column";
        if (text is ['(', .. var amount, ')'] && TryParse(amount, out _))
            return $"; a negative number is written with -: -{amount}";
        if (text.TrimStart('+', '-').StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return "; hexadecimal numbers are not read: write it in decimal digits";
        if (text.Replace('D', 'e').Replace('d', 'e') is var power && TryParse(power, out _))
            return $"; an exponent is written with e: {power}";
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            return "; write a date as a number, such as the days since the first one";
        if (CommaHint(text) is { Length: > 0 } hint)
            return hint;
        return text.AsSpan().ContainsAny(",_' ") && !text.Any(c => char.IsLetter(c) && c is not ('e' or 'E'))
            ? "; numbers have a decimal point, and nothing between thousands, such as 1234.5"
            : "";
    }

    /// <summary>Whether a text stands for a value that is not there, such as <c>?</c>, <c>NA</c> or nothing.</summary>
    /// <param name="text">The text.</param>
    public static bool IsMissing(ReadOnlySpan<char> text) =>
        text.Trim().ToString().ToUpperInvariant() is "" or "?" or "-" or "." or "NA" or "N/A" or "#N/A" or "<NA>"
            or "NAN" or "-NAN" or "NULL" or "NONE" or "NIL" or "INF" or "+INF" or "-INF" or "INFINITY" or "-INFINITY";

    // [sign] digits [mark [digits]] [e [sign] digits], or [sign] mark digits ...
    static bool IsNumber(ReadOnlySpan<char> text, char mark)
    {
        int at = Sign(text, 0);
        int whole = Digits(text, ref at), fraction = 0;
        if (at < text.Length && text[at] == mark)
        {
            at++;
            fraction = Digits(text, ref at);
        }
        if (whole + fraction == 0)
            return false;
        if (at < text.Length && text[at] is 'e' or 'E')
        {
            at = Sign(text, at + 1);
            if (Digits(text, ref at) == 0)
                return false;
        }
        return at == text.Length;
    }

    static int Sign(ReadOnlySpan<char> text, int at) => at < text.Length && text[at] is '+' or '-' ? at + 1 : at;

    static int Digits(ReadOnlySpan<char> text, ref int at)
    {
        int first = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return at - first;
    }
}
