using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Problems.Data;

/// <summary>
/// Another source's samples with two classes made of many: label 1 for the classes that are named, 0 for all others.
/// </summary>
/// <param name="options">The source and the classes.</param>
[DataSource("binary")]
public sealed class BinarySource(BinarySource.Options options) : DataSource
{
    /// <summary>The source and the classes.</summary>
    public sealed record Options
    {
        /// <summary>Where the samples come from.</summary>
        public required DataSource Of { get; init; }

        /// <summary>The labels that become 1, as texts.</summary>
        public required string[] Positive { get; init; }
    }

    /// <inheritdoc/>
    public override RawData Open(DataContext context)
    {
        var raw = options.Of.Open(context);
        foreach (var label in options.Positive)
        {
            if (LabelSet.Of(raw.Table).IndexOf(label) < 0)
            {
                throw new InputException($"{raw.Table.Source}: has no label '{label}'; its labels are "
                    + string.Join(", ", LabelSet.Of(raw.Table).Names.Take(20)));
            }
        }
        return raw with { Table = Split(raw.Table), Test = raw.Test is { } test ? Split(test) : null };
    }

    SampleTable Split(SampleTable table)
    {
        var labels = new double[table.Rows];
        for (var row = 0; row < labels.Length; row++)
            labels[row] = options.Positive.Contains(table.LabelText(row)) ? 1 : 0;
        return new(table.Source, table.Features, labels) { Groups = table.Groups, Format = table.Format };
    }
}
