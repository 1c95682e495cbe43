using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.IO.Compression;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Laws;

/// <summary>
/// Measured values, each equally likely: from a list, or from one column of a text file (plain or .gz; columns apart
/// by comma, semicolon, tab or spaces; empty lines and lines that start with # are skipped).
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

        /// <summary>The column: its number from 1, or its name in the first line.</summary>
        public string Column { get; init; } = "1";

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

    static readonly char[] Separators = [',', ';', '\t', ' '];

    // Without a file they are there from the start.
    double[] _values = [.. (options.Values ?? []).Select(value => value * options.Scale)];

    /// <inheritdoc/>
    public override double Floor => _values.Min();

    /// <inheritdoc/>
    public override double Mean => PairwiseSum.Sum(_values) / _values.Length;

    /// <inheritdoc/>
    public override bool IsRandom => _values.Min() < _values.Max();

    /// <inheritdoc/>
    public override void Build(Func<string, string> locate)
    {
        if (options.File is not null)
            _values = [.. Read(locate(options.File)).Select(value => value * options.Scale)];
    }

    /// <inheritdoc/>
    public override double Sample(in Draw draw) => _values[draw.Below(_values.Length)];

    /// <summary>The values in the order they were given, for whoever deals them out.</summary>
    internal ReadOnlySpan<double> InOrder => _values;

    static bool IsAllowed(double value) => value is >= 0 and <= 1e18;

    List<double> Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            using Stream plain = path.EndsWith(".gz", StringComparison.Ordinal)
                ? new GZipStream(file, CompressionMode.Decompress)
                : file;
            using var reader = new StreamReader(plain);
            return Read(reader, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message}) Check the option 'file'.", e);
        }
    }

    List<double> Read(StreamReader reader, string path)
    {
        var values = new List<double>();
        var column = int.TryParse(options.Column, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number - 1
            : -1;
        var headerIsNext = column < 0;
        for (var line = 1; reader.ReadLine() is { } text; line++)
        {
            if (string.IsNullOrWhiteSpace(text) || text.StartsWith('#'))
                continue;
            var fields = Split(text);
            if (headerIsNext)
                column = FindColumn(fields, path, line);
            else
                values.Add(ReadValue(fields, column, path, line));
            headerIsNext = false;
        }
        return values.Count > 0 ? values : throw new InputException($"{path}: no values found.");
    }

    // Spaces separate only where nothing else does: a field of a CSV file may hold some.
    static string[] Split(string text)
    {
        foreach (var separator in Separators)
            if (text.Contains(separator))
                return text.Split(separator, separator == ' '
                    ? StringSplitOptions.RemoveEmptyEntries
                    : StringSplitOptions.TrimEntries);
        return [text.Trim()];
    }

    int FindColumn(string[] fields, string path, int line)
    {
        var column = Array.IndexOf(fields, options.Column);
        return column >= 0
            ? column
            : throw new InputException(
                $"{path}, line {line}: no column '{options.Column}'; there are {string.Join(", ", fields)}.");
    }

    static double ReadValue(string[] fields, int column, string path, int line)
    {
        if ((uint)column >= (uint)fields.Length)
            throw new InputException(
                $"{path}, line {line}: {fields.Length} columns; expected at least {column + 1} for 'column'.");
        if (double.TryParse(fields[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && IsAllowed(value))
            return value;
        throw new InputException(
            $"{path}, line {line}: '{fields[column]}' is not a number between 0 and 1e18. "
            + "Where the first line names the columns, give 'column' by name.");
    }
}
