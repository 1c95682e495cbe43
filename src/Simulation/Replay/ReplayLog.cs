using System.Buffers.Binary;
using AsyncOpt.Core;

namespace AsyncOpt.Simulation.Replay;

/// <summary>
/// The log of a run, put together from the logs of its silos: per agent, what it handled, in order. It stays as it was
/// written, a few bytes an event, and is decoded while it is read.
/// </summary>
public sealed class ReplayLog
{
    static readonly List<ReplayEntries> Nothing = [];

    // A file may claim any number of agents: what is kept is of those that it tells of.
    readonly Dictionary<int, AgentLog> _agents = [];
    readonly List<string> _cuts = [];

    ReplayLog(ReplayLogHeader header) => Header = header;

    /// <summary>What the log says of its run.</summary>
    public ReplayLogHeader Header { get; }

    /// <summary>Where files end before the run did, or are missing, a sentence each; empty for a whole log.</summary>
    public IReadOnlyList<string> Cuts => _cuts;

    /// <summary>The hash of an agent's final state; null where the log does not have it.</summary>
    public ulong? FinalHashOf(int agent) => _agents.GetValueOrDefault(agent)?.Hash;

    /// <summary>How many events an agent handled, as its host counted them; null where the log does not say.</summary>
    public long? EventsOf(int agent) => _agents.GetValueOrDefault(agent)?.Events;

    /// <summary>What an agent handled, from the first on.</summary>
    public ReplayCursor Of(int agent) => new(_agents.GetValueOrDefault(agent)?.Blocks ?? Nothing);

    /// <summary>Reads the logs of all silos of one run.</summary>
    /// <param name="paths">The files, at least one.</param>
    /// <exception cref="InputException">A file is no log of this version, or of another run than the others, or an
    /// agent's entries do not fit together.</exception>
    public static ReplayLog Read(IReadOnlyList<string> paths) => Read(paths.Select(path =>
    {
        try
        {
            PlainFile.Require(path);
            return (path, File.ReadAllBytes(path));
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw new InputException(StorageException.Reading(path, e).Message, e);
        }
    }));

    /// <summary>Reads the logs of all silos of one run from memory.</summary>
    /// <param name="files">Each file's name and bytes.</param>
    /// <exception cref="InputException">As for files.</exception>
    public static ReplayLog Read(IEnumerable<(string Name, byte[] Bytes)> files)
    {
        ReplayLog? log = null;
        foreach (var (name, bytes) in files)
        {
            var at = 0;
            var header = HeaderOf(name, bytes, ref at);
            log ??= new ReplayLog(header);
            if (header != log.Header)
            {
                throw new InputException($"{name}: a log of run '{header.Run}', and those before it are of "
                    + $"'{log.Header.Run}': expected the logs of one run's silos");
            }
            log.AddBlocks(name, bytes, at);
        }
        if (log is null)
            throw new InputException("there is no log to read");
        log.Join();
        log.NoteMissing();
        return log;
    }

    static ReplayLogHeader HeaderOf(string name, byte[] bytes, ref int at)
    {
        if (!bytes.AsSpan().StartsWith(ReplayLogFormat.Magic))
            throw new InputException($"{name}: no replay log of this version; expected a .log file that a live "
                + "run wrote with --replay-log");
        at = ReplayLogFormat.Magic.Length;
        try
        {
            var length = checked((int)ReplayLogFormat.Read(bytes, ref at));
            if (length > bytes.Length - at)
                throw new FormatException("it is cut");
            at += length;
            return ReplayLogHeader.FromJson(bytes.AsSpan(at - length, length), $"{name}: header");
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new InputException($"{name}: the header of the replay log is damaged: {e.Message}", e);
        }
    }

    void AddBlocks(string name, byte[] bytes, int at)
    {
        var blocks = 0L;
        while (true)
        {
            var from = at;
            if (!TryReadBlock(bytes, ref at, out var tag, out var content))
            {
                _cuts.Add($"{name}: cut after {blocks} whole blocks, at byte {from} of {bytes.Length}");
                return;
            }
            blocks++;
            if (tag == ReplayBlock.End)
                return;
            AddBlock(name, bytes, tag, content);
        }
    }

