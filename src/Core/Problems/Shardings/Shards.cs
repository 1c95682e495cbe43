using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Problems.Shardings;

/// <summary>Which samples lie at which place: ranges of one array of sample numbers. Immutable.</summary>
public sealed class Shards
{
    readonly int[] _samples;
    readonly int[]? _start;

    Shards(int[] samples, int[]? start, int places) => (_samples, _start, Places) = (samples, start, places);

    /// <summary>The number of places.</summary>
    public int Places { get; }

    /// <summary>Whether all places hold the same samples.</summary>
    public bool IsShared => _start is null;

    /// <summary>Ranges of one array.</summary>
    /// <param name="samples">Sample numbers, place after place; kept, not copied.</param>
    /// <param name="start">Where each place begins, and the end (places + 1); kept, not copied.</param>
    public static Shards Of(int[] samples, int[] start) => new(samples, start, start.Length - 1);

    /// <summary>Even ranges: sizes differ by at most one.</summary>
    /// <param name="samples">Sample numbers, place after place; kept, not copied.</param>
    /// <param name="places">The number of places.</param>
    public static Shards Even(int[] samples, int places)
    {
        var start = new int[places + 1];
        for (var place = 0; place <= places; place++)
            start[place] = (int)((long)samples.Length * place / places);
        return Of(samples, start);
    }

    /// <summary>The same samples at every place.</summary>
    /// <param name="samples">Sample numbers; kept, not copied.</param>
    /// <param name="places">The number of places.</param>
    public static Shards Shared(int[] samples, int places) => new(samples, null, places);

    /// <summary>The numbers of a place's samples.</summary>
    /// <param name="place">0 to places - 1.</param>
    public ReadOnlySpan<int> Of(int place) =>
        _start is null ? _samples : _samples.AsSpan(_start[place], _start[place + 1] - _start[place]);

    /// <summary>The number of a place's samples.</summary>
    /// <param name="place">0 to places - 1.</param>
    public int Size(int place) => _start is null ? _samples.Length : _start[place + 1] - _start[place];

    /// <summary>
    /// The weight of each sample in F = mean over places of the mean over the place's samples: the sum of
    /// 1 / (places * shard size) over all shards that hold it. Where all shards have m samples, its multiplicity over
    /// places * m, so that equal weights come out equal to the bit.
    /// </summary>
    /// <param name="weights">
    /// What places count; by their samples, F is the mean over all samples, each as often as it lies somewhere.
    /// </param>
    /// <returns>Samples that lie anywhere, ascending, and their weights, which add up to 1.</returns>
    public (int[] Samples, double[] Weights) Weights(PlaceWeights weights = PlaceWeights.Equal)
    {
        var sorted = (int[])_samples.Clone();
        if (weights == PlaceWeights.Samples)
        {
            Array.Sort(sorted);
            return Multiplicities(sorted, _samples.Length);
        }
        if (IsShared || Equal() is not { } size)
        {
            if (!IsShared)
                return Unequal();
            Array.Sort(sorted);
            return Multiplicities(sorted, _samples.Length);
        }
        Array.Sort(sorted);
        return Multiplicities(sorted, (double)Places * size);
    }

    int? Equal()
    {
        for (var place = 1; place < Places; place++)
        {
            if (Size(place) != Size(0))
                return null;
        }
        return Size(0);
    }

    static (int[] Samples, double[] Weights) Multiplicities(int[] sorted, double total)
    {
        var (samples, weights) = (new List<int>(sorted.Length), new List<double>(sorted.Length));
        for (var i = 0; i < sorted.Length;)
        {
            var j = i + 1;
            while (j < sorted.Length && sorted[j] == sorted[i])
                j++;
            samples.Add(sorted[i]);
            weights.Add((j - i) / total);
            i = j;
        }
        return ([.. samples], [.. weights]);
    }

    (int[] Samples, double[] Weights) Unequal()
    {
        var top = _samples.Length == 0 ? 0 : _samples.Max() + 1;
        var weights = new double[top];
        for (var place = 0; place < Places; place++)
        {
            var shard = Of(place);
            foreach (var sample in shard)
                weights[sample] += 1 / ((double)Places * shard.Length);
        }
        int[] used = [.. Enumerable.Range(0, top).Where(sample => weights[sample] > 0)];
        return (used, Array.ConvertAll(used, sample => weights[sample]));
    }
}
