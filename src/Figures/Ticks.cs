using System.Globalization;

namespace AsyncOpt.Figures;

/// <summary>A marked value of an axis.</summary>
/// <param name="Value">The value.</param>
/// <param name="Label">What stands beside it; empty for a small mark.</param>
public readonly record struct Tick(double Value, string Label);

/// <summary>Round values within an axis.</summary>
static class Ticks
{
    static readonly double[] Steps = [1, 2, 2.5, 5, 10];

    /// <summary>At equal distances: 1, 2, 2.5 or 5 times a power of ten.</summary>
    public static IReadOnlyList<Tick> Linear(double low, double high, int labels)
    {
        var least = (high - low) / labels;
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        var step = Steps.First(s => s * power >= least * (1 - 1e-9)) * power;
        var (first, last) = (Math.Ceiling((low / step) - 1e-9), Math.Floor((high / step) + 1e-9));
        var (ticks, size) = (new List<Tick>(), Math.Max(Math.Abs(low), Math.Abs(high)));
        for (var k = first; k <= last; k++)
            ticks.Add(new Tick(k * step, Label(k * step, step, size)));
        return ticks;
    }

    /// <summary>
    /// Powers of ten, each or each n-th; where there are fewer than three, 1, 2 and 5 times these; where even those are
    /// fewer than two, values at equal distances. Values between have small marks.
    /// </summary>
    public static IReadOnlyList<Tick> Log(double low, double high, int labels)
    {
        var (first, last) = (Exponent(low), Exponent(high));
        var all = Enumerable.Range(first, last - first + 1)
            .SelectMany(k => Enumerable.Range(1, 9).Select(m => (Factor: m, Exponent: k, Value: Value(m, k))))
            .Where(t => t.Value >= low * (1 - 1e-9) && t.Value <= high * (1 + 1e-9)).ToList();
        var powers = all.Count(t => t.Factor == 1);
        if (powers >= 3)
        {
            var each = (powers + labels - 1) / labels;
            return
            [
                .. all.Where(t => t.Factor == 1 || each == 1)
                    .Select(t => new Tick(t.Value, t.Factor == 1 && t.Exponent % each == 0 ? Power(t.Exponent) : "")),
            ];
        }
        var few = all.Where(t => t.Factor is 1 or 2 or 5).ToList();
        if (few.Count < 2)
            return Linear(low, high, labels);
        return [.. all.Select(t => new Tick(t.Value, t.Factor is 1 or 2 or 5 ? Label(t.Value, t.Value, t.Value) : ""))];
    }

    static int Exponent(double value) => (int)Math.Floor(Math.Log10(value));

    // Read as decimal text, so that it is the number that its label says.
    static double Value(int factor, int exponent) =>
        double.Parse($"{factor}e{exponent}", NumberStyles.Float, CultureInfo.InvariantCulture);

    static string Power(int exponent) => exponent is >= -3 and <= 4
        ? Value(1, exponent).ToString("0.###", CultureInfo.InvariantCulture)
        : "1e" + exponent.ToString(CultureInfo.InvariantCulture);

    // With as many digits as the step needs; thousands and more by letters, by the axis' size.
    static string Label(double value, double step, double size)
    {
        if (Math.Abs(value) < step * 1e-6)
            return "0";
        if (size is < 1e-3 or >= 1e15)
        {
            var places = new string('#', 2 + Exponent(size / step));
            return value.ToString($"0.{places}e0", CultureInfo.InvariantCulture);
        }
        var rank = size < 1e4 ? 0 : (int)Math.Floor(Math.Log10(size) / 3);
        var unit = Math.Pow(1000, rank);
        var digits = Math.Clamp(2 - Exponent(step / unit * (1 + 1e-9)), 0, 8);
        return (value / unit).ToString("0." + new string('#', digits), CultureInfo.InvariantCulture)
            + (rank == 0 ? "" : "kMGT"[rank - 1].ToString());
    }
}
