using System.Globalization;

namespace AsyncOpt.Core.Outputs;

/// <summary>A table of a run.</summary>
/// <param name="Name">Its name, which is its files' without an extension: <c>metrics</c>, <c>updates</c>, ....</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Columns">Its columns: each a <see cref="WholeColumn"/>, <see cref="NumberColumn"/> or
/// <see cref="TextColumn"/>.</param>
public sealed record OutputTable(string Name, int Rows, IReadOnlyList<OutputColumn> Columns);

/// <summary>A column of a table.</summary>
/// <param name="name">Its name in the header.</param>
public abstract class OutputColumn(string name)
{
    /// <summary>Its name in the header: words joined by underscores; times in seconds end with <c>_s</c>.</summary>
    public string Name => name;

    /// <summary>A cell as text, which reads back as the same value.</summary>
    /// <param name="row">The row, from 0.</param>
    public abstract string TextAt(int row);

    /// <summary>Writes a cell's text, the same as <see cref="TextAt"/>, without making a string where it can.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <param name="to">Room for the text: 32 characters are enough for every number.</param>
    /// <param name="written">How many characters were written.</param>
    /// <returns>False where the text has to be asked for as a string.</returns>
    public virtual bool TryFormat(int row, Span<char> to, out int written)
    {
        written = 0;
        return false;
    }
}

/// <summary>A column of whole numbers.</summary>
/// <param name="name">Its name in the header.</param>
/// <param name="at">The cell of a row.</param>
/// <param name="text">Its text, where that is not the number's.</param>
public sealed class WholeColumn(string name, Func<int, long> at, Func<int, string>? text = null) : OutputColumn(name)
{
    /// <summary>The cell of a row, from 0.</summary>
    public long this[int row] => at(row);

    /// <inheritdoc/>
    public override string TextAt(int row) => text?.Invoke(row) ?? at(row).ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override bool TryFormat(int row, Span<char> to, out int written)
    {
        written = 0;
        return text is null && at(row).TryFormat(to, out written, default, CultureInfo.InvariantCulture);
    }
}

/// <summary>A column of numbers.</summary>
/// <param name="name">Its name in the header.</param>
/// <param name="at">The cell of a row.</param>
/// <param name="text">Its text, where that has more digits than the number.</param>
public sealed class NumberColumn(string name, Func<int, double> at, Func<int, string>? text = null)
    : OutputColumn(name)
{
    /// <summary>The cell of a row, from 0; it may be NaN or infinite.</summary>
    public double this[int row] => at(row);

    /// <inheritdoc/>
    public override string TextAt(int row) => text?.Invoke(row) ?? at(row).ToString("R", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override bool TryFormat(int row, Span<char> to, out int written)
    {
        written = 0;
        return text is null && at(row).TryFormat(to, out written, "R", CultureInfo.InvariantCulture);
    }
}

/// <summary>A column of texts.</summary>
/// <param name="name">Its name in the header.</param>
/// <param name="at">The cell of a row.</param>
public sealed class TextColumn(string name, Func<int, string> at) : OutputColumn(name)
{
    /// <summary>The cell of a row, from 0; empty for nothing.</summary>
    public string this[int row] => at(row);

    /// <inheritdoc/>
    public override string TextAt(int row) => at(row);
}
