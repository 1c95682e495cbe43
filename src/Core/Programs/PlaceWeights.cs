namespace AsyncOpt.Core.Programs;

/// <summary>What each place counts in a mean over places.</summary>
public enum PlaceWeights
{
    /// <summary>All alike: 1 / n for n places.</summary>
    Equal,

    /// <summary>By its samples: n_p / sum_q n_q.</summary>
    Samples,
}

/// <summary>Weights as factors of a plain mean.</summary>
static class PlaceWeightFactors
{
    /// <summary>Each place's weight times the number of places, so that their mean is 1.</summary>
    /// <param name="weights">What places count.</param>
    /// <param name="role">A role of the layout, which knows the shards; places without samples count as one with one.
    /// </param>
    public static double[] Of(PlaceWeights weights, RoleLayout role)
    {
        var sizes = new double[role.Places];
        for (var place = 0; place < sizes.Length; place++)
            sizes[place] = weights == PlaceWeights.Samples ? Math.Max(1, role.ShardSize(place)) : 1;
        var all = 0.0;
        foreach (var size in sizes)
            all += size;
        return Array.ConvertAll(sizes, size => size * sizes.Length / all);
    }
}
