using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Problems.Shardings;

/// <summary>
/// Label skew: the samples of each class are dealt out in shares drawn from a symmetric Dirichlet law over the places.
/// Places that got nothing take a sample from the largest shard.
/// </summary>
/// <param name="options">The law.</param>
[Sharding("dirichlet", Source = "Yurochkin et al., ICML 2019, arXiv 1905.12022, section 4")]
public sealed class DirichletSharding(DirichletSharding.Options options) : Sharding
{
    /// <summary>The law.</summary>
    public sealed record Options
    {
        /// <summary>Concentration: near 0 each class sits at few places, large values are close to iid.</summary>
        [Range(1e-3, 1e6)]
        public required double Alpha { get; init; }
    }

    /// <inheritdoc />
    public override bool? IsAlike => false;

    /// <inheritdoc />
    public override Shards Deal(ShardingContext context)
    {
        context.CheckEnough("take fewer places");
        if (!context.HasClasses)
            throw new InputException($"{context.Source}: sharding dirichlet needs classes, but the labels are numbers");
        var shards = new List<int>[context.Places];
        for (var place = 0; place < shards.Length; place++)
            shards[place] = [];
        var number = 0UL;
        foreach (var group in IidSharding.Shuffled(context).GroupBy(s => context.Labels[s]).OrderBy(g => g.Key))
            DealClass([.. group], Shares(context, ++number), shards);
        FillEmpty(shards);
        var start = new int[context.Places + 1];
        for (var place = 0; place < shards.Length; place++)
            start[place + 1] = start[place] + shards[place].Count;
        return Shards.Of([.. shards.SelectMany(s => s)], start);
    }

    static void DealClass(int[] samples, double[] shares, List<int>[] shards)
    {
        var (first, cumulated) = (0, 0.0);
        for (var place = 0; place < shards.Length; place++)
        {
            cumulated += shares[place];
            var end = place == shards.Length - 1
                ? samples.Length
                : Math.Clamp((int)(cumulated * samples.Length + 0.5), first, samples.Length);
            shards[place].AddRange(samples.AsSpan(first..end));
            first = end;
        }
    }

    /// <summary>Independent gamma numbers over their sum; in logarithms, as small alphas underflow.</summary>
    double[] Shares(ShardingContext context, ulong number)
    {
        var draws = new DrawSequence(context.Seed, Purpose.Shard, number);
        var shares = new double[context.Places];
        for (var place = 0; place < shares.Length; place++)
            shares[place] = LogGamma(options.Alpha, ref draws);
        var top = shares.Max();
        for (var place = 0; place < shares.Length; place++)
            shares[place] = ExactMath.Exp(shares[place] - top);
        var sum = PairwiseSum.Sum(shares);
        for (var place = 0; place < shares.Length; place++)
            shares[place] /= sum;
        return shares;
    }

    /// <summary>
    /// The logarithm of a gamma number of shape alpha and scale 1. Marsaglia and Tsang, "A simple method for generating
    /// gamma variables", ACM TOMS 26 (2000), for alpha + 1; then times u^(1/alpha), their section 6.
    /// </summary>
    static double LogGamma(double alpha, ref DrawSequence draws)
    {
        var d = alpha + 1 - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = draws.Normal();
            var v = 1 + c * x;
            if (v <= 0)
                continue;
            v = v * v * v;
            var logV = ExactMath.Log(v);
            if (ExactMath.Log(draws.Uniform()) < 0.5 * x * x + d - d * v + d * logV)
                return ExactMath.Log(d) + logV + ExactMath.Log(draws.Uniform()) / alpha;
        }
    }

    static void FillEmpty(List<int>[] shards)
    {
        var largest = new PriorityQueue<int, (int NegativeSize, int Place)>();
        for (var place = 0; place < shards.Length; place++)
            largest.Enqueue(place, (-shards[place].Count, place));
        foreach (var shard in shards)
        {
            if (shard.Count > 0)
                continue;
            var giver = largest.Dequeue();
            shard.Add(shards[giver][^1]);
            shards[giver].RemoveAt(shards[giver].Count - 1);
            largest.Enqueue(giver, (-shards[giver].Count, giver));
        }
    }
}
