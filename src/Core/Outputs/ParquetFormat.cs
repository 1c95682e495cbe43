using Parquet;
using Parquet.Schema;

namespace AsyncOpt.Core.Outputs;

/// <summary>
/// Apache Parquet: tables by columns, compressed, which pandas, polars, DuckDB, R and Spark read. Whole numbers are
/// 64 bits, numbers float64; no cell is null.
/// </summary>
[Output("parquet", Source = "parquet.apache.org")]
public sealed class ParquetFormat : OutputFormat
{
    // Rows that are held at once; readers read as many at a time.
    const int GroupRows = 1 << 18;

    /// <inheritdoc/>
    public override string Extension => "parquet";

    /// <inheritdoc/>
    public override void Write(OutputTable table, Stream to) =>
#pragma warning disable RS0030 // the library has no other way to write; no run waits for it
        WriteGroups(table, to).AsTask().GetAwaiter().GetResult();
#pragma warning restore RS0030

    static async ValueTask WriteGroups(OutputTable table, Stream to)
    {
        var fields = table.Columns.Select(FieldOf).ToArray();
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema([.. fields]), to);
        for (var first = 0; first == 0 || first < table.Rows; first += GroupRows)
        {
            using var group = writer.CreateRowGroup();
            var rows = Math.Min(GroupRows, table.Rows - first);
            for (var c = 0; c < fields.Length; c++)
            {
                switch (table.Columns[c])
                {
                    case WholeColumn whole:
                        await group.WriteAsync<long>(fields[c], Cells(first, rows, row => whole[row]));
                        break;
                    case NumberColumn number:
                        await group.WriteAsync<double>(fields[c], Cells(first, rows, row => number[row]));
                        break;
                    default:
                        await group.WriteAsync(fields[c], Cells(first, rows, table.Columns[c].TextAt));
                        break;
                }
            }
        }
    }

    static DataField FieldOf(OutputColumn column) => column switch
    {
        WholeColumn => new DataField<long>(column.Name),
        NumberColumn => new DataField<double>(column.Name),
        _ => new DataField(column.Name, typeof(string), isNullable: false),
    };

    static T[] Cells<T>(int first, int rows, Func<int, T> at)
    {
        var cells = new T[rows];
        for (var i = 0; i < rows; i++)
            cells[i] = at(first + i);
        return cells;
    }
}
