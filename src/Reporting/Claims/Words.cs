using System.Globalization;
using AsyncOpt.Core.Claims;

namespace AsyncOpt.Reporting.Claims;

/// <summary>Numbers in few digits.</summary>
static class Brief
{
    /// <summary>Four significant digits.</summary>
    public static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "inf"
        : double.IsNegativeInfinity(value) ? "-inf"
        : value.ToString("G4", CultureInfo.InvariantCulture);
}

/// <summary>Quantities, expectations and verdicts in words.</summary>
public static class Words
{
    /// <summary>What progress is counted in.</summary>
    public static string Of(Axis axis) => axis == Axis.Time ? "s" : axis.ToString().ToLowerInvariant();

    /// <summary>A verdict.</summary>
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Reproduced => "reproduced",
        Verdict.DirectionOnly => "direction only",
        Verdict.TheoryExcluded => "theory excluded",
        Verdict.Undecided => "undecided",
        Verdict.NotReproduced => "not reproduced",
        _ => "not run",
    };

    /// <summary>What a contrast is for.</summary>
    public static string Of(ContrastRole role) => role == ContrastRole.Control ? "control" : "headline";

    /// <summary>What is expected of an effect.</summary>
    public static string Of(Expectation expect, double? predicted = null) =>
        (expect.AtLeast is { } low ? $"at least {Brief.Number(low)}"
            : expect.AtMost is { } high ? $"at most {Brief.Number(high)}"
            : $"{Brief.Number(expect.Low)} to {Brief.Number(expect.High)}")
        + (predicted is { } value ? $", theory {Brief.Number(value)}" : "");

    /// <summary>An estimate with its interval.</summary>
    public static string Of(Estimate estimate) => double.IsNaN(estimate.Value)
        ? "undefined"
        : $"{Brief.Number(estimate.Value)} [{Brief.Number(estimate.Low)}, {Brief.Number(estimate.High)}]";

    /// <summary>Two quantities that are compared; what both are is said once.</summary>
    public static string Of(Quantity of, char sign, Quantity to)
    {
        var (what, other) = (Of(of with { Arm = null }), Of(to with { Arm = null }));
        return what == other && of.All.Concat(to.All).Count(q => q.Arm is not null) == 2
            ? $"{what}: {of.Arm} {sign} {to.Arm}"
            : $"{Of(of)} {sign} {Of(to)}";
    }

    /// <summary>A quantity.</summary>
    public static string Of(Quantity quantity)
    {
        if (quantity.Number is { } number)
            return Brief.Number(number * quantity.Times);
        var text = Core(quantity);
        if (quantity.Arm is { } arm)
            text = $"{arm}: {text}";
        if (quantity.Times != 1)
            text = $"{Brief.Number(quantity.Times)} x ({text})";
        if (quantity.DividedBy is { } divisor)
            text = $"({text}) / ({Of(divisor)})";
        return quantity.Minus is { } minus ? $"({text}) - ({Of(minus)})" : text;
    }

    static string Core(Quantity quantity)
    {
        if (quantity.Reach is { } reach)
            return $"{Of(quantity.In)} to {quantity.Metric} {Brief.Number(reach)}";
        var text = quantity.Metric!;
        if (quantity.Tail is { } || quantity.Take is not null)
            text = $"{(quantity.Take ?? Take.Mean).ToString().ToLowerInvariant()} {text}";
        if (quantity.At is { Value: var (axis, amount) })
            text += $" at {Brief.Number(amount)} {Of(axis)}";
        return quantity.Tail is { } tail ? $"{text}, last {Brief.Number(100 * tail)} %" : text;
    }
}
