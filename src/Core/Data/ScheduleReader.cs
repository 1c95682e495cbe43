using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Data;

/// <summary>Reads the tables of a schedule as a run folder has them, plain or gzip.</summary>
static class ScheduleReader
{
    /// <summary>The columns of the table of computations.</summary>
    public static readonly string[] TaskColumns = ["role", "index", "task", "factor"];

    /// <summary>The columns of the table of messages.</summary>
    public static readonly string[] MessageColumns = ["way", "from", "to", "message", "delay_ns", "lost"];

    /// <summary>Reads the computations.</summary>
    /// <param name="path">The file, <c>schedule-tasks.csv</c> of a run folder.</param>
    /// <exception cref="InputException">The file is missing, or is no such table.</exception>
    public static IReadOnlyList<ScheduledTask> Tasks(string path) => Read(path, TaskColumns, row =>
    {
        var factor = row.Number(3, TaskColumns[3]);
        return factor >= 0
            ? new ScheduledTask(row.Text(0), (int)Whole(path, row, 1, int.MaxValue), Whole(path, row, 2), factor)
            : throw DataFile.Error(path, row.Line, 4, "expected a factor of at least 0");
    });

    /// <summary>Reads the messages.</summary>
    /// <param name="path">The file, <c>schedule-messages.csv</c> of a run folder.</param>
    /// <exception cref="InputException">The file is missing, or is no such table.</exception>
    public static IReadOnlyList<ScheduledMessage> Messages(string path) => Read(path, MessageColumns, row =>
        new ScheduledMessage(
            WayOf(path, row), (int)Whole(path, row, 1, int.MaxValue, -1), (int)Whole(path, row, 2, int.MaxValue, -1),
            Whole(path, row, 3), Whole(path, row, 4), Whole(path, row, 5, 1) == 1));

    /// <summary>A way in a word.</summary>
    public static string NameOf(MessageWay way) => KebabCase.Of(way.ToString());

    static MessageWay WayOf(string path, CsvRow row) =>
        Enum.GetValues<MessageWay>().Where(w => NameOf(w) == row.Text(0)).Select(w => (MessageWay?)w).FirstOrDefault()
        ?? throw DataFile.Error(
            path, row.Line, 1, $"expected link, overlay or token, got {DataFile.Quote(row.Text(0))}");

    static long Whole(string path, CsvRow row, int column, long most = long.MaxValue / 4, long least = 0)
    {
        var number = row.Number(column);
        return number >= least && number <= most && number == Math.Truncate(number)
            ? (long)number
            : throw DataFile.Error(path, row.Line, column + 1, $"expected a whole number from {least} to {most}, got "
                + DataFile.Quote(row.Text(column)));
    }

    static List<T> Read<T>(string path, string[] columns, Func<CsvRow, T> line)
    {
        var lines = new List<T>();
        var hasHeader = false;
        CsvRows.Read(path, row =>
        {
            if (!hasHeader && !row.Texts().SequenceEqual(columns))
                throw DataFile.Error(path, row.Line, $"expected the header {string.Join(',', columns)}, of a run with "
                    + "'output: { schedule: true }'");
            if (hasHeader && row.Cells != columns.Length)
                throw DataFile.Error(path, row.Line, $"has {row.Cells} columns, the header has {columns.Length}");
            if (hasHeader)
                lines.Add(line(row));
            hasHeader = true;
        });
        return lines.Count > 0 ? lines : throw new InputException(
            $"{path}: has no lines; expected the header {string.Join(',', columns)}, and some");
    }
}
