using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Claims;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments.Claims;

/// <summary>The keys of a claim file.</summary>
public sealed record ClaimFile
{
    /// <summary>What is claimed, in one or two sentences.</summary>
    [MinLength(1, ErrorMessage = "expected a sentence")]
    public required string Claim { get; init; }

    /// <summary>Where: the paper.</summary>
    [MinLength(1, ErrorMessage = "expected the paper")]
    public required string Source { get; init; }

    /// <summary>The path of an experiment file, from this file's folder, or its keys.</summary>
    public required SpecNode Experiment { get; init; }

    /// <summary>Changes of the experiment, key path to value.</summary>
    public SpecMapping? Set { get; init; }

    /// <summary>Repetitions that are judged: with fewer than four there is no interval.</summary>
    [Range(4, 10_000)]
    public required int Seeds { get; init; }

    /// <summary>Their base seed; the data stay those of the experiment's.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Of the intervals.</summary>
    [Range(0.5, 0.999)]
    public double Confidence { get; init; } = 0.95;

    /// <summary>
    /// How often the claim has been measured, this time included, each time with other seeds or another file; more
    /// than one look makes the intervals wider.
    /// </summary>
    [Range(1, 100)]
    public int Looks { get; init; } = 1;

    /// <summary>What of the paper's claim is not there: sizes, models, data, theorems.</summary>
    public string NotCovered { get; init; } = "";

    /// <summary>How the arms are tuned before they are measured.</summary>
    public TuneOptions? Tune { get; init; }

    /// <summary>Named changes, or a grid of them; each case is judged by itself.</summary>
    public SpecMapping? Cases { get; init; }

    /// <summary>What is judged.</summary>
    [MinLength(1, ErrorMessage = "expected at least one contrast")]
    public required IReadOnlyList<Contrast> Contrasts { get; init; }

    /// <summary>Data sets without which the claim is not run.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Changes of this file for larger sizes.</summary>
    public SpecMapping? Full { get; init; }
}

/// <summary>The key <c>tune</c>.</summary>
public sealed record TuneOptions
{
    /// <summary>Key path to the values that are tried, the same for all arms.</summary>
    public required SpecMapping Grid { get; init; }

    /// <summary>For single arms, keys that only they have.</summary>
    public SpecMapping? Arms { get; init; }

    /// <summary>The arms that are tuned; none for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Repetitions of each point.</summary>
    [Range(1, 10_000)]
    public required int Seeds { get; init; }

    /// <summary>Their base seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What is best: the least mean, for accuracies the greatest.</summary>
    public required Quantity Best { get; init; }

    /// <summary>The case that is tuned for all; null for each by itself.</summary>
    public string? Case { get; init; }

    /// <summary>Best values at which an edge of the grid is right.</summary>
    public IReadOnlyList<NaturalEdge> NaturalEdges { get; init; } = [];
}

/// <summary>A value at the edge of a grid beyond which there is nothing to find.</summary>
public sealed record NaturalEdge
{
    /// <summary>The key path.</summary>
    public required string Key { get; init; }

    /// <summary>The value.</summary>
    public required double Value { get; init; }

    /// <summary>Why nothing better lies beyond.</summary>
    [MinLength(1, ErrorMessage = "expected the reason")]
    public required string Reason { get; init; }

    /// <summary>The arms that it concerns; none for all.</summary>
    public IReadOnlyList<string> Arms { get; init; } = [];

    /// <summary>Whether it is this value of this arm.</summary>
    public bool Is(string arm, GridValue value) =>
        value.Key == Key && value.Number == Value && (Arms.Count == 0 || Arms.Contains(arm));
}
