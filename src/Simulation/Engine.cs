using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation;

/// <summary>
/// The embedded host: all partitions in this process. Windows of virtual time, in which the partitions run
/// independently; a barrier, at which they exchange messages.
/// </summary>
sealed class Engine<T> : IVirtualHost, IDisposable
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly RunHooks _hooks;
    readonly World<T> _world;
    readonly Partitioning _partitioning;
    readonly BatchEvaluator<T> _evaluator;
    readonly Partition<T>[] _partitions;
    readonly Judge<T> _judge;

    public Engine(RunPlan plan, RunHooks hooks)
    {
        _hooks = hooks;
        var layout = Simulator.LayOut(plan);
        _world = new World<T>(plan, layout);
        _partitioning = Partitioning.Of(plan, layout);
        var oracles = Simulator.OraclesOf<T>(plan);
        _evaluator = BatchEvaluator<T>.Of(plan, layout, oracles);
        _partitions = [.. Enumerable.Range(0, _partitioning.Count).Select(p =>
            new Partition<T>(_world, _partitioning, p, _evaluator, oracles, hooks.OneByOne)
            {
                Observer = hooks.Observer,
            })];
        _judge = new Judge<T>(plan, hooks.Progress, _world, [.. _partitions.Select(p => p.Record)]);
    }

    public long LastTime => _partitions.Max(p => p.LastTime);

    public World<T> World => _world;

    /// <summary>The partition of an agent.</summary>
    public Partition<T> PartitionOf(int agent) => _partitions[_partitioning.Of(agent)];

    public void Dispose()
    {
        foreach (var partition in _partitions)
            partition.Dispose();
        _evaluator.Dispose();
        _world.Dispose();
    }

    public RunRecord Run() => new Course<T>(this, _judge, _hooks.Cancellation).Run();

    public Progress? Resume() =>
        _hooks.ResumeFrom is { } checkpoint ? Checkpoint.Load(checkpoint, _world, _partitions, _partitioning) : null;

    public void Start()
    {
        foreach (var partition in _partitions)
            partition.Start();
        Exchange();
    }

    public bool RunUntil(long instant, bool isSampled)
    {
        while (true)
        {
            var first = Moment.Never;
            foreach (var partition in _partitions)
                first = Moment.Min(first, partition.Next);
            if (first.Time >= instant)
                return first != Moment.Never;
            _judge.Windows++;
            var end = _partitioning.WindowEnd(first, instant);
            foreach (var partition in _partitions)
                partition.Run(end, _hooks.Cancellation);
            if (_hooks.Cancellation.IsCancellationRequested)
                return true;
            Exchange();
        }
    }

    void Exchange()
    {
        foreach (var target in _partitions)
        {
            foreach (var source in _partitions)
            {
                if (source.Outbox[target.Number].Count == 0)
                    continue;
                target.Import(source);
                target.ReleaseImported(source);
            }
        }
    }

    public long CutAfter(long instant) =>
        _hooks.CheckpointAt is { } at && Links.Nanoseconds(at) is var cut && cut > instant ? cut : long.MaxValue;

    public void Save(Progress progress) =>
        Checkpoint.Save(_hooks.CheckpointTo!, _world, _partitions, progress);

    public void Gather()
    {
        // The judge looks at the partitions' own memory.
    }

    public RunRecord Describe(RunRecord record) => record with
    {
        Partitions = _partitions.Length,
        Lookahead = _partitioning.Lookahead,
        Threads = _evaluator.Threads,
        EngineBytes = _world.Bytes + _partitions.Sum(p => p.Bytes),
        Warnings = _partitioning.Warnings,
    };
}
