namespace AsyncOpt.Core.Data;

/// <summary>What was recorded of one agent or way, by number; numbers may have gaps.</summary>
/// <typeparam name="T">What was recorded.</typeparam>
sealed class RecordedRow<T>
{
    readonly long[] _numbers;
    readonly T[] _values;

    /// <param name="lines">Numbers and values, each number once.</param>
    public RecordedRow(IEnumerable<(long Number, T Value)> lines)
    {
        (long Number, T Value)[] all = [.. lines.OrderBy(l => l.Number)];
        (_numbers, _values) = ([.. all.Select(l => l.Number)], [.. all.Select(l => l.Value)]);
    }

    /// <summary>What was recorded under a number, or under the next one that there is; false beyond the last.</summary>
    /// <param name="number">The number, from 0.</param>
    /// <param name="cycle">Whether it begins again after the last.</param>
    /// <param name="value">What was recorded.</param>
    public bool TryGet(long number, bool cycle, out T value)
    {
        value = default!;
        if (_numbers.Length == 0)
            return false;
        if (cycle)
            number %= _numbers[^1] + 1;
        var found = Array.BinarySearch(_numbers, number);
        var at = found >= 0 ? found : ~found;
        if (at == _numbers.Length)
            return false;
        value = _values[at];
        return true;
    }
}
