using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.LocalTraining;

/// <summary>A piece of local training.</summary>
/// <param name="Shard">On whose samples.</param>
/// <param name="Steps">How many steps.</param>
/// <param name="First">
/// Which of the shard's steps, over all jobs, its first one is: the step of the rate schedule, and the number of the
/// first batch.
/// </param>
readonly record struct Job(int Shard, int Steps, long First);

/// <summary>
/// Assigns jobs. A shard's steps are counted as they are assigned, so that workers that start at the same time draw
/// from different shards, and no two jobs share batches.
/// </summary>
/// <param name="options">Steps and batches.</param>
/// <param name="choice">Which shards.</param>
sealed class Jobs(LocalTrainingOptions options, ShardChoice choice)
{
    // What rounding may take from a quotient of speeds that is whole.
    const double Rounding = 1e-9;

    Table _assigned; // for each shard, steps
    Table _visits;   // for each shard, jobs
    Table _lags;     // for each shard, how far it is behind
    int[] _steps = [];
    double[] _sizes = [];

    /// <summary>Declares the server's tables, and works out each worker's steps.</summary>
    public void Declare(RoleLayout role)
    {
        _assigned = role.Table(Dim.Nodes);
        _visits = role.Table(Dim.Nodes);
        _lags = role.Table(Dim.Nodes);
        _sizes = [.. Enumerable.Range(0, role.Places).Select(place => Math.Max(1.0, role.ShardSize(place)))];
        _steps = StepsOf(options, role.Places, place => role.Pace(place, options.Steps, options.BatchSize));
    }

    /// <summary>Each worker's steps.</summary>
    /// <param name="options">How many, and whether slower workers make fewer.</param>
    /// <param name="workers">How many workers there are.</param>
    /// <param name="pace">What H steps take a worker.</param>
    internal static int[] StepsOf(LocalTrainingOptions options, int workers, Func<int, VirtualTime> pace) =>
        DynamicSteps(options.Steps, options.LeastSteps,
            [.. Enumerable.Range(0, workers).Select(i => options.DynamicSteps ? pace(i).Seconds : 0)]);

    /// <summary>Each worker's steps: floor(H least / pace), at least some.</summary>
    /// <param name="steps">H.</param>
    /// <param name="least">The fewest.</param>
    /// <param name="paces">Seconds that H steps take each worker; 0 where nothing takes time.</param>
    internal static int[] DynamicSteps(int steps, int least, double[] paces)
    {
        var fastest = paces.Min();
        return [.. paces.Select(pace => fastest == 0
            ? steps
            : Math.Max(Math.Min(least, steps), (int)Math.Floor((steps * fastest / pace) + Rounding)))];
    }

    /// <summary>Assigns a worker's next job.</summary>
    public Job Next(Effects e, int worker)
    {
        var assigned = e.Numbers(_assigned);
        var visits = e.Numbers(_visits);
        var shard = choice switch
        {
            ShardChoice.Own => worker,
            ShardChoice.Sampled => Behind(e, assigned),
            _ => LeastVisited(e, visits),
        };
        var job = new Job(shard, _steps[worker], (long)assigned[shard]);
        assigned[shard] += job.Steps;
        visits[shard]++;
        return job;
    }

    int Behind(Effects e, ReadOnlySpan<double> assigned)
    {
        var lags = e.Numbers(_lags);
        // With batches of one size steps count samples; else each step takes the whole shard.
        for (var i = 0; i < lags.Length; i++)
            lags[i] = assigned[i] * (options.BatchSize == 0 ? _sizes[i] : 1);
        var sum = Lags(_sizes, lags);
        if (sum == 0)
            return e.Below(lags.Length);
        var draw = e.Uniform() * sum;
        var shard = 0;
        for (var i = 0; i < lags.Length && draw >= 0; i++)
        {
            if (lags[i] > 0)
                (shard, draw) = (i, draw - lags[i]);
        }
        return shard;
    }

    /// <summary>How far each shard is behind its share: max(|D_i| / sum |D_j| - n_i / sum n_j, 0).</summary>
    /// <param name="sizes">|D_i|.</param>
    /// <param name="lags">Samples taken from each shard, n_i; overwritten.</param>
    /// <returns>Their sum; 0 before the first sample, and where all shards are even.</returns>
    internal static double Lags(ReadOnlySpan<double> sizes, Span<double> lags)
    {
        double size = 0, all = 0, sum = 0;
        for (var i = 0; i < lags.Length; i++)
            (size, all) = (size + sizes[i], all + lags[i]);
        for (var i = 0; i < lags.Length; i++)
            sum += lags[i] = all == 0 ? 0 : Math.Max((sizes[i] / size) - (lags[i] / all), 0);
        return sum;
    }

    static int LeastVisited(Effects e, ReadOnlySpan<double> visits)
    {
        var least = double.PositiveInfinity;
        var count = 0;
        foreach (var v in visits)
        {
            if (v < least)
                (least, count) = (v, 0);
            count += v == least ? 1 : 0;
        }
        var rank = e.Below(count);
        for (var i = 0; ; i++)
        {
            if (visits[i] == least && rank-- == 0)
                return i;
        }
    }
}
