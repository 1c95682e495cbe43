using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.ComputeTimes;

/// <summary>
/// Written-out factors, pulled together or apart: s_p = m (f_p / m)^exponent with the geometric mean m of the list.
/// Exponent 1 is the list itself, 0 makes all places equally fast.
/// </summary>
/// <param name="options">The factors and the exponent.</param>
[Speeds("spread")]
public sealed class SpreadSpeeds(SpreadSpeeds.Options options) : Speeds
{
    /// <summary>Options of <see cref="SpreadSpeeds"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The factors at exponent 1, of place 0, 1, ...; as many as there are places.</summary>
        public required IReadOnlyList<double> Factors { get; init; }

        /// <summary>How far apart they are.</summary>
        [Range(0, 100.0)]
        public required double Exponent { get; init; }

        /// <summary>
        /// Whether the list is dealt out in turn, again from the beginning where it is shorter than the places; what is
        /// left over of it is not used, except for the mean.
        /// </summary>
        public bool Cycle { get; init; }

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
    /// <exception cref="InputException">
    /// There are not as many factors as places, and they are not dealt out in turn.
    /// </exception>
    public override double[] Factors(SpeedContext context)
    {
        var logs = options.Factors.Select(ExactMath.Log).ToArray();
        var mean = PairwiseSum.Sum(logs) / logs.Length;
        double[] spread = [.. options.Factors.Select((factor, i) => options.Exponent switch
        {
            1 => factor,
            var exponent => ExactMath.Exp(mean + (exponent * (logs[i] - mean))),
        })];
        return SpeedChecks.Dealt(
            spread, context, options.Cycle, $"speeds 'spread': {Counted.Of(spread.Length, "factor")}",
            "give one for each, or `cycle: true`, which deals them out in turn");
    }
}
