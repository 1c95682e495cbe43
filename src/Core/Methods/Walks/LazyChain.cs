using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>
/// Stays with a fixed probability s, else makes a step of another chain: s I + (1 - s) P. Its eigenvalues are
/// s + (1 - s) lambda; with s = 1/2 none is below 0, and no graph makes it periodic. Stationary as the other.
/// </summary>
/// <param name="options">Which chain, how often it stays.</param>
[BaseChain("lazy", Source = "Levin, Peres, Wilmer, Markov Chains and Mixing Times, section 1.3")]
public sealed class LazyChain(LazyChain.Options options) : BaseChain
{
    readonly Options _options = options;

    /// <summary>Options of <see cref="LazyChain"/>.</summary>
    public sealed record Options
    {
        /// <summary>The chain whose steps are made.</summary>
        public BaseChain Of { get; init; } = new SrwChain();

        /// <summary>The probability s of staying without asking it.</summary>
        [Range(0.0, 1.0, MaximumIsExclusive = true)]
        public double Stay { get; init; } = 0.5;
    }

    /// <inheritdoc/>
    public override double Stationary(Topology topology, int node) => _options.Of.Stationary(topology, node);

    /// <inheritdoc/>
    public override void Weights(Topology topology, int node, Span<double> weights)
    {
        _options.Of.Weights(topology, node, weights);
        var row = weights[..(topology.OutDegree(node) + 1)];
        var total = 0.0;
        foreach (var weight in row)
            total += weight;
        row[^1] += total * _options.Stay / (1 - _options.Stay);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LazyChain other && other._options == _options;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}
