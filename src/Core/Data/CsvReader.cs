namespace AsyncOpt.Core.Data;

/// <summary>
/// Reads numeric tables from CSV, plain or gzip, in UTF-8: comma, semicolon, tab or bar, quotes as in RFC 4180, empty
/// lines and lines that start with <c>#</c> skipped; such a line that may be a row, as the first column is the label,
/// is refused behind the first row. All cells are finite numbers (decimal commas where semicolons separate), except
/// label and groups, which may be texts.
/// </summary>
/// <remarks>
/// Without being told, the first row is a header when its feature cells are names; when they count 0, 1, 2, ... or
/// 1, 2, 3, ... and its label is a text while all others are numbers (pandas); or when it is that of scikit-learn's
/// files (the numbers of samples and features, then class names), which names nothing. It is a sample when all its
/// feature cells are numbers, missing or damaged ones included. Anything between is refused.
/// </remarks>
public static class CsvReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">How it is to be read; by default with the label in the last column.</param>
    /// <returns>The samples; text labels become their rank in ordinal order, named by the table.</returns>
    /// <exception cref="InputException">
    /// The file is missing, has no data rows, a row of another width, a cell that is no finite number, or it does not
    /// show whether it has a header; the message names line and column.
    /// </exception>
    public static SampleTable Read(string path, CsvFormat? format = null)
    {
        var comments = new CsvComments();
        var reading = new CsvReading(path, format ?? new(), comments);
        CsvRows.Read(path, reading.Row, comments);
        return DataFile.Guard(path, FileFormat.Csv, reading.Finish);
    }
}
