using AsyncOpt.Benchmarks.Loops;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Testing;

namespace AsyncOpt.Benchmarks.Workloads;

/// <summary>
/// Asynchronous SGD: a server and many workers, logistic regression with one sample of d = 22 per worker. The model's
/// way down, the gradient and its way up take 0.1 + 0.9 E ms each.
/// </summary>
/// <param name="workers">Workers.</param>
sealed class AsyncSgdWorkload(int workers)
{
    const double Time = 1e-3;

    readonly Lazy<LogisticRegression> _problem = new(() => Problems.OneSamplePerNode(workers));

    /// <summary>The step size: the more workers, the staler the gradients.</summary>
    public double Step => Math.Min(0.1, 1.0 / workers);

    /// <summary>A workload whose unit is an update of the server.</summary>
    /// <param name="updates">Updates that are timed, about; at least four of each worker.</param>
    public Workload Of(long updates)
    {
        var law = new ShiftedExponential(new() { Shift = 0.1 * Time, Mean = 0.9 * Time });
        var method = new AsyncSgd(new() { Step = ConstantSchedule.Of(Step) });
        var plan = Plans.Of(method, workers, 1, law, _problem.Value) with
        {
            Compute = Plans.Equal(workers, Time) with { Jitter = new ShiftedExponential(new() { Shift = 0.1, Mean = 0.9 }) },
            Precision = Precision.Float64,
            Partitions = 1,
        };
        // A round of a worker takes three times as long as each of its parts; the warm-up is a third as long as what is timed.
        var rounds = Math.Max(4.0, (double)updates / workers);
        return new(plan, rounds * Time, 3 * rounds * Time, p => p.Updates);
    }

    /// <summary>The same as a loop by hand, for as long; updates per second.</summary>
    /// <param name="guarantees">What the loop promises beside the method.</param>
    /// <param name="fetches">Whether it fetches memory ahead.</param>
    /// <param name="updates">Updates that are timed, about.</param>
    public double ByHand<TGuarantees>(TGuarantees guarantees, bool fetches, long updates)
        where TGuarantees : struct, IGuarantees
    {
        var timed = Of(updates);
        using var loop = Loop(guarantees, fetches);
        return loop.Rate(VirtualTime.FromSeconds(timed.WarmUp), VirtualTime.FromSeconds(timed.Timed));
    }

    /// <summary>That loop.</summary>
    /// <param name="guarantees">What the loop promises beside the method.</param>
    /// <param name="fetches">Whether it fetches memory ahead.</param>
    public AsyncSgdLoop<TGuarantees> Loop<TGuarantees>(TGuarantees guarantees, bool fetches)
        where TGuarantees : struct, IGuarantees => new(_problem.Value, workers, Step, guarantees, fetches);
}
