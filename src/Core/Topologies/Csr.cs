namespace AsyncOpt.Core.Topologies;

/// <summary>
/// Adjacency rows in compressed form: the items of row r are Items[Starts[r] .. Starts[r + 1]).
/// </summary>
/// <param name="Starts">Length rows + 1, ascending from 0.</param>
/// <param name="Items">The items of all rows; may be longer than Starts[^1].</param>
readonly record struct Csr(int[] Starts, int[] Items)
{
    /// <summary>
    /// Collects pairs into rows, in linear time; within a row the order is arbitrary.
    /// With <paramref name="both"/> every pair (a, b) also goes into row b as (b, a).
    /// </summary>
    public static Csr Collect(int rows, ReadOnlySpan<int> keys, ReadOnlySpan<int> values, bool both)
    {
        var next = new int[rows + 1];
        foreach (int key in keys)
            next[key + 1]++;
        if (both)
            foreach (int value in values)
                next[value + 1]++;
        var starts = Accumulate(next);
        var items = new int[starts[rows]];
        for (int i = 0; i < keys.Length; i++)
        {
            items[next[keys[i]]++] = values[i];
            if (both)
                items[next[values[i]]++] = keys[i];
        }
        return new Csr(starts, items);
    }

    /// <summary>
    /// The reversed rows: row b holds every a whose row holds b. They come out ascending, whatever the order was.
    /// <paramref name="ids"/> receives, for every item of the result, its position in this object's items.
    /// </summary>
    public Csr Transpose(int[]? ids = null)
    {
        int rows = Starts.Length - 1;
        var next = new int[rows + 1];
        foreach (int item in Items.AsSpan(0, Starts[rows]))
            next[item + 1]++;
        var starts = Accumulate(next);
        var items = new int[starts[rows]];
        for (int row = 0; row < rows; row++)
        {
            for (int i = Starts[row]; i < Starts[row + 1]; i++)
            {
                int to = next[Items[i]]++;
                items[to] = row;
                if (ids is not null)
                    ids[to] = i;
            }
        }
        return new Csr(starts, items);
    }

    /// <summary>Ascending rows without their repeated items.</summary>
    public Csr WithoutDuplicates()
    {
        int rows = Starts.Length - 1, kept = 0;
        var starts = new int[rows + 1];
        for (int row = 0; row < rows; row++)
        {
            int first = kept;
            for (int i = Starts[row]; i < Starts[row + 1]; i++)
                if (kept == first || Items[kept - 1] != Items[i])
                    Items[kept++] = Items[i];
            starts[row + 1] = kept;
        }
        return new Csr(starts, kept == Items.Length ? Items : Items[..kept]);
    }

    // Counts of row r at index r + 1 become starts; the array itself is left as each row's next free position.
    static int[] Accumulate(int[] counts)
    {
        for (int row = 1; row < counts.Length; row++)
            counts[row] += counts[row - 1];
        return (int[])counts.Clone();
    }
}
