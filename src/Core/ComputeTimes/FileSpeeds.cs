using AsyncOpt.Core.Laws;

namespace AsyncOpt.Core.ComputeTimes;

/// <summary>
/// Measured factors: one column of a text file, plain or .gz. Place p takes line p, from the beginning again where
/// there are more places than lines.
/// </summary>
/// <param name="options">The file and its column.</param>
[Speeds("file")]
public sealed class FileSpeeds(FileSpeeds.Options options) : Speeds
{
    /// <summary>Options of <see cref="FileSpeeds"/>.</summary>
    public sealed record Options
    {
        /// <summary>The file; columns apart by semicolon, tab, comma or blanks.</summary>
        public required string File { get; init; }

        /// <summary>
        /// The column: its number from 1, or its name in the first line; a file of one column needs none.
        /// </summary>
        public string? Column { get; init; }

        /// <summary>What the factors are divided by; measured times become factors of their mean.</summary>
        public SpeedNormalization Normalize { get; init; } = SpeedNormalization.Mean;
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">The file is missing or broken, or has a number that is not above 0.</exception>
    public override double[] Factors(SpeedContext context)
    {
        var column = new Empirical(new Empirical.Options { File = options.File, Column = options.Column });
        column.Build(context.Locate);
        var values = column.InOrder;
        var factors = new double[context.Places];
        for (var place = 0; place < factors.Length; place++)
            factors[place] = values[place % values.Length];
        var what = $"speeds 'file': the values of {options.File}";
        return SpeedChecks.NotPositive(what, factors).FirstOrDefault() is { } violation
            ? throw new InputException(violation)
            : SpeedChecks.Normalize(factors, options.Normalize);
    }
}
