using System.ComponentModel.DataAnnotations;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments;

/// <summary>The keys of an experiment file that concern all arms together.</summary>
public sealed record FileHead
{
    /// <summary>The keys.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["name", "description", "seeds", "arms", "sweep"];

    /// <summary>The experiment's name; without it, the file's.</summary>
    [RegularExpression(@"[\w][\w .,+=-]*", ErrorMessage = "expected letters, digits, and . , + = - _ or spaces")]
    public string? Name { get; init; }

    /// <summary>One or two sentences.</summary>
    public string Description { get; init; } = "";

    /// <summary>How many repetitions each arm has.</summary>
    [Range(1, 10_000)]
    public int Seeds { get; init; } = 1;

    /// <summary>Named overrides.</summary>
    public SpecMapping? Arms { get; init; }

    /// <summary>What <c>asyncopt sweep</c> tries.</summary>
    public SweepOptions? Sweep { get; init; }
}

/// <summary>The key <c>sweep</c>.</summary>
public sealed record SweepOptions
{
    /// <summary>For each key path, the values to try; all combinations are.</summary>
    public required SpecMapping Grid { get; init; }

    /// <summary>
    /// For each key path, the values that are studied: each combination of them is tuned by itself, and has a best.
    /// </summary>
    public SpecMapping? Conditions { get; init; }

    /// <summary>How many repetitions each combination has; without it, as many as the file says.</summary>
    [Range(1, 10_000)]
    public int? Seeds { get; init; }

    /// <summary>
    /// The base seed of its repetitions, in place of the file's: what is tuned on the reported seeds is flattered. The
    /// data stay those of the file.
    /// </summary>
    public ulong? Seed { get; init; }

    /// <summary>What is best.</summary>
    public required BestOptions Best { get; init; }
}

/// <summary>The key <c>sweep.best</c>: least, for accuracies greatest, on average over repetitions.</summary>
public sealed record BestOptions
{
    /// <summary>The metric's name; with <c>at: time-to-target</c> that of <c>stop.target</c> counts.</summary>
    public string Metric { get; init; } = "loss";

    /// <summary>Which of its values counts.</summary>
    public BestAt At { get; init; } = BestAt.End;
}

/// <summary>Which value of a metric counts.</summary>
public enum BestAt
{
    /// <summary>That at the end of the run.</summary>
    End,

    /// <summary>The best of all sampling instants.</summary>
    Min,

    /// <summary>The virtual time at which <c>stop.target</c> is reached.</summary>
    TimeToTarget,
}
