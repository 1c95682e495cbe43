using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.State;

/// <summary>
/// Lays out what an agent of a role has as one block, vectors in whole lines of the cache: an event reads and writes
/// much of one agent and nothing of the next.
/// </summary>
sealed unsafe class AgentBlocks
{
    const long Line = NativeArray.Alignment, Word = sizeof(long);

    // Whole lines are taken where no more than this share is lost.
    const long LossMax = 8;

    readonly List<(long Offset, long Bytes)> _fields = [];
    long _next;

    /// <summary>Adds what follows in the block; returns its rank.</summary>
    /// <param name="bytes">Its length.</param>
    public int Add(long bytes)
    {
        var whole = Rounded(bytes);
        if (whole % Line == 0 && whole > 0)
            _next = (_next + Line - 1) & -Line;
        _fields.Add((_next, bytes));
        _next += whole;
        return _fields.Count - 1;
    }

    /// <summary>Bytes from one block to the next.</summary>
    public long Stride => Math.Max(Word, Rounded(_next));

    /// <summary>The fields, in blocks.</summary>
    /// <param name="start">The first agent's block.</param>
    public AgentField[] ByAgent(byte* start) =>
        [.. _fields.Select(f => new AgentField((nint)start + (nint)f.Offset, Stride, f.Bytes))];

    static long Rounded(long bytes)
    {
        var lines = (bytes + Line - 1) & -Line;
        return lines - bytes <= bytes / LossMax ? lines : (bytes + Word - 1) & -Word;
    }
}
