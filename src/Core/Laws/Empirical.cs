using System.ComponentModel.DataAnnotations;
using System.Globalization;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Laws;

/// <summary>
/// Measured values, each equally likely: from a list, or from one column of a text file (plain or gzip; columns apart
/// by semicolon, tab, comma or blanks; decimal commas where semicolons separate; empty lines and lines that start with
/// # are skipped).
/// </summary>
/// <param name="options">The values or their file.</param>
[Law("empirical")]
public sealed class Empirical(Empirical.Options options) : Law
{
    /// <summary>Options of <see cref="Empirical"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The values; or give <see cref="File"/>.</summary>
        public IReadOnlyList<double>? Values { get; init; }

        /// <summary>A file of values; or give <see cref="Values"/>.</summary>
        public string? File { get; init; }

        /// <summary>
        /// The column: its number from 1, or its name in the first line; a file of one column needs none.
        /// </summary>
        public string? Column { get; init; }

        /// <summary>What one unit of the values is worth: <c>1ms</c> where a file has milliseconds.</summary>
        [Time, Range(0, 1e18)]
        public double Scale { get; init; } = 1;

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Values is null == File is null)
                yield return $"give either values or file; {(Values is null ? "neither" : "both")} came";
            if (Values is { Count: 0 })
                yield return "values must not be empty";
            if (Values?.FirstOrDefault(v => !IsAllowed(v)) is { } bad && !IsAllowed(bad))
                yield return $"values must be between 0 and 1e18; {bad} came";
        }
    }

    // Without a file they are there from the start.
    Measured _measured = new([.. (options.Values ?? []).Select(value => value * options.Scale)]);

    /// <inheritdoc/>
    public override double Floor => _measured.Least;

    /// <inheritdoc/>
    public override double Mean => PairwiseSum.Sum(_measured.Values) / _measured.Values.Length;

    /// <inheritdoc/>
    public override bool IsRandom => _measured.Least < _measured.Greatest;

    /// <inheritdoc/>
    public override void Build(Func<string, string> locate)
    {
        if (options.File is not null)
            _measured = new([.. Read(locate(options.File)).Select(value => value * options.Scale)]);
    }

    /// <inheritdoc/>
    public override double Sample(in Draw draw) =>
        _measured.Values[draw.Below(_measured.Values.Length)];

    /// <inheritdoc/>
    public override double Quantile(double share)
    {
        var sorted = _measured.Sorted;
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    /// <summary>The values in the order they were given, for whoever deals them out.</summary>
    internal ReadOnlySpan<double> InOrder => _measured.Values;

    static bool IsAllowed(double value) => value is >= 0 and <= 1e18;

    List<double> Read(string path)
    {
        var reading = new Reading(path, options.Column);
        DataFile.Lines(path, FileFormat.Numbers, "#", reading.Line);
        return reading.Values.Count > 0 ? reading.Values : throw new InputException($"{path}: no values found");
    }

    // The range is asked for with each draw of a duration: it is looked for once.
    sealed class Measured(double[] values)
    {
        double[]? _sorted;

        public double[] Values => values;

        /// <summary>The values, ascending: sorted when they are first asked for.</summary>
        public double[] Sorted => _sorted ??= [.. values.Order()];

        public double Least { get; } = values.DefaultIfEmpty().Min();

        public double Greatest { get; } = values.DefaultIfEmpty().Max();
    }

    sealed class Reading(string path, string? name)
    {
        // In this order: what else a line holds may be part of a cell. Blanks separate where nothing else does.
        static readonly char[] Separators = [';', '\t', ',', ' '];

        readonly CellNumbers _numbers = new(path);
        readonly bool _isNamed = name is not null && !name.All(char.IsAsciiDigit);
        char _separator;
        int _column = -1, _width;

        public List<double> Values { get; } = [];

        public void Line(long line, ReadOnlySpan<char> text)
        {
            if (_width == 0)
                _separator = Array.Find(Separators, text.ToString().Contains);
            var cells = Split(text.ToString());
            if (_width == 0)
            {
                Begin(line, cells);
                if (_isNamed)
                    return;
            }
            if (cells.Length != _width)
                throw DataFile.Error(path, line, $"has {cells.Length} columns, the lines before have {_width}");
            Values.Add(Number(line, cells[_column]));
        }

        string[] Split(string text) => _separator == default ? [text] : text.Split(_separator, _separator == ' '
            ? StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            : StringSplitOptions.TrimEntries);

        void Begin(long line, string[] cells)
        {
            _width = cells.Length;
            if (name is null && _width > 1)
            {
                var mark = _separator == ',' && cells.All(cell => cell.Length > 0 && cell.All(char.IsAsciiDigit))
                    ? "; if the comma is a decimal mark, write a point"
                    : "";
                throw DataFile.Error(path, line,
                    $"has {_width} columns; say which one to take in 'column', by number from 1 or by name{mark}");
            }
            if (_isNamed && cells.Count(cell => cell == name) > 1)
                throw DataFile.Error(path, line, $"several columns have the name '{name}'; give its number");
            var found = _isNamed ? Array.IndexOf(cells, name)
                : name is null ? 0
                : int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number - 1 : -1;
            _column = found >= 0 && found < _width ? found : throw DataFile.Error(path, line, _isNamed
                ? DataFile.UnknownColumn(name!, cells)
                : $"no column {name}; there are {_width}, counted from 1");
        }

        double Number(long line, string cell)
        {
            if (Values.Count == 0 && !_isNamed && !CellNumbers.IsNumber(cell, _separator))
            {
                throw DataFile.Error(path, line, _column + 1,
                    Numbers.Refusal(cell) + "; where the first line names the columns, give 'column' by name");
            }
            var value = _numbers.Read(cell, _separator, line, _column + 1);
            return IsAllowed(value)
                ? value
                : throw DataFile.Error(path, line, _column + 1, $"expected 0 to 1e18, got {DataFile.Quote(cell)}");
        }
    }
}
