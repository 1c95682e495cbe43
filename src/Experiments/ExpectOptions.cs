using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Experiments;

/// <summary>The key <c>expect</c>: at least one of these.</summary>
public sealed record ExpectOptions : ICheckedOptions
{
    /// <summary>Whether each declared fault must fire.</summary>
    public bool EveryFault { get; init; }

    /// <summary>
    /// Which rules must act, and how often: faults by name, and <c>retransmit</c>, <c>buffer</c> and <c>quantum</c>.
    /// </summary>
    public IReadOnlyList<ExpectedRule> Rules { get; init; } = [];

    /// <summary>How the run must end.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>The same as a host takes it.</summary>
    internal Expectation Expectation => new()
    {
        EveryFault = EveryFault,
        Rules = [.. Rules.Select(r => (r.Rule, r.AtLeast))],
        Outcome = Outcome,
    };

    /// <inheritdoc/>
    public IEnumerable<string> Violations()
    {
        if (!EveryFault && Rules.Count == 0 && Outcome is null)
            yield return "nothing is expected: give every-fault, rules or outcome";
        if (Outcome is Core.Runs.Outcome.Cancelled)
            yield return "outcome: a run that is cancelled is none yet, and cannot be expected";
        if (Rules.CountBy(r => r.Rule).FirstOrDefault(r => r.Value > 1).Key is { } twice)
            yield return $"rules: '{twice}' is given twice";
    }
}

/// <summary>An item of the key <c>expect.rules</c>.</summary>
public sealed record ExpectedRule
{
    /// <summary>The rule; of faults of one name, all together.</summary>
    [Bare]
    public required string Rule { get; init; }

    /// <summary>How often it must act at least.</summary>
    [Range(1, long.MaxValue)]
    public long AtLeast { get; init; } = 1;
}
