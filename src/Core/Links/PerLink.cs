using System.ComponentModel.DataAnnotations;
using System.Globalization;
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
/// measurement a line, of which each link takes the median. Rows of a table are those of the nodes of the same name,
/// where nodes have names; else row p is place p, in the order in which the file has them, and there are as many rows
/// as places, or one more for the server. With a jitter every message takes its link's delay times a factor of its own.
/// </summary>
/// <param name="options">The file and how to read it.</param>
[Link("per-link")]
public sealed class PerLink(PerLink.Options options) : LinkDelay
{
    /// <summary>Options of <see cref="PerLink"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The file, plain or gzip.</summary>
        public required string File { get; init; }

        /// <summary>The column of the sender's name, where the file is a table; none: it is a matrix.</summary>
        public string? From { get; init; }

        /// <summary>The column of the receiver's name.</summary>
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

        /// <summary>
        /// The delay of links that the file gives as 0, or not at all; with it, negative measurements and those that
        /// are no number (NaN, NA, empty) count as not made. Without, all of these are refused.
        /// </summary>
        [Range(0, 1e9)]
        public VirtualTime? Missing { get; init; }

        /// <summary>Whether a link that the file gives in one direction only has this delay in both.</summary>
        public bool Symmetric { get; init; }

        /// <summary>
        /// The delay between two agents on the same row, where the file's diagonal has no number above 0; without, the
        /// smallest delay of the file.
        /// </summary>
        [Range(0, 1e9)]
        public VirtualTime? Local { get; init; }

        /// <summary>
        /// Whether a table's rows are those of the nodes of the same name; auto: where nodes have names.
        /// </summary>
        [Word("auto")]
        public bool? ByName { get; init; }

        /// <summary>
        /// Whether rows are dealt out to places in turn, again from the first where there are fewer; what is left over
        /// is not used.
        /// </summary>
        public bool Cycle { get; init; }

        /// <summary>
        /// The row, from 0, that a server is on; its own where the file has one row more than there are workers, else
        /// also that of the worker with this number. Without it and <c>server-name</c>, row 0.
        /// </summary>
        [Range(0, int.MaxValue)]
        public int? ServerRow { get; init; }

