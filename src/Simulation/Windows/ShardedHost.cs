using System.Text;
using AsyncOpt.Core;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Checkpoints;
using AsyncOpt.Simulation.Judging;
using AsyncOpt.Simulation.Partitions;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Windows;

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
    readonly RunJudge<T> _judge;
    readonly long _checkpointEvery;
    bool _isGathered;

    public ShardedHost(
        RunPlan plan, IShards shards, Action<RunProgress>? progress, VirtualTime? checkpointEvery,
        CancellationToken cancellation)
    {
        (_shards, _cancellation) = (shards, cancellation);
        var layout = Simulator.LayOut(plan);
        _mirror = new World<T>(plan, layout);
        _partitioning = Partitioning.Of(plan, layout);
        _records = [.. Enumerable.Range(0, _partitioning.Count).Select(_ => new Recording(plan, layout))];
        _states = new ShardState[_partitioning.Count];
        _judge = new RunJudge<T>(plan, progress, _mirror, _records);
        _checkpointEvery = checkpointEvery is { } every ? Math.Max(1, every.Nanoseconds) : long.MaxValue;
    }

    public long LastTime => _states.Max(s => s.LastTime);

    public void Dispose()
    {
        foreach (var record in _records)
            record.Dispose();
        _mirror.Dispose();
    }

    public RunRecord Run() => new RunLoop<T>(this, _judge, () => RunHooks.ByUser, _cancellation).Run();

    public Standing? Resume()
    {
        if (_shards.Resume() is not { } bytes)
            return null;
        using var from = new BinaryReader(new MemoryStream(bytes.ToArray()), Encoding.UTF8);
        return Standing.Load(from);
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
        return Array.Exists(_states, s => s.IsRunnable);
    }

    public long CutAfter(long instant, long next) =>
        _checkpointEvery == long.MaxValue ? long.MaxValue : ((instant / _checkpointEvery) + 1) * _checkpointEvery;

    public string? Cut(Standing standing)
    {
        using var bytes = new MemoryStream();
        using (var to = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
            standing.Save(to);
        _shards.Save(standing.Time, bytes.ToArray());
        return null;
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
        RefuseDifferentDevices();
        _judge.Windows = _states[0].Windows;
    }

    // Each silo takes its own: parts of one run on both would not give the bits of either.
    void RefuseDifferentDevices()
    {
        var others = Array.FindIndex(_states, s => s.Device != _states[0].Device);
        if (others < 0)
            return;
        throw new InputException(
            $"device: partition 0 evaluates on '{_states[0].Device}', partition {others} on "
            + $"'{_states[others].Device}': a run on both would not be reproducible; take 'device: cpu', "
            + "or --partitions 1");
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
        foreach (var bytes in JudgedMemory.Of(_mirror, role => _partitioning.Ranges(role, number), kind))
            bytes.Load(report);
        _isGathered = kind == ReportKind.All;
    }

    public RunRecord Describe(RunRecord record) => record with
    {
        Partitions = _partitioning.Count,
        Lookahead = _partitioning.Lookahead,
        IsCutLocal = _partitioning.IsLocal,
        Threads = _states.Sum(s => s.Threads),
        Device = _states[0].Device,
        EngineBytes = _mirror.Bytes + _states.Sum(s => s.Bytes),
        Warnings = [.. record.Warnings, .. _partitioning.Warnings, .. DeviceWarnings()],
    };

    IEnumerable<string> DeviceWarnings()
    {
        if (_mirror.Plan.Device is DeviceChoice.Cuda or DeviceChoice.Opencl
            && _states[0].Device == NumericsClass.Processor)
            yield return "the device has no kernel for this problem and method: the processor evaluates all";
    }
}
