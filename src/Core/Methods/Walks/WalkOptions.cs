using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>What a token does with a gradient g, weighted by w, at its update n.</summary>
public enum WalkUpdate
{
    /// <summary><c>theta := theta - beta w g</c>.</summary>
    Sgd,

    /// <summary>
    /// <c>theta_(n+1) = theta_n - beta m_n; m_(n+1) = m_n + beta (w g - m_n)</c>, m_0 = 0: the momentum lives on the
    /// time scale of beta.
    /// </summary>
    HeavyBall,
}

/// <summary>Options of every method whose tokens walk.</summary>
public abstract record WalkOptions
{
    /// <summary>How many tokens walk, each with a model of its own.</summary>
    [Range(1, 1 << 24)]
    public int Tokens { get; init; } = 1;

    /// <summary>The node where all tokens start; without, they are spread evenly over the nodes.</summary>
    [Range(0, int.MaxValue)]
    public int? Start { get; init; }

    /// <summary>Samples per gradient; 0 for all samples of the node.</summary>
    [Range(0, 1 << 20)]
    public int BatchSize { get; init; }

    /// <summary>How a gradient changes the model: plain, or with momentum on the time scale of the step.</summary>
    public WalkUpdate Update { get; init; }
}

/// <summary>Options of walks that do not use the measure of their visits.</summary>
public abstract record PlainWalkOptions : WalkOptions
{
    /// <summary>The step size beta as a function of the token's updates.</summary>
    public required StepSchedule Step { get; init; }

    /// <summary>
    /// Whether tokens keep the measure of their visits, so that the diagnostic walk-theory can compare it: 8 bytes per
    /// node and token. Nothing else depends on it.
    /// </summary>
    public bool Visits { get; init; }
}

/// <summary>Options of walks that use the measure of their visits.</summary>
public abstract record RepellentOptions : WalkOptions, ICheckedOptions
{
    /// <summary>
    /// The repellence alpha; 0 gives the base walk. A schedule makes it a function of the token's updates, for instance
    /// growth, which mixes fast at first and varies little later.
    /// </summary>
    public StepSchedule Alpha { get; init; } = ConstantSchedule.Of(5);

    /// <summary>The exponent of the visit measure's steps gamma_n = (n+1)^-a; 1 weighs all visits alike.</summary>
    [Range(0.5, 1.0)]
    public double A { get; init; } = 0.8;

    /// <summary>The exponent of the model's steps beta_n = scale (n+1)^-b; 0.9 unless a step is given.</summary>
    [Range(0.5, 1.0)]
    public double? B { get; init; }

    /// <summary>The scale of the model's steps; 1 unless a step is given.</summary>
    [Range(1e-12, 1e6)]
    public double? Scale { get; init; }

    /// <summary>Another step size beta as a function of the token's updates, in place of b and scale.</summary>
    public StepSchedule? Step { get; init; }

    internal StepSchedule Beta => Step
        ?? new PowerSchedule(new() { Scale = Scale ?? 1, Exponent = B ?? 0.9, Offset = 2 });

    /// <inheritdoc/>
    public IEnumerable<string> Violations()
    {
        if (Step is not null && (B is not null || Scale is not null))
            yield return "give either step, or b and scale";
        if (!(Alpha.At(0) <= AlphaMax))
            yield return $"alpha is at most {AlphaMax}, got {Alpha.At(0):g6} at the first update";
    }

    const double AlphaMax = 1000;
}
