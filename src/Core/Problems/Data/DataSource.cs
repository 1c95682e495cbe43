using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Problems.Data;

/// <summary>Names a data source in experiment files.</summary>
/// <param name="name">The name, for instance <c>libsvm</c>.</param>
public sealed class DataSourceAttribute(string name) : EntryAttribute(name);

/// <summary>Where samples come from: files, or a generator.</summary>
[EntryKind("data sources")]
public abstract class DataSource
{
    /// <summary>Reads or makes the data.</summary>
    /// <param name="context">Where files are, the seed, the number of places.</param>
    /// <exception cref="InputException">A file is missing or broken.</exception>
    public abstract RawData Open(DataContext context);
}

/// <summary>What data are made from, beside the source's options.</summary>
/// <param name="Locate">Finds a data file by name or path.</param>
/// <param name="Seed">The data seed.</param>
/// <param name="Places">The number of places.</param>
public sealed record DataContext(Func<string, string> Locate, ulong Seed, int Places)
{
    /// <summary>The column that says whose sample a row is, where the sharding goes by one.</summary>
    public string? GroupColumn { get; init; }
}

/// <summary>
/// What a source gives: samples to learn from (and to split), and a test part where it has one of its own.
/// </summary>
/// <param name="Table">Samples with labels.</param>
/// <param name="Test">Test samples with the same columns; null where there are none.</param>
public sealed record RawData(SampleTable Table, SampleTable? Test = null)
{
    /// <summary>Row r was made for place r / this; 0 where rows belong to no place.</summary>
    public int SamplesPerPlace { get; init; }

    /// <summary>
    /// Whether places differ in law, so that dealing the rows out anew would undo what was asked for.
    /// </summary>
    public bool IsHeterogeneous { get; init; }

    /// <summary>Whether rows follow each other, as in a text, so that parts are stretches of it.</summary>
    public bool IsSequence { get; init; }
}
