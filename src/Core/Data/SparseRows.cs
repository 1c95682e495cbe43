namespace AsyncOpt.Core.Data;

/// <summary>Gathers sparse rows while a file is read, and picks the storage when all of them are known.</summary>
internal sealed class SparseRows
{
    readonly List<int> _rowStart = [0];
    readonly List<int> _column = [];
    readonly List<double> _values = [];

    /// <summary>Number of finished rows.</summary>
    public int Rows => _rowStart.Count - 1;

    /// <summary>The highest column used so far, from 0; -1 when there is none.</summary>
    public int ColumnMax { get; private set; } = -1;

    /// <summary>Adds an entry to the row at work; columns ascend within a row.</summary>
    public void Add(int column, double value)
    {
        _column.Add(column);
        _values.Add(value);
        ColumnMax = Math.Max(ColumnMax, column);
    }

    /// <summary>Finishes the row at work.</summary>
    public void EndRow() => _rowStart.Add(_values.Count);

    /// <summary>Takes the first row away.</summary>
    public void RemoveFirst()
    {
        int entries = _rowStart[1];
        _column.RemoveRange(0, entries);
        _values.RemoveRange(0, entries);
        _rowStart.RemoveAt(0);
        for (int row = 0; row < _rowStart.Count; row++)
            _rowStart[row] -= entries;
    }

    /// <summary>Takes columns away; those behind them move up.</summary>
    /// <param name="isTaken">Whether a column is taken away.</param>
    public void RemoveColumns(ReadOnlySpan<bool> isTaken)
    {
        int[] place = new int[isTaken.Length];
        for (int column = 1; column < place.Length; column++)
            place[column] = place[column - 1] + (isTaken[column - 1] ? 0 : 1);
        int kept = 0, entry = 0;
        for (int row = 1; row < _rowStart.Count; row++)
        {
            for (; entry < _rowStart[row]; entry++)
            {
                if (isTaken[_column[entry]])
                    continue;
                (_column[kept], _values[kept]) = (place[_column[entry]], _values[entry]);
                kept++;
            }
            _rowStart[row] = kept;
        }
        _column.RemoveRange(kept, _column.Count - kept);
        _values.RemoveRange(kept, _values.Count - kept);
        ColumnMax = _column.Count == 0 ? -1 : _column.Max();
    }

    /// <summary>The rows as CSR.</summary>
    public FeatureMatrix ToMatrix(int columns) =>
        FeatureMatrix.Sparse(columns, [.. _rowStart], [.. _column], [.. _values]);

    /// <summary>The rows, dense or CSR by their share of stored entries.</summary>
    public FeatureMatrix ToBestMatrix(int columns)
    {
        FeatureMatrix sparse = ToMatrix(columns);
        return FeatureMatrix.IsDenseBetter(_values.Count, Rows, columns) ? sparse.ToDense() : sparse;
    }
}
