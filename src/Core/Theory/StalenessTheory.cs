using System.Globalization;
using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Theory;

/// <summary>A mean staleness as it was foretold, and as it was.</summary>
/// <param name="Whose">Whose updates: <c>all</c>, <c>slowest worker</c> or <c>fastest worker</c>.</param>
/// <param name="Predicted">By theory.</param>
/// <param name="Measured">Over the updates of the run.</param>
public readonly record struct StalenessComparison(string Whose, double Predicted, double Measured);

/// <summary>
/// The mean staleness of each worker's updates where a server keeps one task at each worker. With C_i the time from
/// sending worker i a model to taking in its answer, computation and wire both ways, and a model that changes with
/// every K-th answer:
/// <c>E[D_i] = (E[C_i] / K) sum over j other than i of 1 / E[C_j]</c>, over all updates <c>(n - 1) / K</c>.
/// </summary>
/// <remarks>
/// <para>
/// In a long run worker j answers 1 / E[C_j] times a second, whatever the laws. Each answer but i's own falls into one
/// cycle of worker i, and changes the model in one of K cases; there are 1 / E[C_i] cycles a second. The model that i
/// gets contains the change that its own answer made. So these are means over time, which need no independence; for
/// K above 1 i's answers must be as likely as the others' to fill the buffer. With exponential computations and no wire
/// D_i is geometric: P(D_i = k) = p (1 - p)^k with p the share of i's answers.
/// </para>
/// <para>
/// All workers begin at once, from a model that is new: the first cycle of each sees fewer changes. Hence the condition
/// that the slowest makes some tasks.
/// </para>
/// </remarks>
public sealed class StalenessTheory
{
    /// <summary>How many tasks the slowest worker must make for the start to count little.</summary>
    public const int LeastTasks = 20;

    /// <summary>What the updates of all workers together are called.</summary>
    public const string All = "all", Slowest = "slowest worker", Fastest = "fastest worker";

    readonly double[] _cycles;
    readonly double _rate; // answers a second, of all workers
    readonly int _changes; // answers for each change of the model

    StalenessTheory(double[] cycles, int changes, IReadOnlyList<Condition> conditions)
    {
        (_cycles, _changes, Conditions) = (cycles, changes, conditions);
        _rate = PairwiseSum.Sum([.. cycles.Select(c => 1 / c)]);
    }

    /// <summary>What it rests on, as far as that is known before the run.</summary>
    public IReadOnlyList<Condition> Conditions { get; }

    /// <summary>The mean over all updates.</summary>
    public double Mean => (_cycles.Length - 1) / (double)_changes;

    /// <summary>The number of workers.</summary>
    public int Workers => _cycles.Length;

    /// <summary>The mean of one worker's updates.</summary>
    /// <param name="worker">From 0.</param>
    public double MeanOf(int worker) => ((_cycles[worker] * _rate) - 1) / _changes;

    /// <summary>The share of all updates that a worker makes.</summary>
    /// <param name="worker">From 0.</param>
    public double ShareOf(int worker) => 1 / (_cycles[worker] * _rate);

    /// <summary>The worker whose tasks take longest, and whose updates are the stalest; of several the first.</summary>
    public int SlowestWorker => Array.IndexOf(_cycles, _cycles.Max());

    /// <summary>The worker whose tasks are the shortest; of several the first.</summary>
    public int FastestWorker => Array.IndexOf(_cycles, _cycles.Min());

    /// <summary>What is known of a run before it.</summary>
    /// <param name="plan">The run.</param>
    /// <returns>Null where the method has no such tasks, or a mean is not known or not finite.</returns>
    public static StalenessTheory? Of(RunPlan plan)
    {
        if (plan.Method is not IOneTaskPerWorker method)
            return null;
        var tasks = method.Tasks(plan);
        var cycles = new double[plan.Places];
        for (var i = 0; i < cycles.Length; i++)
        {
            if (plan.Links.Delay.Mean(-1, i) + plan.Links.Delay.Mean(i, -1) is not { } wire)
                return null;
            cycles[i] = wire + plan.Compute.MeanSeconds(i, tasks[i].Steps, tasks[i].Samples);
            if (!double.IsFinite(cycles[i]) || cycles[i] <= 0)
                return null;
        }
        var conditions = ConditionsOf(plan, cycles.Max()).Concat(method.TaskConditions(plan)).ToList();
        return new StalenessTheory(cycles, method.UpdatesPerChange(plan.Places), conditions);
    }

    /// <summary>
    /// Predicted beside measured: of all updates, and, where workers differ, of the slowest and the fastest one's.
    /// </summary>
    /// <param name="plan">The run.</param>
    /// <param name="seconds">Virtual seconds that it lasted.</param>
    /// <param name="layout">Its agents.</param>
    /// <param name="measured">What it measured.</param>
    /// <returns>Nothing where a condition is not met.</returns>
    public static IReadOnlyList<StalenessComparison> Compare(
        RunPlan plan, double seconds, Layout layout, StalenessRecord measured)
    {
        if (measured.Updates == 0 || Of(plan) is not { } theory || theory.Conditions.Any(c => c.IsMet == false)
            || seconds < LeastTasks * theory._cycles.Max())
            return [];
        var first = layout.Roles.First(role => role.Count == Count.PerWorker).First;
        var (slowest, fastest) = (theory.SlowestWorker, theory.FastestWorker);
        List<StalenessComparison> comparisons = [new(All, theory.Mean, measured.Mean)];
        if (theory.MeanOf(slowest) != theory.MeanOf(fastest))
        {
            comparisons.Add(OfWorker(Slowest, slowest));
            comparisons.Add(OfWorker(Fastest, fastest));
        }
        return comparisons;

        StalenessComparison OfWorker(string whose, int worker) => new(
            whose, theory.MeanOf(worker), measured.AgentMeans.FirstOrDefault(a => a.Agent == first + worker).Mean);
    }

    static IEnumerable<Condition> ConditionsOf(RunPlan plan, double longest)
    {
        yield return new("every message arrives once and no worker goes down", plan.Faults.Count == 0,
            plan.Faults.Count == 0 ? "no faults" : "there are faults");
        yield return new("messages do not wait for each other",
            plan.Links is { SendRate: null, ReceiveRate: null } && plan.Service.Count == 0,
            plan.Service.Count > 0 ? "agents take time to serve a message"
                : plan.Links is { SendRate: null, ReceiveRate: null } ? "neither network cards nor service times"
                : "network cards have rates");
        var raises = plan.Links.Quantum > plan.Links.Delay.FloorOverall;
        yield return new("the mean of a task is known", plan.Compute.Slowdowns.Count == 0 && !raises,
            plan.Compute.Slowdowns.Count > 0 ? "there are slowdowns"
                : raises ? "the quantum raises short delays" : "by the laws of computations and links");
        var seconds = plan.Stop.Time?.Seconds;
        yield return new($"the slowest worker makes {LeastTasks} tasks", seconds / longest is { } tasks
            ? tasks >= LeastTasks : null, seconds is { } end
            ? string.Create(CultureInfo.InvariantCulture, $"each takes {longest:g3} s, and the run {end:g4} s")
            : "how long the run will be is not known");
    }
}
