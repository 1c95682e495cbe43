using System.Text;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation;

/// <summary>
/// A run at a cut: everything before a virtual time has happened, nothing at or after it. The file knows no partitions:
/// agents come in the order of their numbers, events in their own order, so it can be loaded with any number of them.
/// </summary>
static unsafe class Checkpoint
{
    const ulong Magic = 0x31544E494F504B43; // "CKPOINT1"

    public static void Save<T>(
        Stream stream, World<T> world, Partition<T>[] partitions, Partitioning partitioning, Progress progress)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var ids = new SnapshotIds();
        using var body = new MemoryStream();
        using (var to = new BinaryWriter(body, Encoding.UTF8, leaveOpen: true))
        {
            for (var agent = 0; agent < world.Agents; agent++)
            {
                SaveCore(in world.Cores[agent], to);
                partitions[partitioning.Of(agent)].SaveAgent(agent, to, ids);
            }
            SaveEvents(partitions, to, ids);
        }
        using var head = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        head.Write(Magic);
        head.Write(Fingerprint(world));
        progress.Save(head);
        Recording.SaveSum([.. partitions.Select(p => p.Record)], head);
        foreach (var array in SharedArrays(world))
            head.Write(array.AsSpan());
        head.Write(ids.All.Count);
        foreach (var (partition, snapshot) in ids.All)
            partitions[partition].SaveSnapshot(snapshot, head);
        head.Flush();
        body.WriteTo(stream);
    }

    /// <exception cref="InputException">The file is no checkpoint of this plan.</exception>
    public static Progress Load<T>(
        Stream stream, World<T> world, Partition<T>[] partitions, Partitioning partitioning)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using var from = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        if (from.ReadUInt64() != Magic)
            throw new InputException("the file is not a checkpoint of this version");
        var expected = Fingerprint(world);
        if (from.ReadString() is var found && found != expected)
            throw new InputException($"the checkpoint is of another run: expected '{expected}', got '{found}'");
        var progress = Progress.Load(from);
        partitions[0].Record.LoadSum(from);
        foreach (var array in SharedArrays(world))
            from.BaseStream.ReadExactly(array.AsSpan());
        var store = new SnapshotStore<T>();
        store.Load(from);
        for (var agent = 0; agent < world.Agents; agent++)
        {
            LoadCore(ref world.Cores[agent], from);
            partitions[partitioning.Of(agent)].LoadAgent(agent, from, store);
        }
        var events = from.ReadInt32();
        for (var i = 0; i < events; i++)
        {
            var partition = partitions[partitioning.Of(from.ReadInt32())];
            var e = partition.LoadEvent(from, store);
            partition.Queue.Insert(in e);
        }
        return progress;
    }

    static void SaveEvents<T>(Partition<T>[] partitions, BinaryWriter to, SnapshotIds ids)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var events = partitions.SelectMany(p => p.LiveEvents().Select(e => (Event: e, Partition: p))).ToList();
        events.Sort((a, b) => Event.Before(in a.Event, in b.Event) ? -1 : Event.Before(in b.Event, in a.Event) ? 1 : 0);
        to.Write(events.Count);
        foreach (var (e, partition) in events)
        {
            to.Write(e.Receiver);
            partition.SaveEvent(in e, to, ids);
        }
    }

    /// <summary>What a checkpoint must share with the run that loads it.</summary>
    static string Fingerprint<T>(World<T> world)
        where T : unmanaged
    {
        var roles = world.Roles.Select(r =>
            $"{r.Layout.Name} x{r.Layout.Agents} state {r.StateBytes} vectors [{string.Join(' ', r.Dimensions)}] "
            + $"tables [{string.Join(' ', r.TableLengths)}] rows [{string.Join(' ', r.RowIterations)}]");
        return $"{typeof(T).Name}; seed {world.Seed}; {string.Join("; ", roles)}";
    }

    static IEnumerable<RawBytes> SharedArrays<T>(World<T> world)
        where T : unmanaged =>
        [.. world.Roles.SelectMany(r => r.RawMemory()), .. world.Links.RawMemory()];

    static void SaveCore(in AgentCore core, BinaryWriter to)
    {
        to.Write(core.Chain);
        to.Write(core.Sent);
        to.Write(core.Computations);
        to.Write(core.Draws);
        to.Write(core.Timers);
        to.Write(core.Place);
        to.Write((byte)core.Flags);
    }

    static void LoadCore(ref AgentCore core, BinaryReader from)
    {
        core.Chain = from.ReadUInt64();
        core.Sent = from.ReadUInt32();
        core.Computations = from.ReadUInt32();
        core.Draws = from.ReadUInt32();
        core.Timers = from.ReadUInt32();
        core.Place = from.ReadInt32();
        core.Flags = (AgentFlags)from.ReadByte();
    }
}

/// <summary>Where a run stands, beside its agents and events.</summary>
/// <param name="Time">The cut, in ns.</param>
/// <param name="TimeToTarget">When the target was first met, in seconds.</param>
/// <param name="Metrics">What was sampled so far.</param>
sealed record Progress(long Time, double? TimeToTarget, List<MetricPoint> Metrics)
{
    public void Save(BinaryWriter to)
    {
        to.Write(Time);
        to.Write(TimeToTarget ?? double.NaN);
        to.Write(Metrics.Count);
        foreach (var m in Metrics)
        {
            to.Write(m.Time);
            to.Write(m.Updates);
            to.Write(m.Gradients);
            to.Write(m.Samples);
            to.Write(m.Bytes);
            to.Write(m.Metric);
            to.Write(m.Value);
        }
    }

    public static Progress Load(BinaryReader from)
    {
        var time = from.ReadInt64();
        var target = from.ReadDouble();
        var metrics = new List<MetricPoint>();
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            metrics.Add(new MetricPoint(
                from.ReadDouble(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64(),
                from.ReadString(), from.ReadDouble()));
        }
        return new Progress(time, double.IsNaN(target) ? null : target, metrics);
    }
}
