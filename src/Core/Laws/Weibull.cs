using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;
using MathNet.Numerics;

namespace AsyncOpt.Core.Laws;

/// <summary>
/// shift + scale E^(1 / shape), with E exponential of mean 1: times between failures of machines and lengths of
/// sessions. Mean of the random part scale Gamma(1 + 1 / shape). With a shape below 1 what has lasted long lasts
/// longer; shape 1 is exponential.
/// </summary>
/// <param name="options">Scale and shape.</param>
[Law("weibull", Source = "Weibull, J. Appl. Mech. 18 (1951) 293; sessions of peers: Stutzbach, Rejaie, IMC 2006")]
public sealed class Weibull(Weibull.Options options) : Law
{
    /// <summary>Options of <see cref="Weibull"/>.</summary>
    public sealed record Options
    {
        /// <summary>What a share 1 - 1/e = 0.632 of the values is below, without the shift.</summary>
        [Time, Range(0, 1e18)]
        public required double Scale { get; init; }

        /// <summary>The exponent: the smaller, the heavier the tail.</summary>
        [Range(0.05, 100.0)]
        public required double Shape { get; init; }

        /// <summary>A fixed part. Above 0 it lets partitions run side by side.</summary>
        [Time, Range(0, 1e18)]
        public double Shift { get; init; }
    }

    /// <inheritdoc/>
    public override double Floor => options.Shift;

    /// <inheritdoc/>
    public override double Mean => options.Shift + (options.Scale * SpecialFunctions.Gamma(1 + (1 / options.Shape)));

    /// <inheritdoc/>
    public override bool IsRandom => options.Scale > 0;

    /// <inheritdoc/>
    public override double Quantile(double share) => OfExponential(-ExactMath.Log(1 - share));

    /// <inheritdoc/>
    public override double Sample(in Draw draw) => OfExponential(draw.Exponential());

    double OfExponential(double e) => options.Shift + (options.Scale * ExactMath.Pow(e, 1 / options.Shape));
}
