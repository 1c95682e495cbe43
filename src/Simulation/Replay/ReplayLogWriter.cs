using System.Buffers.Binary;
using AsyncOpt.Core;

namespace AsyncOpt.Simulation.Replay;

/// <summary>
/// Writes the log of a run, or of one silo's part of it: per agent, the order of the events it handled, with every
/// number that the host measured. Threads may write at the same time, for different agents. An event costs a few bytes
/// in its agent's buffer; full buffers go to the stream as blocks, so that what is there when a silo dies can be read.
/// </summary>
public sealed class ReplayLogWriter : IDisposable
{
    // A million agents' buffers are half a gigabyte; larger ones would make the file a little smaller.
    const int BufferBytes = 512;

    readonly Stream _stream;
    readonly AgentBuffer?[] _agents;
    readonly Lock _gate = new();
    bool _complete;

    /// <summary>Writes the head of a log.</summary>
    /// <param name="stream">Receives the log; the writer closes it.</param>
    /// <param name="header">What the log says of its run.</param>
    public ReplayLogWriter(Stream stream, ReplayLogHeader header)
    {
        (_stream, _agents) = (stream, new AgentBuffer?[header.Agents]);
        var json = header.ToJson();
        var head = new byte[ReplayLogFormat.Magic.Length + ReplayLogFormat.NumberBytesMax];
        ReplayLogFormat.Magic.CopyTo(head);
        var length = ReplayLogFormat.Write(head, ReplayLogFormat.Magic.Length, (ulong)json.Length);
        stream.Write(head.AsSpan(0, length));
        stream.Write(json);
    }

    /// <summary>The agent has been elsewhere: its entries go on from there.</summary>
    /// <param name="agent">The agent's number.</param>
    /// <param name="entries">How many it has in another log.</param>
    public void Continue(int agent, long entries) => BufferOf(agent).First = entries;

    /// <summary>How many entries an agent has so far, those in another log included.</summary>
    public long EntriesOf(int agent) => _agents[agent] is { } buffer ? buffer.First + buffer.Count : 0;

    /// <summary>The agent starts.</summary>
    public void Start(int agent, long now) => Begin(agent, ReplayKind.Start, now);

    /// <summary>The agent handles a message.</summary>
    /// <param name="agent">The receiver.</param>
    /// <param name="now">The run's clock as the program sees it, in ns.</param>
    /// <param name="sender">The sender.</param>
    /// <param name="number">
    /// Which of the sender's messages and moves, from 0; the same for a copy that a fault made.
    /// </param>
    /// <param name="arrival">When it arrived, in ns.</param>
    /// <param name="service">How long it was served, in ns.</param>
    /// <param name="tries">How often it was sent again.</param>
    public void Message(int agent, long now, int sender, uint number, long arrival, long service, int tries = 0)
    {
        var buffer = Begin(agent, tries == 0 ? ReplayKind.Message : ReplayKind.Retried, now);
        buffer.Add((uint)sender);
        buffer.Add(number);
        buffer.AddSigned(now - arrival);
        buffer.AddSigned(service);
        if (tries > 0)
            buffer.Add((uint)tries);
    }

    /// <summary>A computation of the agent ends, reductions included.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="now">The run's clock as the program sees it, in ns.</param>
    /// <param name="number">Its rank among the agent's computations.</param>
    public void Computed(int agent, long now, long number) =>
        Begin(agent, ReplayKind.Computed, now).Add((ulong)number);

    /// <summary>A timer of the agent goes off.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="now">The run's clock as the program sees it, in ns.</param>
    /// <param name="number">Its rank among the agent's timers.</param>
    public void Timer(int agent, long now, long number) => Begin(agent, ReplayKind.Timer, now).Add((ulong)number);

    /// <summary>A token's move ends.</summary>
    /// <param name="agent">The token.</param>
    /// <param name="now">The run's clock as the program sees it, in ns.</param>
    /// <param name="place">Where it is now.</param>
    /// <param name="from">Where it came from.</param>
    /// <param name="lost">Whether the move was dropped.</param>
    public void Arrived(int agent, long now, int place, int from, bool lost)
    {
        var buffer = Begin(agent, ReplayKind.Arrived, now);
        buffer.Add(((ulong)place << 1) | (lost ? 1UL : 0));
        buffer.Add((uint)from);
    }

    /// <summary>The agent goes down.</summary>
    public void Crash(int agent, long now) => Begin(agent, ReplayKind.Crash, now);

    /// <summary>The agent comes back.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="now">The run's clock as the program sees it, in ns.</param>
    /// <param name="isStateLost">Whether it has lost its state.</param>
    public void Restart(int agent, long now, bool isStateLost = false) =>
        Begin(agent, isStateLost ? ReplayKind.StateLost : ReplayKind.Restart, now);