    static bool TryReadBlock(byte[] bytes, ref int at, out ReplayBlock tag, out Range content)
    {
        (tag, content) = (default, default);
        if (at >= bytes.Length)
            return false;
        tag = (ReplayBlock)bytes[at++];
        try
        {
            var length = ReplayLogFormat.Read(bytes, ref at);
            if (length > int.MaxValue || (int)length > bytes.Length - at - ReplayLogFormat.CheckBytes)
                return false;
            content = at..(at + (int)length);
            at += (int)length;
        }
        catch (FormatException)
        {
            return false;
        }
        var check = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
        at += ReplayLogFormat.CheckBytes;
        return check == ReplayLogFormat.CheckOf((byte)tag, bytes.AsSpan()[content]);
    }

    void AddBlock(string name, byte[] bytes, ReplayBlock tag, Range content)
    {
        var (start, length) = content.GetOffsetAndLength(bytes.Length);
        var span = bytes.AsSpan(0, start + length);
        var at = start;
        try
        {
            var agent = ReplayLogFormat.Read(span, ref at);
            if (agent >= (ulong)Header.Agents)
                throw new FormatException($"it has an agent {agent}, and its run has {Header.Agents}");
            if (!_agents.TryGetValue((int)agent, out var log))
                _agents.Add((int)agent, log = new AgentLog());
            switch (tag)
            {
                case ReplayBlock.Entries:
                    var first = (long)ReplayLogFormat.Read(span, ref at);
                    var count = (int)ReplayLogFormat.Read(span, ref at);
                    // An entry has at least one byte.
                    var left = span.Length - at;
                    if (first < 0 || count < 0 || count > left)
                        throw new FormatException($"it has {count} entries from {first} on in {left} bytes");
                    log.Blocks.Add(new ReplayEntries(first, count, bytes.AsMemory(at..(start + length))));
                    break;
                case ReplayBlock.Final:
                    log.Events = (long)ReplayLogFormat.Read(span, ref at);
                    log.Hash = BinaryPrimitives.ReadUInt64LittleEndian(span[at..]);
                    break;
                default:
                    throw new FormatException($"it has a block of kind {(int)tag}");
            }
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException)
        {
            throw new InputException($"{name}: no replay log of this version: {e.Message}", e);
        }
    }

    /// <summary>Puts the blocks of each agent in order; they follow each other without a gap.</summary>
    void Join()
    {
        foreach (var (agent, log) in _agents.OrderBy(a => a.Key))
        {
            log.Blocks.Sort((a, b) => a.First.CompareTo(b.First));
            long next = 0;
            foreach (var (i, block) in log.Blocks.Index())
            {
                if (block.First < next)
                {
                    throw new InputException($"agent {agent} has entry {block.First} twice: it began anew on another "
                        + "silo, without the state it had; such a run cannot be replayed");
                }
                if (block.First > next)
                {
                    JoinOverGap(agent, log, i, next);
                    break;
                }
                next += block.Count;
            }
            if (log.Events > next)
                LackFrom(agent, log, next, log.Events.Value);
        }
    }

    void NoteMissing()
    {
        var missing = Header.Agents - _agents.Values.Count(log => log.Hash is not null);
        if (missing == 0 || _cuts.Count > 0)
            return;
        var first = Enumerable.Range(0, Header.Agents).First(agent => FinalHashOf(agent) is null);
        _cuts.Add($"{missing} of {Header.Agents} agents, the first is agent {first}, have no final state in these "
            + "logs: give the logs of all silos");
    }

    // What an agent did on another silo is of no use without what was cut off before.
    void JoinOverGap(int agent, AgentLog log, int block, long next)
    {
        LackFrom(agent, log, next, log.Blocks[block].First);
        log.Blocks.RemoveRange(block, log.Blocks.Count - block);
    }

    void LackFrom(int agent, AgentLog log, long next, long end)
    {
        var gap = $"agent {agent} lacks its entries {next} to {end - 1}";
        if (_cuts.Count == 0)
            throw new InputException($"{gap}: give the logs of all silos");
        _cuts.Add(gap);
        (log.Hash, log.Events) = (null, null);
    }

    sealed class AgentLog
    {
        public List<ReplayEntries> Blocks { get; } = [];

        public ulong? Hash { get; set; }

        public long? Events { get; set; }
    }
}
