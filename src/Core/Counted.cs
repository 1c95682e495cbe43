using System.Globalization;
using System.Text.RegularExpressions;

namespace AsyncOpt.Core;

/// <summary>Numbers in messages.</summary>
public static partial class Counted
{
    /// <summary>A number with some significant digits: <c>0.25</c>, <c>7.232e-5</c>.</summary>
    /// <param name="value">The number.</param>
    /// <param name="digits">How many digits it has at most.</param>
    public static string Digits(double value, int digits) =>
        Exponent().Replace(value.ToString($"g{digits}", CultureInfo.InvariantCulture), "e$1");

    // As this library writes exponents: e-05, e+10.
    [GeneratedRegex(@"e\+?(-?)0*", RegexOptions.None)]
    private static partial Regex Exponent();

    /// <summary>A number and what it counts: <c>1 message</c>, <c>2 messages</c>.</summary>
    /// <param name="number">How many.</param>
    /// <param name="one">What one is called, with its verb where there is one: <c>message was</c>.</param>
    /// <param name="many">What several are called; by default as one, with an s.</param>
    public static string Of(long number, string one, string? many = null) => string.Create(
        CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many ?? one + "s")}");

    /// <summary>How many of all: <c>1 of 3 runs is missing</c>, <c>2 of 3 runs are missing</c>.</summary>
    /// <param name="part">How many.</param>
    /// <param name="all">Of how many.</param>
    /// <param name="one">What one of them is called.</param>
    /// <param name="does">What one does.</param>
    /// <param name="do">What several do.</param>
    public static string Part(long part, long all, string one, string does, string @do) =>
        string.Create(CultureInfo.InvariantCulture, $"{part} of {Of(all, one)} {(part == 1 ? does : @do)}");
}
