using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Claims;

/// <summary>One thing that a claim says: a quantity against another, and how much is expected.</summary>
public sealed record Contrast : ICheckedOptions
{
    /// <summary>What it is about, in a few words.</summary>
    public required string Name { get; init; }

    /// <summary>The quantity.</summary>
    public required Quantity Of { get; init; }

    /// <summary>What it is held against; null for a value, a slope or an order.</summary>
    public Quantity? To { get; init; }

    /// <summary>How they are compared.</summary>
    public Effect? Effect { get; init; }

    /// <summary>The points of a slope of log(quantity) over log(x).</summary>
    public IReadOnlyList<SlopePoint> Slope { get; init; } = [];

    /// <summary>Arms, of which each is expected above the one before.</summary>
    public IReadOnlyList<string> Order { get; init; } = [];

    /// <summary>How large the effect is said to be; an order expects just 'above' without it.</summary>
    public Expectation? Expect { get; init; }

    /// <summary>The effect that says nothing, in place of 0 for differences and slopes and 1 for ratios.</summary>
    public double? Null { get; init; }

    /// <summary>The value that theory predicts: an interval that excludes it excludes theory.</summary>
    public double? Predicted { get; init; }

    /// <summary>Whether it is what the paper says, or holds for the comparison to count.</summary>
    public ContrastRole Role { get; init; } = ContrastRole.Headline;

    /// <summary>The cases in which it is judged; none for all.</summary>
    public IReadOnlyList<string> Cases { get; init; } = [];

    /// <summary>The effect; a value or slope has none of the comparisons.</summary>
    public Effect Comparison => Effect ?? Claims.Effect.Difference;

    /// <summary>Whether a quantity is compared with another or with a number.</summary>
    public bool IsComparison => To is not null || Order.Count > 0;

    /// <summary>The effect that says nothing; null where there is none.</summary>
    public double? NullEffect => Null
        ?? (IsComparison ? Comparison == Claims.Effect.Difference ? 0 : 1 : Slope.Count > 0 ? 0 : null);

    /// <summary>All quantities, each with its arm.</summary>
    public IEnumerable<Quantity> Quantities
    {
        get
        {
            IEnumerable<Quantity> main = Slope.Count > 0 ? Slope.Select(p => Of.Of(p.Arm, p.At))
                : Order.Count > 0 ? Order.Select(arm => Of.Of(arm, null))
                : To is null ? [Of] : [Of, To];
            return main.SelectMany(q => q.All);
        }
    }

    /// <summary>The arms that it needs.</summary>
    public IEnumerable<string> Arms => Quantities.Select(q => q.Arm).OfType<string>().Distinct();

    /// <inheritdoc/>
    public IEnumerable<string> Violations()
    {
        if ((To is not null ? 1 : 0) + (Slope.Count > 0 ? 1 : 0) + (Order.Count > 0 ? 1 : 0) > 1)
            yield return "expected at most one of to, slope, order";
        if (To is not null && Effect is null)
            yield return "missing key 'effect': expected difference, ratio or ratio-of-means";
        if (!IsComparison && Effect is not null)
            yield return "'effect' compares two quantities; remove it, or give 'to' or 'order'";
        if (Expect is null && Order.Count == 0)
            yield return "missing key 'expect': expected { at-least: X }, { at-most: X } or { between: [low, high] }";
        if (Order.Count == 1 || Slope.Count == 1)
            yield return "a single point has no order and no slope: expected at least 2";
        if (Order.Count > 0 && Of.Arm is not null)
            yield return "'of' of an order has no arm: those of 'order' are taken";
        if (Slope.Any(p => p.Arm is not null) && Of.Arm is not null)
            yield return "'of' of a slope over arms has no arm";
        if (Slope.Any(p => p.Arm is null && Of.Arm is null))
            yield return "a point of the slope has no arm: give it one, or give it to 'of'";
        if (Slope.Any(p => p.At is not null && (Of.At ?? (object?)Of.Reach) is not null))
            yield return "'of' of a slope along the run has neither at nor reach";
        if (Predicted is { } value && Expect is { } expect && !(expect.Low <= value && value <= expect.High))
            yield return "the predicted value is not within what is expected";
        if (To is { Number: 0 } && Comparison != Claims.Effect.Difference)
            yield return "nothing has a ratio to 0; give another number, or 'effect: difference'";
        if (To is { Number: < 0 } && Comparison == Claims.Effect.Ratio)
            yield return "a ratio to a number below 0 has no geometric mean; give 'effect: ratio-of-means'";
        if (To is { IsNumber: false } && To == Of)
            yield return "'of' and 'to' are the same quantity, so that nothing is compared";
        if (Order.GroupBy(arm => arm).FirstOrDefault(g => g.Count() > 1) is { } twice)
            yield return $"arm '{twice.Key}' stands twice in 'order'";
        if (Of.IsNumber)
            yield return "'of' is a number: nothing is measured";
        foreach (var quantity in Quantities.Where(q => q is { IsNumber: false, Arm: null }))
            yield return $"missing key 'arm' of the quantity '{quantity.Metric}'";
    }
}

