using AsyncOpt.Simulation.Replay;

namespace AsyncOpt.Contract.Tests.Replay;

/// <summary>Logs as lists of entries, for looking into them and for spoiling them.</summary>
static class Logs
{
    public static List<ReplayEntry> EntriesOf(ReplayLog log, int agent)
    {
        var entries = new List<ReplayEntry>();
        for (var cursor = log.Of(agent); cursor.TryNext(out var entry);)
            entries.Add(entry);
        return entries;
    }

    /// <summary>The same log, but with other entries.</summary>
    public static byte[] Spoiled(byte[] bytes, Action<List<ReplayEntry>[]> spoil)
    {
        var log = ReplayLog.Read([("whole", bytes)]);
        var entries = Enumerable.Range(0, log.Header.Agents).Select(agent => EntriesOf(log, agent)).ToArray();
        spoil(entries);
        var stream = new MemoryStream();
        using (var to = new ReplayLogWriter(stream, log.Header))
        {
            foreach (var (agent, list) in entries.Index())
            {
                list.ForEach(entry => Write(to, agent, entry));
                to.Finish(agent, log.FinalHashOf(agent)!.Value, list.Count(e => e.Kind != ReplayKind.Check));
            }
            to.Complete();
        }
        return stream.ToArray();
    }

    public static void Write(ReplayLogWriter to, int agent, ReplayEntry e)
    {
        switch (e.Kind)
        {
            case ReplayKind.Start:
                to.Start(agent, e.Now);
                break;
            case ReplayKind.Message:
                to.Message(agent, e.Now, e.Sender, e.Number, e.Arrival, e.Service);
                break;
            case ReplayKind.Computed:
                to.Computed(agent, e.Now, e.Number);
                break;
            case ReplayKind.Timer:
                to.Timer(agent, e.Now, e.Number);
                break;
            case ReplayKind.Arrived:
                to.Arrived(agent, e.Now, e.Place, e.From, e.Lost);
                break;
            case ReplayKind.Crash:
                to.Crash(agent, e.Now);
                break;
            case ReplayKind.Restart:
                to.Restart(agent, e.Now);
                break;
            default:
                to.Check(agent, e.Hash);
                break;
        }
    }
}
