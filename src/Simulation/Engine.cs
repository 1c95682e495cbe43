using AsyncOpt.Core;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Checkpoints;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Dispatch;
using AsyncOpt.Simulation.Judging;
using AsyncOpt.Simulation.Partitions;
using AsyncOpt.Simulation.State;
using AsyncOpt.Simulation.Windows;

namespace AsyncOpt.Simulation;

/// <summary>
/// The embedded host: all partitions in this process, which run and exchange messages window by window.
/// </summary>
sealed class Engine<T> : IVirtualHost, IDisposable
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly RunHooks _hooks;
    readonly World<T> _world;
    readonly Partitioning _partitioning;
    readonly BatchEvaluator<T>[] _evaluators;
    readonly WindowLoop<T> _windows;
    readonly RunJudge<T> _judge;
    readonly CutPace _pace;
    bool _isSaved;

    public Engine(RunPlan plan, RunHooks hooks)
    {
        _hooks = hooks;
        var layout = Simulator.LayOut(plan);
        _world = new World<T>(plan, layout, isByAgent: hooks.MovingLeast >= LongVectors<T>.MovingLeast);
        foreach (var role in _world.Roles)
            role.RestingLeast = hooks.RestingLeast;
        _partitioning = Partitioning.Of(plan, layout);
        var oracles = Simulator.OraclesOf<T>(plan);
        // An observer hears one event after the other.
        var threads = hooks.Observer is null ? plan.ThreadsHere : 1;
        _evaluators = new BatchEvaluator<T>[_partitioning.Count];
        _windows = new WindowLoop<T>(_partitioning, Make, threads, hooks.Cancellation);
        _judge = new RunJudge<T>(plan, hooks.Progress, _world, [.. _windows.Partitions.Select(p => p.Record)])
        {
            SecondsBefore = (hooks.SpentBefore.Run, hooks.SpentBefore.Evaluation),
        };
        _pace = new CutPace(Math.Max(1, plan.SampleEvery.Nanoseconds));

        // Each partition evaluates its own computations, with its share of the threads.
        Partition<T> Make(int p)
        {
            var evaluator = BatchEvaluator<T>.Of(
                plan, layout, oracles, Math.Max(1, threads / _partitioning.Count), hooks.Device, hooks.ParallelLeast);
            _evaluators[p] = evaluator;
            return new Partition<T>(
                _world, _partitioning, p, evaluator, oracles, new EventTaps(hooks.Observer), hooks.OneByOne,
                hooks.SweepLeast, hooks.MovingLeast);
        }
    }

    public long LastTime => _windows.Partitions.Max(p => p.LastTime);

    public World<T> World => _world;

    /// <summary>The partition of an agent.</summary>
    public Partition<T> PartitionOf(int agent) => _windows.Partitions[_partitioning.Of(agent)];

    public void Dispose()
    {
        _windows.Dispose();
        foreach (var evaluator in _evaluators)
            evaluator?.Dispose();
        _world.Dispose();
    }

    public RunRecord Run() => new RunLoop<T>(this, _judge, _hooks.Cancelled, _hooks.Cancellation).Run();

    public Standing? Resume()
    {
        if (_hooks.ResumeFrom is not { } checkpoint)
            return null;
        try
        {
            var standing = Checkpoint.Load(checkpoint, _world, _windows.Partitions, _partitioning);
            _windows.Resume();
            return standing;
        }
        catch (InputException e)
        {
            throw new UnusableCheckpointException(e.Message, e);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new UnusableCheckpointException($"the checkpoint is cut or damaged: {e.Message.TrimEnd('.')}", e);
        }
    }

    public void Start() => _windows.Start();

    public bool RunUntil(long instant, bool isSampled)
    {
        _pace.Start();
        var isRunnable = _windows.RunUntil(instant);
        // After a cut at a sampling instant nothing is left to do until there.
        if (!isSampled)
            _pace.Stop();
        _judge.Windows = _windows.Count;
        return isRunnable;
    }

    public long CutAfter(long instant, long next)
    {
        if (_hooks.CheckpointAt?.Nanoseconds is { } at)
            return at > instant ? at : long.MaxValue;
        if (_hooks.Checkpoints is not { } checkpoints || instant >= next)
            return long.MaxValue;
        return Math.Min(instant + Math.Min(_pace.Step, next - instant), DueAfter(instant, checkpoints));
    }

    static long DueAfter(long instant, ICheckpoints checkpoints) =>
        checkpoints.Every is { Nanoseconds: > 0 and var every } ? ((instant / every) + 1) * every : long.MaxValue;

    public string? Cut(Standing standing)
    {
        if (_hooks.Checkpoints is { } checkpoints)
            return Keep(standing, checkpoints);
        Save(_hooks.CheckpointTo!, standing);
        _isSaved = true;
        return null;
    }

    string? Keep(Standing standing, ICheckpoints checkpoints)
    {
        var time = standing.Time;
        var ending = checkpoints.Ending;
        if (ending is not null || checkpoints.IsDue || DueAfter(time - 1, checkpoints) == time)
            checkpoints.Save(new VirtualTime(time), Spent, to => Save(to, standing));
        return ending;
    }

    void Save(Stream to, Standing standing) => Checkpoint.Save(to, _world, _windows.Partitions, standing);

    WallSpent Spent => new(_judge.Seconds, _judge.EvaluationSeconds, ComputationSeconds);

    double ComputationSeconds =>
        _hooks.SpentBefore.Computation + (_evaluators.Sum(e => e.Clock.Seconds) / _windows.Threads);

    public void Gather()
    {
        // The judge looks at the partitions' own memory.
        foreach (var partition in _windows.Partitions)
            partition.Settle();
    }

    public RunRecord Describe(RunRecord record) => record with
    {
        Partitions = _partitioning.Count,
        Lookahead = _partitioning.Lookahead,
        IsCutLocal = _partitioning.IsLocal,
        Threads = _windows.Threads * _evaluators[0].Threads,
        Device = HasKernels ? _hooks.Device!.Description.Numerics : record.Device,
        ComputationSeconds = ComputationSeconds,
        EngineBytes = _world.Bytes + _windows.Partitions.Sum(p => p.Bytes),
        Warnings = [.. record.Warnings, .. _partitioning.Warnings, .. DeviceWarnings(), .. CheckpointWarnings(record)],
    };

    bool HasKernels => _evaluators[0].Device is not null;

    IEnumerable<string> CheckpointWarnings(RunRecord record)
    {
        if (_hooks.CheckpointAt is { } at && !_isSaved && record.Outcome != Outcome.Cancelled)
        {
            yield return $"no checkpoint was written: it is due at {at.Seconds} s, and the run ended at "
                + $"{record.VirtualTime / 1e9} s";
        }
    }

    IEnumerable<string> DeviceWarnings()
    {
        if (_hooks.Device is { } device && !HasKernels && _world.Plan.Device != DeviceChoice.Auto)
        {
            yield return $"{device.Description.Name} has no kernel for this problem and method: "
                + "the processor evaluates all";
        }
        if (_windows.Partitions.Any(p => p.MissesRounds))
        {
            yield return $"{_hooks.Device!.Description.Name} cannot hold the rounds of these agents, which act one by "
                + "one: see 'Synchronous rounds' in docs/gpu.md for what they need";
        }
    }
}
