using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Simulation.Replay;

/// <summary>
/// What an agent's state is, for comparing two hosts bit for bit: its place, its counters, its state's bytes, its
/// vectors, its tables, the slots and neighbour rows that hold something. Every host adds them in this order, with the
/// methods below; no time and no message in flight is among them.
/// </summary>
/// <remarks>
/// Fed to a chain of words: <see cref="VectorHash"/>. Two different states have the same hash with probability 2^-64.
/// </remarks>
public struct AgentStateHash
{
    ulong _chain;

    /// <summary>The hash of what was added.</summary>
    public readonly ulong Value => VectorHash.Avalanche(_chain);

    /// <summary>First: what the host itself keeps of the agent.</summary>
    /// <param name="place">Where it is; -1 for a server.</param>
    /// <param name="isStopped">Whether it ended itself.</param>
    /// <param name="isDown">Whether it is down.</param>
    /// <param name="computations">Computations requested so far.</param>
    /// <param name="timers">Timers set so far.</param>
    /// <param name="draws">Draws of its own stream so far.</param>
    /// <param name="compressed">Vectors compressed so far.</param>
    public void Agent(
        int place, bool isStopped, bool isDown, uint computations, uint timers, uint draws, uint compressed)
    {
        Add((uint)place);
        Add((isStopped ? 1UL : 0) | (isDown ? 2UL : 0));
        Add(((ulong)computations << 32) | timers);
        Add(draws | ((ulong)compressed << 32));
    }

    /// <summary>Second: the state struct.</summary>
    /// <param name="state">Its bytes.</param>
    /// <param name="used">Which of them belong to a field: <see cref="StateBytes"/>.</param>
    public void State(ReadOnlySpan<byte> state, ReadOnlySpan<byte> used)
    {
        ulong word = 0;
        for (var i = 0; i < state.Length; i++)
        {
            word |= (ulong)(state[i] & used[i]) << (8 * (i & 7));
            if ((i & 7) != 7)
                continue;
            Add(word);
            word = 0;
        }
        Add(word);
    }

    /// <summary>Then each vector, in the order of their declaration.</summary>
    public void Vector<T>(ReadOnlySpan<T> vector)
        where T : unmanaged => Add(VectorHash.Of(vector));

    /// <summary>Then each table, in the order of their declaration.</summary>
    public void Table(ReadOnlySpan<double> table) => Add(VectorHash.Of(table));

    /// <summary>Then each slot that holds something, in ascending order.</summary>
    /// <param name="slot">Its rank among the role's slots.</param>
    /// <param name="vector">What it holds.</param>
    /// <param name="version">The version of that, -1 for none.</param>
    /// <param name="birth">When that was born, in ns.</param>
    /// <param name="compute">ns computed and served between birth and holding.</param>
    /// <param name="wire">ns on the wire between birth and holding.</param>
    public void Slot<T>(int slot, ReadOnlySpan<T> vector, long version, long birth, long compute, long wire)
        where T : unmanaged
    {
        Add((uint)slot);
        Vector(vector);
        foreach (var number in (ReadOnlySpan<long>)[version, birth, compute, wire])
            Add((ulong)number);
    }

    /// <summary>
    /// Last, each neighbour row that is held, in ascending order of set, in-neighbour, and iteration modulo the number
    /// of iterations that the set keeps.
    /// </summary>
    /// <param name="set">Rank of the set among the role's sets of neighbour rows.</param>
    /// <param name="neighbour">Rank of the sender among the node's in-neighbours in the iteration.</param>
    /// <param name="iteration">The iteration modulo the number of iterations that the set keeps.</param>
    /// <param name="vector">What is held.</param>
    /// <param name="version">The version of that, -1 for none.</param>
    public void Row<T>(int set, int neighbour, long iteration, ReadOnlySpan<T> vector, long version)
        where T : unmanaged
    {
        Add(((ulong)(uint)set << 32) | (uint)neighbour);
        Add((ulong)iteration);
        Vector(vector);
        Add((ulong)version);
    }

    /// <summary>After such a row, the body of the message that it came with, if the rows' kind has one.</summary>
    /// <param name="words">Its words.</param>
    public void Body(ReadOnlySpan<ulong> words)
    {
        foreach (var word in words)
            Add(word);
    }

    void Add(ulong word) => _chain = VectorHash.Chain(_chain, word);
}
