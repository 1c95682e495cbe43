using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Claims;

/// <summary>A number that every run of an arm has: a metric somewhere along it, or how long it took.</summary>
public sealed record Quantity : ICheckedOptions
{
    /// <summary>Whose.</summary>
    public string? Arm { get; init; }

    /// <summary>A metric of the runs, or one of the counts of <see cref="CountNames"/>.</summary>
    public string? Metric { get; init; }

    /// <summary>Where along the run; null for its end.</summary>
    public Instant? At { get; init; }

    /// <summary>The last share of the run up to there, above 0; null for all of it.</summary>
    [Range(1e-6, 1)]
    public double? Tail { get; init; }

    /// <summary>What is taken of these instants; null for the mean with a tail, else the last.</summary>
    public Take? Take { get; init; }

    /// <summary>Instead: how long until the metric is at or below this value, or above where more is better.</summary>
    public double? Reach { get; init; }

    /// <summary>What that is counted in.</summary>
    public Axis In { get; init; } = Axis.Time;

    /// <summary>A factor.</summary>
    [Range(1e-300, 1e300)]
    public double Times { get; init; } = 1;

    /// <summary>What is subtracted, seed by seed.</summary>
    public Quantity? Minus { get; init; }

    /// <summary>What it is divided by, seed by seed, before anything is subtracted.</summary>
    public Quantity? DividedBy { get; init; }

    /// <summary>A number instead of all that.</summary>
    [Bare]
    public double? Number { get; init; }

    /// <summary>Whether it is a number that no run has to tell.</summary>
    public bool IsNumber => Number is not null;

    /// <summary>It and all quantities within.</summary>
    public IEnumerable<Quantity> All =>
        [this, .. Minus?.All ?? [], .. DividedBy?.All ?? []];

    /// <summary>The same of an arm, at an instant, where it names none; so for all quantities within.</summary>
    public Quantity Of(string? arm, Instant? at) => this with
    {
        Arm = Arm ?? (IsNumber ? null : arm),
        At = At ?? at,
        Minus = Minus?.Of(arm, at),
        DividedBy = DividedBy?.Of(arm, at),
    };

    /// <inheritdoc/>
    public IEnumerable<string> Violations()
    {
        if (IsNumber && (Metric ?? Arm) is not null)
            yield return "a number has no arm and no metric";
        if (!IsNumber && Metric is null)
            yield return "missing key 'metric': expected the name of a metric or count, or a number in place of all";
        if (Reach is not null && (Tail is not null || Take is not null || At is not null))
            yield return "'reach' cannot be joined with at, tail or take";
    }
}

/// <summary>Somewhere along a run: exactly one of these.</summary>
public sealed record Instant : ICheckedOptions
{
    /// <summary>Virtual seconds.</summary>
    [Time, Range(0, 9e9)]
    public double? Time { get; init; }

    /// <summary>Updates of the model.</summary>
    [Range(0, 1e18)]
    public double? Updates { get; init; }

    /// <summary>Stochastic gradients.</summary>
    [Range(0, 1e18)]
    public double? Gradients { get; init; }

    /// <summary>Samples.</summary>
    [Range(0, 1e18)]
    public double? Samples { get; init; }

    /// <summary>Bytes sent.</summary>
    [Range(0, 1e18)]
    public double? Bytes { get; init; }

    /// <summary>What it is counted in, and how much.</summary>
    public (Axis Axis, double Amount) Value => Given.First();

    IEnumerable<(Axis Axis, double Amount)> Given =>
        from pair in ((Axis, double?)[])
            [
                (Axis.Time, Time), (Axis.Updates, Updates), (Axis.Gradients, Gradients), (Axis.Samples, Samples),
                (Axis.Bytes, Bytes),
            ]
        where pair.Item2 is not null
        select (pair.Item1, pair.Item2.GetValueOrDefault());

    /// <inheritdoc/>
    public IEnumerable<string> Violations()
    {
        if (Given.Count() != 1)
            yield return "expected exactly one of time, updates, gradients, samples, bytes";
    }
}

/// <summary>What a run's progress is counted in.</summary>
public enum Axis
{
    /// <summary>Virtual seconds.</summary>
    Time,

    /// <summary>Updates of the model.</summary>
    Updates,

    /// <summary>Stochastic gradients.</summary>
    Gradients,

    /// <summary>Samples.</summary>
    Samples,

    /// <summary>Bytes sent.</summary>
    Bytes,
}

/// <summary>What is taken of several instants.</summary>
public enum Take
{
    /// <summary>The last value.</summary>
    Last,

    /// <summary>The arithmetic mean over the sampling instants.</summary>
    Mean,

    /// <summary>The least value.</summary>
    Min,

    /// <summary>The greatest value.</summary>
    Max,
}
