using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Links;

/// <summary>A unit of time in a file.</summary>
public enum TimeUnit
{
    /// <summary>Seconds.</summary>
    S,

    /// <summary>Milliseconds.</summary>
    Ms,

    /// <summary>Microseconds.</summary>
    Us,
}

/// <summary>
/// Measured delays, one per link, from a file: a square matrix (row = sender), or a table with a header and one
/// measurement a line, of which each link takes the median. Place p is row p of the file, from the beginning again
/// where there are more places than rows. With a jitter every message takes its link's delay times a factor of its own.
/// </summary>
/// <param name="options">The file and how to read it.</param>
[Link("per-link")]
public sealed class PerLink(PerLink.Options options) : LinkDelay
{
    /// <summary>Options of <see cref="PerLink"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The file, plain or .gz.</summary>
        public required string File { get; init; }

        /// <summary>The column of the sender's label, where the file is a table; none: it is a matrix.</summary>
        public string? From { get; init; }

        /// <summary>The column of the receiver's label.</summary>
        public string? To { get; init; }

        /// <summary>The column of the measured value.</summary>
        public string? Value { get; init; }

        /// <summary>
        /// Columns and the texts a table's line must have there to be read, for instance <c>size: "24"</c>.
        /// </summary>
        public IReadOnlyDictionary<string, string>? Where { get; init; }

        /// <summary>The unit of the file's numbers.</summary>
        public TimeUnit Unit { get; init; } = TimeUnit.Ms;

        /// <summary>What the numbers are multiplied by; 0.5 for round-trip times.</summary>
        [Range(1e-9, 1e9)]
        public double Scale { get; init; } = 1;

        /// <summary>The law of the factor that each message's delay is multiplied by; none: always 1.</summary>
        public Law? Jitter { get; init; }

        /// <summary>Seconds for links that the file gives as 0 or not at all; without, it is refused.</summary>
        [Time, Range(0, 1e9)]
        public double? Missing { get; init; }

        /// <summary>
        /// Seconds between two agents on the same row, where the file's diagonal has no number above 0; without, the
        /// smallest delay of the file.
        /// </summary>
        [Time, Range(0, 1e9)]
        public double? Local { get; init; }

        /// <summary>The row, from 0, that a server is on.</summary>
        [Range(0, int.MaxValue)]
        public int ServerRow { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            var columns = (From is null ? 0 : 1) + (To is null ? 0 : 1) + (Value is null ? 0 : 1);
            if (columns is 1 or 2)
                yield return "a table needs all of from, to and value; a matrix none of them";
            if (Where is not null && columns == 0)
                yield return "where belongs to a table: give from, to and value too";
        }
    }

    double[] _seconds = []; // rows x rows, by sender, then receiver
    int _rows, _placeRows, _serverRow;
    double _jitterFloor = 1;

    /// <inheritdoc/>
    public override double FloorOverall => _seconds.Min() * _jitterFloor;

    /// <inheritdoc/>
    public override bool IsRandom => options.Jitter is { IsRandom: true };

    /// <inheritdoc/>
    /// <exception cref="InputException">The file is missing or broken, or a link has no delay above 0.</exception>
    public override void Build(LinkContext context)
    {
        options.Jitter?.Build(context.Locate);
        _jitterFloor = options.Jitter?.Floor ?? 1;
        var path = context.Locate(options.File);
        var matrix = options.From is { } from
            ? LinkTableReader.Read(path, from, options.To!, options.Value!, options.Where).ToMatrix(LinkTable.Median)
            : MatrixReader.ReadSquare(path);
        if (options.ServerRow >= matrix.Rows)
            throw new InputException(
                $"{path}: there is no row {options.ServerRow} for the server; the file has {matrix.Rows}");

        // Rows that nobody is on are dropped, so that they neither stop a run nor lower its lookahead.
        _placeRows = Math.Min(context.Places, matrix.Rows);
        _serverRow = Math.Min(options.ServerRow, _placeRows);
        _rows = Math.Max(_placeRows, _serverRow + 1);
        _seconds = new double[_rows * _rows];
        for (var i = 0; i < _rows; i++)
        {
            for (var j = 0; j < _rows; j++)
                _seconds[(i * _rows) + j] = Seconds(path, matrix, FileRow(i), FileRow(j));
        }
        FillLocal();
    }

    /// <inheritdoc/>
    public override double Floor(int from, int to) => Seconds(from, to) * _jitterFloor;

    /// <inheritdoc/>
    public override double Sample(int from, int to, in Draw draw) => options.Jitter is { } jitter
        ? Seconds(from, to) * jitter.Sample(in draw)
        : Seconds(from, to);

    // The places' rows come first; a server on a row of its own is last.
    int FileRow(int row) => row == _serverRow ? options.ServerRow : row;

    double Seconds(int from, int to) => _seconds[(Row(from) * _rows) + Row(to)];

    int Row(int place) => place < 0 ? _serverRow : place % _placeRows;

    double Seconds(string path, NumericMatrix matrix, int from, int to)
    {
        var value = matrix[from, to];
        if (value < 0)
            throw new InputException($"{path}: the delay from {from} to {to} is {value}; delays are at least 0");
        if (value > 0)
        {
            return value * options.Scale * options.Unit switch
            {
                TimeUnit.Ms => 1e-3,
                TimeUnit.Us => 1e-6,
                _ => 1,
            };
        }
        return from == to
            ? double.NaN
            : options.Missing ?? throw new InputException(
                $"{path}: the link from {from} to {to} (counted from 0) has no delay above 0; "
                + "give `missing`, the seconds to take for such links");
    }

    void FillLocal()
    {
        var least = _seconds.Where(s => !double.IsNaN(s)).DefaultIfEmpty(0).Min();
        for (var i = 0; i < _seconds.Length; i++)
        {
            if (double.IsNaN(_seconds[i]))
                _seconds[i] = options.Local ?? least;
        }
    }
}