        /// <summary>The same by the row's name, for tables.</summary>
        public string? ServerName { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            var columns = (From is null ? 0 : 1) + (To is null ? 0 : 1) + (Value is null ? 0 : 1);
            if (columns is 1 or 2)
                yield return "a table needs all of from, to and value; a matrix none of them";
            if (Where is not null && columns == 0)
                yield return "where belongs to a table: give from, to and value too";
            if (columns == 0 && (ServerName is not null || ByName == true))
                yield return "rows of a matrix have no names; give server-row instead of server-name, and no by-name";
            if (ServerRow is not null && ServerName is not null)
                yield return "give either server-row or server-name";
            if (ByName == true && Cycle)
            {
                yield return "give either by-name or cycle: rows are those of nodes of the same name, or dealt out in "
                    + "turn";
            }
        }
    }

    VirtualTime?[] _delays = []; // rows x rows, by sender, then receiver; all there once it is built
    int _rows, _placeRows, _serverRow;
    double _jitterFloor = 1;

    /// <inheritdoc/>
    public override VirtualTime FloorOverall => _delays.Min(delay => delay!.Value).Times(_jitterFloor);

    /// <inheritdoc/>
    public override bool IsRandom => options.Jitter is { IsRandom: true };

    /// <inheritdoc/>
    /// <exception cref="InputException">
    /// The file is missing or broken, its rows do not fit the places, or a link has no delay above 0.
    /// </exception>
    public override void Build(LinkContext context)
    {
        options.Jitter?.Build(context.Locate);
        _jitterFloor = options.Jitter?.Floor ?? 1;
        var path = context.Locate(options.File);
        var (matrix, names) = ReadFile(path, context);
        var rows = new LinkRows(path, matrix.Rows, names, options, context);
        (_placeRows, _serverRow, _rows) = (rows.OfPlaces.Count, rows.Server, rows.All.Count);
        _delays = new VirtualTime?[_rows * _rows];
        var holes = new List<(int From, int To)>();
        for (var i = 0; i < _rows; i++)
        {
            for (var j = 0; j < _rows; j++)
            {
                _delays[(i * _rows) + j] = Measured(matrix, rows.All[i], rows.All[j]);
                if (_delays[(i * _rows) + j] is null && i != j)
                    holes.Add((i, j));
            }
        }
        FillHoles(path, holes, rows, context);
        FillLocal();
        var unit = KebabCase.Of(options.Unit.ToString());
        context.Notes.Add(string.Create(CultureInfo.InvariantCulture,
            $"delays are {Counted.Digits(_delays.Min()!.Value.Seconds, 4)} to "
            + $"{Counted.Digits(_delays.Max()!.Value.Seconds, 4)} s: numbers of the file are {unit}, "
            + $"times {options.Scale:R}"));
    }

    /// <inheritdoc/>
    public override VirtualTime Floor(int from, int to) => Delay(from, to).Times(_jitterFloor);

    /// <inheritdoc/>
    public override double? Mean(int from, int to) => Delay(from, to).Seconds * (options.Jitter?.Mean ?? 1);

    /// <inheritdoc/>
    public override VirtualTime Sample(int from, int to, in Draw draw) => options.Jitter is { } jitter
        ? Delay(from, to).Times(jitter.Sample(in draw))
        : Delay(from, to);

    VirtualTime Delay(int from, int to) => _delays[(Row(from) * _rows) + Row(to)]!.Value;

    int Row(int place) => place < 0 ? _serverRow : place % _placeRows;

    // What is no measurement is NaN.
    (NumericMatrix Matrix, IReadOnlyList<string>? Names) ReadFile(string path, LinkContext context)
    {
        if (options.From is not { } from)
            return (MatrixReader.ReadSquare(path, withMissing: true), null);
        var table = LinkTableReader.Read(
            path, from, options.To!, options.Value!, options.Where, withFailed: options.Missing is not null);
        if (table.Failed > 0)
            context.Notes.Add($"passed over {table.Failed} measurements that are negative or no number");
        return (table.ToMatrix(LinkTable.Median), table.Labels);
    }

    // From a row of the file to another; null where it has no delay above 0.
    VirtualTime? Measured(NumericMatrix matrix, int from, int to)
    {
        var value = matrix[from, to];
        if (!(value > 0) && options.Symmetric)
            value = matrix[to, from];
        // One rounding: 9.3 / 1000 is the double nearest to 0.0093, 9.3 * 0.001 need not be.
        return value > 0 ? VirtualTime.FromSeconds(value * options.Scale / options.Unit switch
        {
            TimeUnit.Ms => 1e3,
            TimeUnit.Us => 1e6,
            _ => 1,
        }) : null;
    }

    void FillHoles(string path, List<(int From, int To)> holes, LinkRows rows, LinkContext context)
    {
        if (holes.Count == 0)
            return;
        var links = (_rows * _rows) - _rows;
        if (options.Missing is not { } missing)
        {
            var first = $"the first from {rows.NameOf(holes[0].From)} to {rows.NameOf(holes[0].To)}"
                + (options.From is null ? " (counted from 0)" : "");
            throw new InputException(
                $"{path}: {Counted.Part(holes.Count, links, "link", "has", "have")} no delay above 0, {first}; give "
                + "`missing`, the time to take for such links"
                + (options.Symmetric ? "" : ", or `symmetric: true` where links are measured one way"));
        }
        foreach (var (from, to) in holes)
            _delays[(from * _rows) + to] = missing;
        context.Notes.Add(string.Create(CultureInfo.InvariantCulture,
            $"{Counted.Part(holes.Count, links, "link", "has", "have")} no delay above 0 in the file: "
                + $"`missing`, {missing}, is taken"));
    }

    void FillLocal()
    {
        var least = _delays.Min() ?? VirtualTime.Zero;
        for (var i = 0; i < _delays.Length; i++)
            _delays[i] ??= options.Local ?? least;
    }
}
