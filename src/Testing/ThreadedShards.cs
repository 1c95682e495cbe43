using AsyncOpt.Core.Runs;
using AsyncOpt.Kernels.Devices;
using AsyncOpt.Simulation.Exchanges;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Windows;

namespace AsyncOpt.Testing;

/// <summary>Shards of a run in this process, each on a thread of its own; they share nothing but the plan.</summary>
sealed class ThreadedShards : IShards, IDisposable
{
    readonly IShard[] _shards;
    readonly Way[] _ways;
    readonly Barrier _barrier;
    readonly CancellationToken _cancellation;
    readonly Checkpoint? _from;

    /// <summary>A whole checkpoint.</summary>
    public sealed record Checkpoint(long Time, byte[] Progress, byte[][] Partitions);

    public ThreadedShards(
        RunPlan plan, CancellationToken cancellation, Checkpoint? from = null, Func<int, IBatchDevice?>? device = null)
    {
        var count = plan.Partitions!.Value;
        (_cancellation, _from, _barrier) = (cancellation, from, new Barrier(count));
        _shards = [.. Enumerable.Range(0, count).Select(p => Shard.Of(plan, p, device?.Invoke(p)))];
        Mail?[][][] sent = [new Mail?[count][], new Mail?[count][]];
        _ways = [.. Enumerable.Range(0, count).Select(p => new Way(p, sent, _barrier, cancellation))];
    }

    /// <summary>The most blocks that one partition had for another in a window.</summary>
    public int BlocksMax => _ways.Max(w => w.BlocksMax);

    /// <summary>Those written so far.</summary>
    public List<Checkpoint> Saved { get; } = [];

    public void Dispose()
    {
        foreach (var shard in _shards)
            shard.Dispose();
        _barrier.Dispose();
    }

    public ReadOnlyMemory<byte>? Resume()
    {
        if (_from is null)
            return null;
        OnAll(p =>
        {
            _shards[p].Resume(new MemoryStream(_from.Partitions[p]), _ways[p]);
            return Stream.Null;
        });
        return _from.Progress;
    }

    public void Start() => OnAll(p =>
    {
        _shards[p].Start(_ways[p]);
        return Stream.Null;
    });

    public IReadOnlyList<Stream> RunUntil(long instant, ReportKind kind) => OnAll(p =>
    {
        _shards[p].RunUntil(instant, _ways[p], _cancellation);
        return ReportOf(p, kind);
    });

    public void Save(long time, ReadOnlyMemory<byte> progress)
    {
        var partitions = _shards.Select(shard =>
        {
            using var bytes = new MemoryStream();
            shard.Save(time, bytes);
            return bytes.ToArray();
        });
        Saved.Add(new Checkpoint(time, progress.ToArray(), [.. partitions]));
    }

    public IReadOnlyList<Stream> Stop() => OnAll(p => ReportOf(p, ReportKind.All));

    SegmentedStream ReportOf(int p, ReportKind kind)
    {
        var report = new SegmentedStream(segmentBytes: 100);
        _shards[p].Report(kind, report);
        return new SegmentedStream(report.Segments());
    }

    Stream[] OnAll(Func<int, Stream> call)
    {
        var answers = new Stream[_shards.Length];
        Exception? failure = null;
        void Run(int p)
        {
            try
            {
                answers[p] = call(p);
            }
            catch (Exception e)
            {
                failure = e;
                if (e is not OperationCanceledException)
                    _barrier.RemoveParticipant(); // the others must not wait for it
            }
        }
        var threads = Enumerable.Range(0, _shards.Length).Select(p => new Thread(() => Run(p))).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return answers;
    }

    sealed class Way(int number, Mail?[][][] sent, Barrier barrier, CancellationToken cancellation) : IExchange
    {
        int _window;

        public int BlocksMax { get; private set; }

        public Mail?[] Swap(Mail?[] mail)
        {
            // Others may be a window ahead, but not two: they write where nobody reads any more.
            var now = sent[_window++ & 1];
            now[number] = mail;
            barrier.SignalAndWait(cancellation);
            Mail?[] received = [.. now.Select(from => from[number])];
            BlocksMax = Math.Max(BlocksMax, received.Max(m => m?.Blocks.Count ?? 0));
            return received;
        }
    }
}