    /// <summary>
    /// Notes the agent's state between two events, for finding the first event at which a replay differs; tests may do
    /// so after each.
    /// </summary>
    /// <param name="agent">The agent.</param>
    /// <param name="hash">The hash of its state: <see cref="AgentStateHash"/>.</param>
    public void Check(int agent, ulong hash) => Begin(agent, ReplayKind.Check, 0).AddHash(hash);

    /// <summary>The agent handles nothing more in this run.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="hash">The hash of its final state: <see cref="AgentStateHash"/>.</param>
    /// <param name="events">How many events it handled, in this log and others, as the host counted them.</param>
    public void Finish(int agent, ulong hash, long events)
    {
        if (_agents[agent] is { } buffer)
            Flush(agent, buffer);
        Span<byte> content = stackalloc byte[(2 * ReplayLogFormat.NumberBytesMax) + ReplayLogFormat.HashBytes];
        var at = ReplayLogFormat.Write(content, 0, (uint)agent);
        at = ReplayLogFormat.Write(content, at, (ulong)events);
        BinaryPrimitives.WriteUInt64LittleEndian(content[at..], hash);
        Write(ReplayBlock.Final, content[..(at + ReplayLogFormat.HashBytes)]);
    }

    /// <summary>
    /// Ends the log: what buffers hold goes to the stream, and a reader knows that nothing is missing. Nobody writes
    /// any more.
    /// </summary>
    public void Complete()
    {
        FlushAll();
        Write(ReplayBlock.End, []);
        _complete = true;
    }

    /// <summary>Closes the stream; a log that was not completed is one that was cut.</summary>
    public void Dispose()
    {
        using (_stream)
        {
            if (!_complete)
                FlushAll();
        }
    }

    AgentBuffer BufferOf(int agent) => _agents[agent] ??= new AgentBuffer();

    /// <summary>Begins an entry in the agent's buffer, where it has room.</summary>
    AgentBuffer Begin(int agent, ReplayKind kind, long now)
    {
        var buffer = BufferOf(agent);
        if (buffer.Used > BufferBytes - ReplayLogFormat.EntryBytesMax)
            Flush(agent, buffer);
        buffer.Count++;
        buffer.Bytes[buffer.Used++] = (byte)kind;
        if (kind != ReplayKind.Check)
        {
            buffer.AddSigned(now - buffer.Last);
            buffer.Last = now;
        }
        return buffer;
    }

    void FlushAll()
    {
        foreach (var (agent, buffer) in _agents.Index())
        {
            if (buffer is not null)
                Flush(agent, buffer);
        }
    }

    void Flush(int agent, AgentBuffer buffer)
    {
        if (buffer.Count == 0)
            return;
        Span<byte> content = stackalloc byte[(3 * ReplayLogFormat.NumberBytesMax) + BufferBytes];
        var at = ReplayLogFormat.Write(content, 0, (uint)agent);
        at = ReplayLogFormat.Write(content, at, (ulong)buffer.First);
        at = ReplayLogFormat.Write(content, at, (ulong)buffer.Count);
        buffer.Bytes.AsSpan(0, buffer.Used).CopyTo(content[at..]);
        Write(ReplayBlock.Entries, content[..(at + buffer.Used)]);
        buffer.First += buffer.Count;
        (buffer.Count, buffer.Used, buffer.Last) = (0, 0, 0);
    }

    void Write(ReplayBlock tag, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[1 + ReplayLogFormat.NumberBytesMax];
        head[0] = (byte)tag;
        var length = ReplayLogFormat.Write(head, 1, (ulong)content.Length);
        Span<byte> check = stackalloc byte[ReplayLogFormat.CheckBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(check, ReplayLogFormat.CheckOf((byte)tag, content));
        try
        {
            lock (_gate)
            {
                _stream.Write(head[..length]);
                _stream.Write(content);
                _stream.Write(check);
            }
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw StorageException.Writing((_stream as FileStream)?.Name ?? "the log for a replay", e);
        }
    }

    /// <summary>What an agent's next block will hold. Times are differences within a block.</summary>
    sealed class AgentBuffer
    {
        public readonly byte[] Bytes = new byte[BufferBytes];
        public int Used;
        public int Count;
        public long First;
        public long Last;

        public void Add(ulong number) => Used = ReplayLogFormat.Write(Bytes, Used, number);

        public void AddSigned(long number) => Used = ReplayLogFormat.WriteSigned(Bytes, Used, number);

        public void AddHash(ulong hash)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(Bytes.AsSpan(Used), hash);
            Used += ReplayLogFormat.HashBytes;
        }
    }
}
