using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Testing;

namespace AsyncOpt.Benchmarks.Workloads;

/// <summary>
/// A server and workers in rounds, logistic regression with one sample of d = 22 per worker: <c>minibatch-sgd</c>, or
/// <c>local-sgd</c> of a few local steps. Each step and each message takes 1 ms.
/// </summary>
/// <param name="workers">Workers.</param>
/// <param name="localSteps">Local steps of a round; 0 for <c>minibatch-sgd</c>.</param>
sealed class SynchronousWorkload(int workers, int localSteps)
{
    /// <summary>The step size.</summary>
    public const double Step = 0.1;

    const double Millisecond = 1e-3;

    readonly Lazy<Problem> _problem = new(() => Problems.OneSamplePerNode(workers));

    /// <summary>A workload whose unit is a step of a worker.</summary>
    /// <param name="precision">The float width.</param>
    /// <param name="steps">Steps that are timed, about.</param>
    public Workload Of(Precision precision, long steps)
    {
        var perRound = Math.Max(1, localSteps);
        var round = (perRound + 2) * Millisecond;
        var rounds = Math.Max(6, steps / ((long)workers * perRound));
        var plan = Plans.Of(MethodOf(), workers, 1, Problems.Constant(Millisecond), _problem.Value) with
        {
            Compute = Plans.Equal(workers, Millisecond),
            Precision = precision,
            Partitions = 1,
        };
        // An update of minibatch-sgd is made of a step of each worker, one of local-sgd of a worker's steps.
        var stepsOfUpdate = localSteps == 0 ? workers : localSteps;
        return new(plan, Math.Max(2, rounds / 3) * round, rounds * round, p => p.Updates * stepsOfUpdate);
    }

    Method MethodOf() => localSteps == 0
        ? new MinibatchSgd(new() { Step = ConstantSchedule.Of(Step) })
        : new LocalSgd(new()
        {
            Rate = ConstantSchedule.Of(Step),
            OuterRate = ConstantSchedule.Of(1),
            Steps = localSteps,
        });
}
