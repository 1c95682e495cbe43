using AsyncOpt.Core.Outputs;
using Parquet;

namespace AsyncOpt.Core.Tests.Outputs;

public class ParquetFormatTests
{
    [Fact]
    public async Task A_table_reads_back_bit_for_bit()
    {
        long[] wholes = [0, -1, long.MaxValue, long.MinValue, 7];
        double[] numbers = [0.1, -0.0, double.NaN, double.NegativeInfinity, double.Epsilon];
        string[] texts = ["", "worker 3", "node 3 'köln, \"am\" rhein'", "a\nb", "worker 3"];

        var read = await Read(Written(new("some", 5,
        [
            new WholeColumn("whole", i => wholes[i], i => $">{i}"),
            new NumberColumn("number_s", i => numbers[i]),
            new TextColumn("text", i => texts[i]),
        ])));

        Assert.Equal(["whole", "number_s", "text"], read.Select(c => c.Name));
        Assert.Equal(wholes, read[0].Cells.Cast<long>());
        Assert.Equal(
            numbers.Select(BitConverter.DoubleToInt64Bits),
            read[1].Cells.Cast<double>().Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(texts, read[2].Cells.Cast<string>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(600_000)]
    public async Task A_table_has_all_its_rows_however_many_they_are(int rows)
    {
        var read = await Read(Written(new("some", rows,
            [new WholeColumn("square", i => (long)i * i), new TextColumn("name", i => $"agent {i % 10}")])));

        Assert.Equal(Enumerable.Range(0, rows).Select(i => (long)i * i), read[0].Cells.Cast<long>());
        Assert.Equal(Enumerable.Range(0, rows).Select(i => $"agent {i % 10}"), read[1].Cells.Cast<string>());
    }

    [Fact]
    public void Equal_tables_give_equal_bytes_and_far_fewer_than_text()
    {
        OutputTable Table() => new("some", 10_000,
            [new WholeColumn("row", i => i), new TextColumn("name", i => i % 2 == 0 ? "even" : "odd")]);

        var bytes = Written(Table());

        Assert.Equal(bytes, Written(Table()));
        Assert.InRange(bytes.Length, 1, 60_000);
    }

    static byte[] Written(OutputTable table)
    {
        using var to = new MemoryStream();
        new ParquetFormat().Write(table, to);
        return to.ToArray();
    }

    static async Task<List<(string Name, List<object> Cells)>> Read(byte[] bytes)
    {
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(bytes));
        var fields = reader.Schema.GetDataFields();
        var columns = fields.Select(f => (f.Name, Cells: new List<object>())).ToList();
        for (var g = 0; g < reader.RowGroupCount; g++)
        {
            using var group = reader.OpenRowGroupReader(g);
            var rows = (int)group.RowCount;
            for (var c = 0; c < fields.Length; c++)
            {
                var field = fields[c];
                columns[c].Cells.AddRange(field.ClrType.Name switch
                {
                    nameof(Int64) => await Cells<long>(rows, m => group.ReadAsync<long>(field, m)),
                    nameof(Double) => await Cells<double>(rows, m => group.ReadAsync<double>(field, m)),
                    _ => await Cells<string?>(rows, m => group.ReadAsync(field, m)),
                });
            }
        }
        return columns;
    }

    static async Task<IEnumerable<object>> Cells<T>(int rows, Func<Memory<T>, ValueTask> read)
    {
        var cells = new T[rows];
        await read(cells);
        return cells.Select(cell => (object)cell!);
    }
}
