using System.Text;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation;

/// <summary>The shards of a run, as the one that judges it sees them. Calls return when all shards have answered.</summary>
interface IShards
{
    /// <summary>Goes on from the last whole checkpoint, if there is one.</summary>
    /// <returns>What <see cref="Save"/> was given with it; null where the run begins.</returns>
    ReadOnlyMemory<byte>? Resume();

    /// <summary>Starts all agents.</summary>
    void Start();

    /// <summary>Has all events before an instant handled.</summary>
    /// <param name="instant">Virtual time, in ns.</param>
    /// <param name="kind">What each shard reports then; all, where no event is left.</param>
    /// <returns>The reports, by partition.</returns>
    /// <exception cref="OperationCanceledException">The user cancelled the run.</exception>
    IReadOnlyList<Stream> RunUntil(long instant, ReportKind kind);

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="time">The present, in ns.</param>
    /// <param name="progress">What the judge needs to go on.</param>
    void Save(long time, ReadOnlyMemory<byte> progress);

    /// <summary>Stops all shards where they are; each reports all.</summary>
    IReadOnlyList<Stream> Stop();
}

/// <summary>Runs a plan as shards that are elsewhere.</summary>
static class ShardedRun
{
    /// <summary>Into how many partitions a run is cut where its plan, or the host, asks for some.</summary>
    /// <param name="plan">The run.</param>
    /// <returns>The plan with the number that is to be, and what the user should know of it.</returns>
    public static (RunPlan Plan, IReadOnlyList<string> Warnings) Cut(RunPlan plan)
    {
        var partitioning = Partitioning.Of(plan, Simulator.LayOut(plan));
        return (plan with { Partitions = partitioning.Count, ForcePartitions = true }, partitioning.Warnings);
    }

    /// <summary>Runs a plan to its end.</summary>
    /// <param name="plan">The run, as <see cref="Cut"/> gives it.</param>
    /// <param name="shards">As many shards.</param>
    /// <param name="progress">Called at every sampling instant, on this thread.</param>
    /// <param name="checkpointEvery">Virtual seconds between checkpoints; null for none.</param>
    /// <param name="cancellation">Ends the run with what it has so far.</param>
    public static RunRecord Run(
        RunPlan plan, IShards shards, Action<RunProgress>? progress, double? checkpointEvery,
        CancellationToken cancellation) => plan.Precision == Precision.Float32
            ? Run<float>(plan, shards, progress, checkpointEvery, cancellation)
            : Run<double>(plan, shards, progress, checkpointEvery, cancellation);

    static RunRecord Run<T>(
        RunPlan plan, IShards shards, Action<RunProgress>? progress, double? checkpointEvery,
        CancellationToken cancellation)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using var host = new ShardedHost<T>(plan, shards, progress, checkpointEvery, cancellation);
        return host.Run();
    }
}

/// <summary>
/// The host of a run whose partitions are elsewhere: keeps a copy of the memory that the judge looks at, and brings it
/// up to date where it does.
/// </summary>
sealed class ShardedHost<T> : IVirtualHost, IDisposable
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly IShards _shards;
    readonly CancellationToken _cancellation;
    readonly World<T> _mirror;
    readonly Partitioning _partitioning;
    readonly Recording[] _records;
    readonly ShardState[] _states;
    readonly Judge<T> _judge;
    readonly long _checkpointEvery;
    bool _isGathered;

    public ShardedHost(
        RunPlan plan, IShards shards, Action<RunProgress>? progress, double? checkpointEvery,
        CancellationToken cancellation)
    {
        (_shards, _cancellation) = (shards, cancellation);
        var layout = Simulator.LayOut(plan);
        _mirror = new World<T>(plan, layout);
        _partitioning = Partitioning.Of(plan, layout);
        _records = [.. Enumerable.Range(0, _partitioning.Count).Select(_ => new Recording(plan, layout))];
        _states = new ShardState[_partitioning.Count];
        _judge = new Judge<T>(plan, progress, _mirror, _records);
        _checkpointEvery = checkpointEvery is { } every ? Math.Max(1, Links.Nanoseconds(every)) : long.MaxValue;
    }

    public long LastTime => _states.Max(s => s.LastTime);

    public void Dispose()
    {
        foreach (var record in _records)
            record.Dispose();
        _mirror.Dispose();
    }

    public RunRecord Run() => new Course<T>(this, _judge, _cancellation).Run();

    public Progress? Resume()
    {
        if (_shards.Resume() is not { } bytes)
            return null;
        using var from = new BinaryReader(new MemoryStream(bytes.ToArray()), Encoding.UTF8);
        return Progress.Load(from);
    }

    public void Start() => _shards.Start();

    public bool RunUntil(long instant, bool isSampled)
    {
        try
        {
            Load(_shards.RunUntil(instant, isSampled ? ReportKind.Sample : ReportKind.Counts));
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            Gather();
        }
        return _states[0].IsRunnable;
    }

    public long CutAfter(long instant) =>
        _checkpointEvery == long.MaxValue ? long.MaxValue : ((instant / _checkpointEvery) + 1) * _checkpointEvery;

    public void Save(Progress progress)
    {
        using var bytes = new MemoryStream();
        using (var to = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
            progress.Save(to);
        _shards.Save(progress.Time, bytes.ToArray());
    }

    public void Gather()
    {
        if (!_isGathered)
            Load(_shards.Stop());
    }

    void Load(IReadOnlyList<Stream> reports)
    {
        for (var p = 0; p < reports.Count; p++)
            Load(p, reports[p]);
        _judge.Windows = _states[0].Windows;
    }

    void Load(int number, Stream report)
    {
        using var from = new BinaryReader(report, Encoding.UTF8, leaveOpen: true);
        _states[number] = ShardState.Load(from);
        var kind = (ReportKind)from.ReadByte();
        if (kind == ReportKind.All)
            _records[number].LoadSum(from);
        else
            _records[number].LoadCounts(from);
        foreach (var bytes in JudgedMemory.Of(_mirror, role => _partitioning.Range(role, number), kind))
            bytes.Load(report);
        _isGathered = kind == ReportKind.All;
    }

    public RunRecord Describe(RunRecord record) => record with
    {
        Partitions = _partitioning.Count,
        Lookahead = _partitioning.Lookahead,
        Threads = _states.Sum(s => s.Threads),
        EngineBytes = _mirror.Bytes + _states.Sum(s => s.Bytes),
        Warnings = _partitioning.Warnings,
    };
}
