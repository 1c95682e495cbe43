using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Topologies;

/// <summary>
/// (1 - q) I + q W of another mixing matrix W. With q up to 1/2 and symmetric W no eigenvalue is negative, so that
/// adapt-while-communicate stays stable up to the step of the centralized method.
/// </summary>
[Mixing("lazy", Source = "lazy Markov chain")]
public sealed class LazyMixing(LazyMixing.Options options) : MixingRule
{
    /// <summary>The lazy matrix' options.</summary>
    public sealed record Options
    {
        /// <summary>The share q of W.</summary>
        [Range(1e-9, 1.0)] public double Share { get; init; } = 0.5;

        /// <summary>The matrix W.</summary>
        public MixingRule Inner { get; init; } = new MetropolisHastingsMixing();
    }

    /// <inheritdoc/>
    public override MixingMatrix Build(Topology topology) => options.Inner.Build(topology).Lazy(options.Share);
}
