using System.Globalization;
using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Display;

/// <summary>Numbers for people: few digits, the same everywhere.</summary>
static class Pretty
{
    // The least power of ten that is written without exponent.
    const int LeastPlain = -3;

    // Where an end is off by this share of the half-width, it shows: both are given, all in two digits.
    const double LopsidedFrom = 0.125;

    /// <summary>A number with some significant digits, in scientific form where it is very small or large.</summary>
    public static string Number(double value, int digits = 4) => Number(value, digits, LeastPlain);

    static string Number(double value, int digits, int leastPlain)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf";
        if (value == 0)
            return "0";
        // Rounding may carry into the next power of ten, so the exponent is that of the rounded number.
        var scientific = value.ToString("E" + (digits - 1), CultureInfo.InvariantCulture);
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E') + 1), CultureInfo.InvariantCulture);
        if (value == Math.Truncate(value) && exponent < 7)
            return value.ToString("0", CultureInfo.InvariantCulture);
        return exponent < leastPlain || exponent > 5
            ? scientific[..scientific.IndexOf('E')] + "e" + exponent.ToString(CultureInfo.InvariantCulture)
            : value.ToString("F" + Math.Max(0, digits - 1 - exponent), CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// A mean and its confidence interval: half its width, or its ends. Of few seeds the least and greatest value.
    /// </summary>
    public static string Of(Interval interval) => Of(interval, v => Number(v), v => HalfWidth(interval.Mean, v));

    // In the form of the mean, so that the two compare at a glance: 0.0056 ± 0.0004, not ± 4e-4.
    static string HalfWidth(double mean, double value) =>
        Number(value, 2, Math.Abs(mean) is >= 1e-3 and < 1e6 ? LeastPlain - 1 : LeastPlain);

    /// <summary>The same, with other ways to write a number.</summary>
    public static string Of(Interval interval, Func<double, string> mean, Func<double, string> halfWidth)
    {
        if (interval.Count == 0)
            return "-";
        // Where seeds do not differ at all, an interval of width 0 says nothing.
        if (interval.Count < 2 || interval.HalfWidth == 0)
            return mean(interval.Mean);
        if (interval.IsRange)
        {
            var (least, greatest) = (mean(interval.Least), mean(interval.Greatest));
            return least == greatest ? least : $"{least} to {greatest}";
        }
        var off = Math.Max(
            Math.Abs(interval.High - interval.Mean - interval.HalfWidth),
            Math.Abs(interval.Mean - interval.Low - interval.HalfWidth));
        return off > LopsidedFrom * interval.HalfWidth
            ? $"{halfWidth(interval.Mean)} [{halfWidth(interval.Low)}, {halfWidth(interval.High)}]"
            : $"{mean(interval.Mean)} ± {halfWidth(interval.HalfWidth)}";
    }

    /// <summary>A count: whole numbers below 10,000 exactly, means with few digits, then with k, M, G.</summary>
    public static string Count(double value) =>
        Math.Abs(value) < 10_000 ? Number(value) : Scaled(value, 3, ["", "k", "M", "G", "T"], "");

    /// <summary>A mean count.</summary>
    public static string Count(Interval interval) =>
        Of(interval, Count, v => v < 10_000 ? Number(v, 2) : Scaled(v, 2, ["", "k", "M", "G", "T"], ""));

    /// <summary>An amount of memory or traffic, in powers of 1000.</summary>
    public static string Bytes(double value, int digits = 3) =>
        Scaled(value, digits, ["B", "kB", "MB", "GB", "TB"], " ");

    /// <summary>A mean amount.</summary>
    public static string Bytes(Interval interval) => Of(interval, v => Bytes(v), v => Bytes(v, 2));

    /// <summary>A span of wall time.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 60 => $"{Number(seconds, 3)} s",
        < 3600 => $"{(int)(seconds / 60)} min {seconds % 60:00} s",
        _ => $"{(int)(seconds / 3600)} h {(int)(seconds / 60) % 60:00} min",
    };

    static string Scaled(double value, int digits, ReadOnlySpan<string> units, string space)
    {
        var rank = 0;
        for (; Math.Abs(value) >= 999.5 && rank < units.Length - 1; rank++)
            value /= 1000;
        return Number(value, digits) + space + units[rank];
    }
}
