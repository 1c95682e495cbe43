using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Shardings;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Problems;

/// <summary>The options that all problems with data share.</summary>
public abstract record DataOptions
{
    /// <summary>Where the samples come from.</summary>
    public required DataSource Data { get; init; }

    /// <summary>Shares of training, validation and test parts.</summary>
    public SplitFractions Split { get; init; } = new();

    /// <summary>Harm done to the training part, for two classes.</summary>
    public Corruption Corruption { get; init; } = new();

    /// <summary>How batches are drawn from a shard.</summary>
    public Sampling Sampling { get; init; } = Sampling.WithReplacement;

    /// <summary>Whether features are shifted and scaled to mean 0 and variance 1 over the training part.</summary>
    public bool Standardize { get; init; }

    /// <summary>Whether a feature that is always 1 is appended; its weight is regularized like all others.</summary>
    public bool Bias { get; init; }

    /// <summary>Splits, standardizes and widens raw data as these options say.</summary>
    internal DataParts Prepare(RawData raw, ulong seed)
    {
        if (!raw.Table.HasLabels)
            throw new InputException($"{raw.Table.Source}: has no labels, and this problem needs one a sample");
        var parts = DataParts.Split(raw, Split, seed);
        parts = Standardize ? parts.Standardize() : parts;
        return Bias ? parts.WithBias() : parts;
    }
}

/// <summary>The options that all problems over samples share.</summary>
public abstract record SampleOptions : DataOptions
{
    /// <summary>How training samples are dealt out to the places.</summary>
    public Sharding Sharding { get; init; } = new IidSharding();

    /// <summary>
    /// What places count in F: <c>equal</c>, or <c>samples</c>, n_p / sum_q n_q, so that F is the mean over samples.
    /// </summary>
    public PlaceWeights Weights { get; init; }

    /// <summary>lambda in the term (lambda/2) |x|^2 of every f_p.</summary>
    [Range(0, 1e6)]
    public double Regularization { get; init; }
}
