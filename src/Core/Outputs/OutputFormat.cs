using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Outputs;

/// <summary>Names an output format in experiment files.</summary>
/// <param name="name">The name, for instance <c>parquet</c>.</param>
public sealed class OutputAttribute(string name) : EntryAttribute(name);

/// <summary>
/// Writes the tables of a run folder once more, beside those as comma-separated text, for programs that read it
/// faster. Nothing in AsyncOpt reads them back.
/// </summary>
[EntryKind("output formats")]
public abstract class OutputFormat
{
    /// <summary>What its files end with, without a dot: lower case letters and digits, for instance <c>parquet</c>.
    /// </summary>
    public abstract string Extension { get; }

    /// <summary>Writes a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="to">An empty file; the format need not close it. Equal tables should give equal bytes.</param>
    public abstract void Write(OutputTable table, Stream to);

    /// <summary>What messages to the user call it: its name in experiment files.</summary>
    public override string ToString() => EntryAttribute.NameOf(this);
}
