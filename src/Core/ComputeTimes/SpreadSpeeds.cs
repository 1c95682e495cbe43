using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.ComputeTimes;

/// <summary>
/// Written-out factors, pulled together or apart: s_p = m (f_p / m)^exponent with the geometric mean m of the list.
/// Exponent 1 is the list itself, 0 makes all places equally fast. Where there are more places than factors, the list
/// begins again.
/// </summary>
/// <param name="options">The factors and the exponent.</param>
[Speeds("spread")]
public sealed class SpreadSpeeds(SpreadSpeeds.Options options) : Speeds
{
    /// <summary>Options of <see cref="SpreadSpeeds"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The factors at exponent 1.</summary>
        public required IReadOnlyList<double> Factors { get; init; }

        /// <summary>How far apart they are.</summary>
        [Range(0, 100.0)]
        public required double Exponent { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Factors.Count == 0)
                yield return "factors are missing";
            foreach (var violation in SpeedChecks.NotPositive("factors", Factors))
                yield return violation;
        }
    }

    /// <inheritdoc/>
    public override double[] Factors(SpeedContext context)
    {
        var logs = options.Factors.Select(ExactMath.Log).ToArray();
        var mean = PairwiseSum.Sum(logs) / logs.Length;
        return [.. Enumerable.Range(0, context.Places).Select(place => options.Exponent switch
        {
            1 => options.Factors[place % logs.Length],
            var exponent => ExactMath.Exp(mean + (exponent * (logs[place % logs.Length] - mean))),
        })];
    }
}
