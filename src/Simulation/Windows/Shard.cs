using System.Text;
using AsyncOpt.Core.Runs;
using AsyncOpt.Kernels.Devices;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Checkpoints;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Dispatch;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Exchanges;
using AsyncOpt.Simulation.Partitions;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Windows;

/// <summary>Makes shards.</summary>
static class Shard
{
    /// <summary>A shard of a run.</summary>
    /// <param name="plan">The run, as <see cref="ShardedRun.Divide"/> gives it.</param>
    /// <param name="number">Which partition.</param>
    /// <param name="device">Evaluates what it has kernels for; null for the processor alone.</param>
    public static IShard Of(RunPlan plan, int number, IBatchDevice? device = null) =>
        plan.Precision == Precision.Float32
            ? new Shard<float>(plan, number, device)
            : new Shard<double>(plan, number, device);
}

/// <summary>A shard of a run with vectors of one float width.</summary>
sealed class Shard<T> : IShard
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly World<T> _world;
    readonly Partitioning _partitioning;
    readonly BatchEvaluator<T> _evaluator;
    readonly Partition<T> _partition;

    // The earliest event of all partitions, as of the last exchange.
    Moment _next = Moment.Never;
    long _windows;

    public Shard(RunPlan plan, int number, IBatchDevice? device)
    {
        var layout = Simulator.LayOut(plan);
        _partitioning = Partitioning.Of(plan, layout);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, _partitioning.Count);
        _world = new World<T>(plan, layout, role => _partitioning.Ranges(role, number));
        var oracles = Simulator.OraclesOf<T>(plan);
        _evaluator = BatchEvaluator<T>.Of(plan, layout, oracles, plan.ThreadsHere, device);
        _partition = new Partition<T>(
            _world, _partitioning, number, _evaluator, oracles, new EventTaps(), oneByOne: false);
    }

    public long Windows => Volatile.Read(ref _windows);

    public void Dispose()
    {
        _partition.Dispose();
        _evaluator.Dispose();
        _world.Dispose();
    }

    public void Start(IExchange exchange)
    {
        _partition.Start();
        Exchange(exchange);
    }

    public void Resume(Stream checkpoint, IExchange exchange)
    {
        Checkpoint.Load(checkpoint, _world, [_partition], _partitioning);
        Exchange(exchange);
    }

    public void RunUntil(long instant, IExchange exchange, CancellationToken cancellation)
    {
        while (_next.Time < instant)
        {
            Volatile.Write(ref _windows, _windows + 1);
            _partition.Run(_partitioning.WindowEnd(_next, instant), cancellation);
            if (cancellation.IsCancellationRequested)
                return;
            Exchange(exchange);
        }
    }

    void Exchange(IExchange exchange)
    {
        if (_partitioning.Count > 1)
        {
            var mail = _partition.Blocks.Export();
            _next = mail.First(m => m is not null)!.Next;
            foreach (var received in exchange.Swap(mail))
            {
                if (received is null)
                    continue;
                _next = Moment.Min(_next, received.Next);
                foreach (var block in received.Blocks)
                    _partition.Blocks.Import(block);
            }
            return;
        }
        _next = _partition.Next;
    }

    public void Save(long time, Stream to) =>
        Checkpoint.Save(to, _world, [_partition], new Standing(time, time, null, [], []));

    public void Report(ReportKind kind, Stream to)
    {
        // Where nothing is left to happen, the run ends at this instant.
        if (kind == ReportKind.Sample && _next == Moment.Never)
            kind = ReportKind.All;
        _partition.Settle();
        using var writer = new BinaryWriter(to, Encoding.UTF8, leaveOpen: true);
        var (threads, device) = (_evaluator.Threads, _partition.Device);
        new ShardState(_partition.IsRunnable, _partition.LastTime, _windows, Bytes, threads, device).Save(writer);
        writer.Write((byte)kind);
        if (kind == ReportKind.All)
            Recording.SaveSum([_partition.Record], writer);
        else
            Recording.SaveCounts([_partition.Record], writer);
        writer.Flush();
        foreach (var bytes in JudgedMemory.Of(_world, _partition.RangesOf, kind))
            bytes.Save(to);
    }

    // The share of the world that is touched, as the agents are spread evenly.
    long Bytes => (_world.Bytes / _partitioning.Count) + _partition.Bytes;
}