/// <summary>What a contrast is for.</summary>
public enum ContrastRole
{
    /// <summary>It is what the paper says.</summary>
    Headline,

    /// <summary>It is ours: without it the headlines would not mean what they seem to mean.</summary>
    Control,
}

/// <summary>How two quantities are compared.</summary>
public enum Effect
{
    /// <summary>One minus the other: the mean over seeds.</summary>
    Difference,

    /// <summary>One divided by the other: the geometric mean over seeds.</summary>
    Ratio,

    /// <summary>The arithmetic mean of one divided by that of the other.</summary>
    RatioOfMeans,
}

/// <summary>A point of a slope.</summary>
public sealed record SlopePoint : ICheckedOptions
{
    /// <summary>The arm; that of the quantity without it.</summary>
    public string? Arm { get; init; }

    /// <summary>Where along the run; as the quantity says without it.</summary>
    public Instant? At { get; init; }

    /// <summary>The number on the horizontal axis; without it, the amount of <see cref="At"/>.</summary>
    [Range(1e-300, 1e300)]
    public double? X { get; init; }

    /// <summary>The number on the horizontal axis.</summary>
    public double Place => X ?? At!.Value.Amount;

    /// <inheritdoc/>
    public IEnumerable<string> Violations()
    {
        if (X is null && At is null)
            yield return "missing key 'x': expected the number on the horizontal axis";
        if (X is null && At is { Value.Amount: 0 })
            yield return "x is 0, which has no logarithm";
    }
}

/// <summary>What is expected of an effect: exactly one of these.</summary>
public sealed record Expectation : ICheckedOptions
{
    /// <summary>At least this.</summary>
    public double? AtLeast { get; init; }

    /// <summary>At most this.</summary>
    public double? AtMost { get; init; }

    /// <summary>Between these two, both included.</summary>
    public IReadOnlyList<double> Between { get; init; } = [];

    /// <summary>The least value that is as expected.</summary>
    public double Low => AtLeast ?? (Between.Count > 0 ? Between[0] : double.NegativeInfinity);

    /// <summary>The greatest value that is as expected.</summary>
    public double High => AtMost ?? (Between.Count > 0 ? Between[1] : double.PositiveInfinity);

    /// <inheritdoc/>
    public IEnumerable<string> Violations()
    {
        if ((AtLeast is null ? 0 : 1) + (AtMost is null ? 0 : 1) + (Between.Count == 0 ? 0 : 1) != 1)
            yield return "expected exactly one of at-least, at-most, between";
        else if (Between.Count > 0 && (Between.Count != 2 || !(Between[0] < Between[1])))
            yield return "between: expected two numbers, the lower one first";
    }
}
