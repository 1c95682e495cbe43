using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Laws;

namespace AsyncOpt.Core.ComputeTimes;

/// <summary>
/// Measured factors: one column of a text file, plain or gzip. Line p is that of place p, and there are as many lines
/// as places; or lines are those of the nodes that they name.
/// </summary>
/// <param name="options">The file and its columns.</param>
[Speeds("file")]
public sealed class FileSpeeds(FileSpeeds.Options options) : Speeds
{
    /// <summary>Options of <see cref="FileSpeeds"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The file; columns apart by semicolon, tab, comma or blanks.</summary>
        public required string File { get; init; }

        /// <summary>
        /// The column: its number from 1, or its name in the first line; a file of one column needs none.
        /// </summary>
        public string? Column { get; init; }

        /// <summary>
        /// The column that names nodes as the topology's file does, by number or name: each node takes the line of its
        /// name, and lines of other names are passed over.
        /// </summary>
        public string? Names { get; init; }

        /// <summary>
        /// Whether lines are dealt out in turn, again from the first where there are fewer than places; what is left
        /// over is not used.
        /// </summary>
        public bool Cycle { get; init; }

        /// <summary>What the factors are divided by; measured times become factors of their mean.</summary>
        public SpeedNormalization Normalize { get; init; } = SpeedNormalization.Mean;

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Names is not null && Cycle)
            {
                yield return "give either names or cycle: lines belong to the nodes they name, or are dealt out in "
                    + "turn";
            }
            if (Names is not null && Column is null)
                yield return "with names, column must say where the factors are";
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">
    /// The file is missing or broken, has a number that is not above 0, or its lines do not fit the places.
    /// </exception>
    public override double[] Factors(SpeedContext context)
    {
        var factors = options.Names is null ? InOrder(context) : ByName(context);
        var what = $"speeds 'file': the values of {options.File}";
        return SpeedChecks.NotPositive(what, factors).FirstOrDefault() is { } violation
            ? throw new InputException(violation)
            : SpeedChecks.Normalize(factors, options.Normalize, context);
    }

    double[] InOrder(SpeedContext context)
    {
        var column = new Empirical(new Empirical.Options { File = options.File, Column = options.Column });
        column.Build(context.Locate);
        return SpeedChecks.Dealt(
            column.InOrder, context, options.Cycle,
            $"{context.Locate(options.File)}: {Counted.Of(column.InOrder.Length, "value")}",
            "give a line for each" + (context.Names is null ? "" : ", or `names`, the column of the nodes' names,")
                + " or `cycle: true`, which deals lines out in turn");
    }

    double[] ByName(SpeedContext context)
    {
        if (context.Names is not { } nodes)
        {
            throw new InputException("speeds 'file': names is for nodes that a topology's file names; here places have "
                + "only numbers, so leave it out: line p is that of place p");
        }
        var path = context.Locate(options.File);
        var lines = NamedNumbersReader.Read(path, options.Names!, options.Column!);
        NamedRows.Require(path, [.. lines.Keys], nodes, context.Notes);
        return [.. nodes.Select(name => lines[name])];
    }
}
