using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.ComputeTimes;

/// <summary>The factor of each place, written out.</summary>
/// <param name="options">The factors.</param>
[Speeds("list")]
public sealed class ListedSpeeds(ListedSpeeds.Options options) : Speeds
{
    /// <summary>Options of <see cref="ListedSpeeds"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The factor of place 0, 1, ...; 2 takes twice as long. As many as there are places.</summary>
        public required IReadOnlyList<double> Factors { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations() => SpeedChecks.NotPositive("factors", Factors);
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">There are not as many factors as places.</exception>
    public override double[] Factors(SpeedContext context) => options.Factors.Count == context.Places
        ? [.. options.Factors]
        : throw new InputException(
            $"speeds 'list': {Counted.Of(options.Factors.Count, "factor")} for {context.Places} {context.Called}; "
                + "give one for each");
}
