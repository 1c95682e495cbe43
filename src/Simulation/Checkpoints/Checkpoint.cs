using System.Text;
using AsyncOpt.Core;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Dispatch;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Partitions;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Checkpoints;

/// <summary>
/// A run at a cut: everything before a virtual time has happened, nothing at or after it. The file knows no partitions:
/// agents come in the order of their numbers, events in their own order, so it can be loaded with any number of them.
/// </summary>
static unsafe class Checkpoint
{
    const ulong Magic = 0x39544E494F504B43; // "CKPOINT9"

    public static void Save<T>(Stream stream, World<T> world, IReadOnlyList<Partition<T>> partitions, Standing standing)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        foreach (var partition in partitions)
            partition.EndRounds();
        var ids = new SnapshotIds();
        using var body = new SegmentedStream();
        using (var to = new BinaryWriter(body, Encoding.UTF8, leaveOpen: true))
        {
            foreach (var (partition, agent) in Agents(world, partitions))
            {
                SaveCore(in world.Cores[agent], to);
                partition.Image.SaveAgent(agent, to, ids);
            }
            SaveEvents(partitions, to, ids);
        }
        using var head = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        head.Write(Magic);
        head.Write(Fingerprint(world, partitions));
        head.Write(world.Layout.MessageFormat);
        standing.Save(head);
        Recording.SaveSum([.. partitions.Select(p => p.Record)], head);
        head.Flush();
        foreach (var bytes in AgentMemory(world, partitions))
            bytes.Save(stream);
        foreach (var bytes in world.Links.RawMemory())
            bytes.SaveSparse(head);
        head.Write(ids.All.Count);
        for (var id = 0; id < ids.All.Count; id++)
        {
            var (partition, snapshot) = ids.All[id];
            partitions[partition - partitions[0].Number].Image.SaveSnapshot(snapshot, id, head, ids);
        }
        head.Flush();
        body.Position = 0;
        body.CopyTo(stream);
        foreach (var partition in partitions)
            partition.TakeUpRounds();
    }

    /// <exception cref="InputException">The file is no checkpoint of this plan.</exception>
    public static Standing Load<T>(
        Stream stream, World<T> world, IReadOnlyList<Partition<T>> partitions, Partitioning partitioning)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using var from = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        if (from.ReadUInt64() != Magic)
            throw new InputException("the file is not a checkpoint of this version");
        var expected = Fingerprint(world, partitions);
        if (from.ReadString() is var found && found != expected)
            throw new InputException($"the checkpoint is of another run: expected '{expected}', got '{found}'");
        world.Layout.CheckMessages("the checkpoint", from.ReadString());
        var standing = Standing.Load(from);
        partitions[0].Record.LoadSum(from);
        foreach (var bytes in AgentMemory(world, partitions))
            bytes.Load(stream);
        foreach (var bytes in world.Links.RawMemory())
            bytes.LoadSparse(from);
        var store = new SnapshotStore<T>();
        store.Load(from);
        foreach (var (partition, agent) in Agents(world, partitions))
        {
            LoadCore(ref world.Cores[agent], from);
            partition.Image.LoadAgent(agent, from, store);
        }
        var events = from.ReadInt32();
        for (var i = 0; i < events; i++)
        {
            var partition = partitions[partitioning.Of(from.ReadInt32()) - partitions[0].Number];
            var e = partition.Image.LoadEvent(from, store);
            partition.Events.Queue.Insert(in e);
        }
        foreach (var partition in partitions)
            partition.TakeUpRounds();
        return standing;
    }

    static void SaveEvents<T>(IReadOnlyList<Partition<T>> partitions, BinaryWriter to, SnapshotIds ids)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var events = partitions.SelectMany(p => p.Events.Live().Select(e => (Event: e, Partition: p))).ToList();
        events.Sort((a, b) => Event.Before(in a.Event, in b.Event) ? -1 : Event.Before(in b.Event, in a.Event) ? 1 : 0);
        to.Write(events.Count);
        foreach (var (e, partition) in events)
        {
            to.Write(e.Receiver);
            partition.Image.SaveEvent(in e, to, ids);
        }
    }

    /// <summary>The agents of some partitions, in the order of their numbers.</summary>
    static IEnumerable<(Partition<T> Partition, int Agent)> Agents<T>(
        World<T> world, IReadOnlyList<Partition<T>> partitions)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        foreach (var role in world.Layout.Roles)
        {
            foreach (var (partition, agents) in RangesOf(role, partitions))
            {
                for (var i = agents.First; i < agents.End; i++)
                    yield return (partition, role.First + i);
            }
        }
    }

    static IEnumerable<(Partition<T> Partition, AgentRange Agents)> RangesOf<T>(
        RoleLayout role, IReadOnlyList<Partition<T>> partitions)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        partitions.SelectMany(p => p.RangesOf(role).Select(agents => (p, agents))).OrderBy(r => r.agents.First);

    static IEnumerable<RawBytes> AgentMemory<T>(World<T> world, IReadOnlyList<Partition<T>> partitions)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        world.Roles.SelectMany(r => Joined(RangesOf(r.Layout, partitions)).SelectMany(r.RawMemory));

    /// <summary>Ranges that follow each other as one, so that a file does not show where partitions end.</summary>
    static IEnumerable<AgentRange> Joined<T>(IEnumerable<(Partition<T> Partition, AgentRange Agents)> ranges)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        AgentRange? last = null;
        foreach (var (_, agents) in ranges)
        {
            if (last is { } before && before.End == agents.First)
            {
                last = before with { End = agents.End };
                continue;
            }
            if (last is { } complete)
                yield return complete;
            last = agents;
        }
        if (last is { } rest)
            yield return rest;
    }

    /// <summary>What a checkpoint must share with the run that loads it.</summary>
    static string Fingerprint<T>(World<T> world, IReadOnlyList<Partition<T>> partitions)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var roles = world.Roles.Select(r =>
            $"{r.Layout.Name} x{r.Layout.Agents} state {r.StateBytes} vectors [{string.Join(' ', r.Dimensions)}] "
            + $"tables [{string.Join(' ', r.TableLengths)}] rows [{string.Join(' ', r.RowIterations)}]");
        var agents = Agents(world, partitions).Count() is var count && count < world.Agents ? $"{count} of " : "";
        return $"{typeof(T).Name}; seed {world.Seed}; {agents}{string.Join("; ", roles)}"
            + (partitions[0].Device is var device && device != NumericsClass.Processor ? $"; device {device}" : "")
            + (partitions[0].Record.Tally is { } tally ? $"; metrics {tally}" : "")
            + (partitions[0].Record.Schedule is null ? "" : "; schedule");
    }

    static void SaveCore(in AgentCore core, BinaryWriter to)
    {
        to.Write(core.Chain);
        to.Write(core.Acted);
        to.Write(core.Sent);
        to.Write(core.Computations);
        to.Write(core.Draws);
        to.Write(core.Compressed);
        to.Write(core.Timers);
        to.Write(core.Place);
        to.Write((byte)core.Flags);
    }

    static void LoadCore(ref AgentCore core, BinaryReader from)
    {
        core.Chain = from.ReadUInt64();
        core.Acted = from.ReadInt64();
        core.Sent = from.ReadUInt32();
        core.Computations = from.ReadUInt32();
        core.Draws = from.ReadUInt32();
        core.Compressed = from.ReadUInt32();
        core.Timers = from.ReadUInt32();
        core.Place = from.ReadInt32();
        core.Flags = (AgentFlags)from.ReadByte();
    }
}
