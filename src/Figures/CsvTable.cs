using System.Globalization;
using AsyncOpt.Core;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Figures;

/// <summary>A small table of text with a header.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Columns">The names of its columns.</param>
/// <param name="Rows">Its rows, as wide as the header.</param>
sealed record CsvTable(string Path, IReadOnlyList<string> Columns, IReadOnlyList<string[]> Rows)
{
    /// <summary>Reads a table; lines that begin with # are none of it.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="needed">Columns that it must have.</param>
    /// <param name="what">What was expected, in words.</param>
    /// <exception cref="InputException">It cannot be read, lacks a column, or has no row.</exception>
    public static CsvTable Read(string path, IReadOnlyList<string> needed, string what)
    {
        var rows = new List<string[]>();
        CsvRows.Read(path, row =>
        {
            var cells = row.Texts();
            if (rows.Count == 0 && needed.Except(cells).Any())
                throw Unexpected();
            if (rows.Count > 0 && cells.Length != rows[0].Length)
                throw DataFile.Error(path, row.Line, $"expected {rows[0].Length} cells; got {cells.Length}");
            rows.Add(cells);
        });
        return rows.Count > 1 ? new CsvTable(path, rows[0], rows[1..]) : throw Unexpected();

        InputException Unexpected() =>
            new($"{path}: expected {what}, which has the columns {string.Join(", ", needed)}, and a row at least");
    }

    /// <summary>A cell.</summary>
    public string Text(string[] row, string column) => row[Columns.Index().First(c => c.Item == column).Index];

    /// <summary>A cell as a number; NaN is one.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public double Number(string[] row, string column)
    {
        var text = Text(row, column);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InputException($"{Path}: '{column}' must be a number to be drawn; got '{text}'");
    }
}
