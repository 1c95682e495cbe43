using System.Globalization;

namespace AsyncOpt.Core.Numerics;

/// <summary>
/// A duration or instant of virtual time in whole nanoseconds, so that it is exact: sums do not depend on their order,
/// equal declared times are equal, and a decimal with up to nine places of seconds is what was written.
/// </summary>
/// <param name="Nanoseconds">The number of nanoseconds, 0 to those of <see cref="Max"/>.</param>
public readonly record struct VirtualTime(long Nanoseconds) : IComparable<VirtualTime>
{
    const double PerSecond = 1e9;

    // A decimal like 0.0041 is not exact in binary: this share above a whole nanosecond, but never more than a quarter
    // of one, is taken for the whole one. It is what four roundings may add.
    const double Slack = 4.4e-16, MostSlack = 0.25;

    static readonly (string Name, long Nanoseconds)[] Units =
    [
        ("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ];

    /// <summary>The start of a run; no time at all.</summary>
    public static VirtualTime Zero => default;

    /// <summary>
    /// The largest virtual time: 2^61 - 1 ns, about 73 years. Drawn durations beyond it count as it, and several can be
    /// added to it.
    /// </summary>
    public static VirtualTime Max => new(long.MaxValue / 4);

    /// <summary>The units that may be written, from <c>ns</c> to <c>h</c>.</summary>
    public static IEnumerable<string> UnitNames => Units.Select(unit => unit.Name);

    /// <summary>The number of seconds, rounded to the nearest double.</summary>
    public double Seconds => Nanoseconds / PerSecond;

    /// <summary>
    /// A number of seconds, rounded up to whole nanoseconds. What is positive gives at least 1 ns; exactly 0 gives 0.
    /// Never decreases when its argument grows, so the duration of a law's floor is a floor of its durations.
    /// </summary>
    /// <param name="seconds">At least 0; beyond <see cref="Max"/> it counts as that.</param>
    /// <exception cref="InputException">It is negative or no number.</exception>
    public static VirtualTime FromSeconds(double seconds) => FromNanoseconds(seconds * PerSecond);

    /// <summary><see cref="FromSeconds"/> for what was drawn: at least 1 ns, also where the draw was 0.</summary>
    /// <param name="seconds">At least 0.</param>
    /// <exception cref="InputException">It is negative or no number.</exception>
    public static VirtualTime FromDraw(double seconds) => new(Math.Max(1, FromSeconds(seconds).Nanoseconds));

    /// <summary>This time, so many times over, rounded up to whole nanoseconds; at most <see cref="Max"/>.</summary>
    /// <param name="factor">At least 0; with 1 the time stays exactly as it is.</param>
    /// <exception cref="InputException">The factor is negative or no number.</exception>
    public VirtualTime Times(double factor) => factor == 1 ? this : FromNanoseconds(Nanoseconds * factor);

    /// <summary>One of so many equal parts, rounded up to whole nanoseconds.</summary>
    /// <param name="parts">How many, at least 1.</param>
    public VirtualTime DividedBy(int parts) => new((Nanoseconds + parts - 1) / parts);

    /// <summary>
    /// Reads a duration: a number of at least 0 and one of <see cref="UnitNames"/>,
    /// such as <c>5ms</c>, <c>2.5 s</c> or <c>1h</c>; a number alone is in seconds.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="time">The duration, or 0.</param>
    /// <returns>
    /// Whether the text was a duration of whole nanoseconds, up to <see cref="Max"/>.
    /// </returns>
    public static bool TryParse(string? text, out VirtualTime time)
    {
        time = Zero;
        if (!TrySplit(text, out var number, out var unit)
            || !decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            || value < 0 || value > (decimal)Max.Nanoseconds / unit)
            return false;
        // A decimal has 28 places: what is smaller still reads as nothing.
        if (value == 0 && double.Parse(number, CultureInfo.InvariantCulture) != 0)
            return false;
        var exact = value * unit;
        time = new((long)decimal.Ceiling(exact));
        return exact == time.Nanoseconds;
    }

    /// <summary>Sum; overflow is an exception.</summary>
    /// <param name="a">A time.</param>
    /// <param name="b">A duration.</param>
    public static VirtualTime operator +(VirtualTime a, VirtualTime b) => new(checked(a.Nanoseconds + b.Nanoseconds));

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
        while (Nanoseconds < Units[fitting].Nanoseconds)
            fitting--;
        return string.Create(
            CultureInfo.InvariantCulture, $"{(decimal)Nanoseconds / Units[fitting].Nanoseconds}{Units[fitting].Name}");
    }

    static VirtualTime FromNanoseconds(double exact)
    {
        if (!(exact >= 0))
        {
            throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"a duration is {exact / PerSecond} seconds; expected a number of at least 0: check the options of "
                + $"delays, compute times and timers"));
        }
        return exact < Max.Nanoseconds ? new((long)Math.Ceiling(exact - Math.Min(exact * Slack, MostSlack))) : Max;
    }

    static bool TrySplit(string? text, out ReadOnlySpan<char> number, out long unit)
    {
        var rest = text.AsSpan().Trim();
        var letters = rest.Length;
        while (letters > 0 && char.IsAsciiLetter(rest[letters - 1]))
            letters--;
        number = rest[..letters].TrimEnd();
        var name = rest[letters..];
        unit = Units[3].Nanoseconds;
        if (name.IsEmpty)
            return number.Length > 0;
        foreach (var (known, nanoseconds) in Units)
        {
            if (name.SequenceEqual(known))
            {
                unit = nanoseconds;
                return number.Length > 0;
            }
        }
        return false;
    }
}
