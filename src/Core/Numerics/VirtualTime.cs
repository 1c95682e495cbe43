using System.Globalization;

namespace AsyncOpt.Core.Numerics;

/// <summary>
/// An instant or a duration of virtual time in whole nanoseconds, so that it is exact: sums do not depend on their
/// order, and equal times are equal. At least 0; at most <see cref="Max"/>, 292 years.
/// </summary>
/// <param name="Nanoseconds">The number of nanoseconds, at least 0.</param>
public readonly record struct VirtualTime(long Nanoseconds) : IComparable<VirtualTime>
{
    const double PerSecond = 1e9;

    // A decimal like 0.3 is not exact in binary: this share above a whole nanosecond, but never more than a quarter
    // of one, is taken for the whole one.
    const double Slack = 4.4e-16, MostSlack = 0.25;

    static readonly (string Name, double Seconds, bool Divide, long Nanoseconds)[] Units =
    [
        ("ns", 1e9, true, 1), ("us", 1e6, true, 1000), ("ms", 1e3, true, 1_000_000),
        ("s", 1, false, 1_000_000_000), ("m", 60, false, 60_000_000_000), ("h", 3600, false, 3_600_000_000_000),
    ];

    /// <summary>The start of a run; no time at all.</summary>
    public static VirtualTime Zero => default;

    /// <summary>The largest virtual time: 2^63 - 1 ns, about 292 years.</summary>
    public static VirtualTime Max => new(long.MaxValue);

    /// <summary>The number of seconds, rounded to the nearest double; for reports.</summary>
    public double Seconds => Nanoseconds / PerSecond;

    /// <summary>
    /// A number of seconds, rounded up to whole nanoseconds. What is positive gives at least 1 ns; exactly 0 gives 0.
    /// Never decreases when its argument grows, so the duration of a law's floor is a floor of its durations.
    /// </summary>
    /// <param name="seconds">0 to about 9.2e9; anything else is an <see cref="InputException"/>.</param>
    public static VirtualTime FromSeconds(double seconds)
    {
        var exact = seconds * PerSecond;
        if (!(exact >= 0))
            throw new InputException(
                $"A duration is {seconds} seconds; expected a number of at least 0. Check the delay and "
                + "compute-time options.");
        if (exact >= long.MaxValue)
            throw new InputException(
                $"A duration of {seconds} seconds is beyond the largest virtual time, 292 years. "
                + "Use a lighter tail, or smaller options.");
        return new((long)Math.Ceiling(exact - Math.Min(exact * Slack, MostSlack)));
    }

    /// <summary><see cref="FromSeconds"/> for what was drawn: at least 1 ns, also where the draw was 0.</summary>
    /// <param name="seconds">0 to about 9.2e9; anything else is an <see cref="InputException"/>.</param>
    public static VirtualTime FromDraw(double seconds) => new(Math.Max(1, FromSeconds(seconds).Nanoseconds));

    /// <summary>Reads a duration with its unit, such as <c>5ms</c>, <c>2.5 s</c>, <c>100us</c> or <c>1h</c>.</summary>
    /// <param name="text">A number and one of <c>ns us ms s m h</c>; a space between them is allowed.</param>
    public static VirtualTime Parse(string text) =>
        TryParse(text, out var time)
            ? time
            : throw new InputException(
                $"'{text}' is not a duration. Write a number of at least 0 and a unit (ns, us, ms, s, m, h), for "
                + "instance 5ms; at most 292 years.");

    /// <summary>Reads a duration with its unit, rounded up to whole nanoseconds.</summary>
    /// <param name="text">As in <see cref="Parse"/>.</param>
    /// <param name="time">The duration, or 0.</param>
    /// <returns>Whether the text was a duration within the range.</returns>
    public static bool TryParse(string? text, out VirtualTime time)
    {
        time = Zero;
        if (!TrySplit(text, out var number, out var unit)
            || !decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            || value < 0 || value > (decimal)long.MaxValue / Units[unit].Nanoseconds)
            return false;
        time = new((long)decimal.Ceiling(value * Units[unit].Nanoseconds));
        return true;
    }

    /// <summary>Reads a duration with its unit as a number of seconds: <c>5ms</c> is 0.005.</summary>
    /// <param name="text">As in <see cref="Parse"/>, of either sign.</param>
    /// <param name="seconds">The seconds, or 0.</param>
    /// <returns>Whether the text was a finite number with a unit.</returns>
    public static bool TryParseSeconds(string? text, out double seconds)
    {
        seconds = 0;
        if (!TrySplit(text, out var number, out var unit)
            || !Data.Numbers.TryParse(number, out var value))
            return false;
        // One rounding either way: 5 / 1000 is the double nearest to 0.005, 5 * 0.001 need not be.
        seconds = Units[unit].Divide ? value / Units[unit].Seconds : value * Units[unit].Seconds;
        return true;
    }

    /// <summary>Sum; overflow is an exception.</summary>
    /// <param name="a">A time.</param>
    /// <param name="b">A duration.</param>
    public static VirtualTime operator +(VirtualTime a, VirtualTime b) => new(checked(a.Nanoseconds + b.Nanoseconds));

    /// <summary>Difference; overflow is an exception.</summary>
    /// <param name="a">The later time.</param>
    /// <param name="b">The earlier time.</param>
    public static VirtualTime operator -(VirtualTime a, VirtualTime b) => new(checked(a.Nanoseconds - b.Nanoseconds));

    /// <summary>Whether a is before b.</summary>
    /// <param name="a">A time.</param>
    /// <param name="b">Another.</param>
    public static bool operator <(VirtualTime a, VirtualTime b) => a.Nanoseconds < b.Nanoseconds;

    /// <summary>Whether a is after b.</summary>
    /// <param name="a">A time.</param>
    /// <param name="b">Another.</param>
    public static bool operator >(VirtualTime a, VirtualTime b) => a.Nanoseconds > b.Nanoseconds;

    /// <summary>Whether a is not after b.</summary>
    /// <param name="a">A time.</param>
    /// <param name="b">Another.</param>
    public static bool operator <=(VirtualTime a, VirtualTime b) => a.Nanoseconds <= b.Nanoseconds;

    /// <summary>Whether a is not before b.</summary>
    /// <param name="a">A time.</param>
    /// <param name="b">Another.</param>
    public static bool operator >=(VirtualTime a, VirtualTime b) => a.Nanoseconds >= b.Nanoseconds;

    /// <inheritdoc cref="operator +"/>
    public static VirtualTime Add(VirtualTime a, VirtualTime b) => a + b;

    /// <inheritdoc cref="operator -"/>
    public static VirtualTime Subtract(VirtualTime a, VirtualTime b) => a - b;

    /// <inheritdoc/>
    public int CompareTo(VirtualTime other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>
    /// The time in its largest fitting unit, all digits: <c>5ms</c>, <c>1.25s</c>; parses back to itself.
    /// </summary>
    public override string ToString()
    {
        if (Nanoseconds == 0)
            return "0s";
        // Minutes and hours only when they are whole: their fractions have no end.
        for (var unit = Units.Length - 1; unit > 3; unit--)
            if (Nanoseconds % Units[unit].Nanoseconds == 0)
                return $"{Nanoseconds / Units[unit].Nanoseconds}{Units[unit].Name}";
        var fitting = 3;
        while (Math.Abs((decimal)Nanoseconds) < Units[fitting].Nanoseconds)
            fitting--;
        return $"{(decimal)Nanoseconds / Units[fitting].Nanoseconds}{Units[fitting].Name}";
    }

    static bool TrySplit(string? text, out ReadOnlySpan<char> number, out int unit)
    {
        var rest = text.AsSpan().Trim();
        var letters = rest.Length;
        while (letters > 0 && char.IsAsciiLetter(rest[letters - 1]))
            letters--;
        number = rest[..letters].TrimEnd();
        var name = rest[letters..];
        for (unit = 0; unit < Units.Length; unit++)
            if (name.SequenceEqual(Units[unit].Name))
                return number.Length > 0;
        return false;
    }
}
