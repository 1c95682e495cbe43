using System.Runtime.CompilerServices;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>The order of an agent's events in a round.</summary>
/// <param name="role">The agents' role.</param>
/// <param name="server">The server that all of them hear from, and it from them; -1 for none.</param>
/// <param name="ties">The run's ties.</param>
sealed class RoundOrder(RoleLayout role, int server, Ties ties)
{
    readonly int _firstAgent = role.First;

    /// <summary>The server that all hear from; -1 for none.</summary>
    public int Server => server;

    /// <summary>Who hears from whom; null where there is a server.</summary>
    public Topology? Topology { get; } = server < 0 ? role.Topology : null;

    /// <summary>The most events of an agent in a round.</summary>
    public int EventsMax => (Topology?.InDegreeMax ?? 1) + 1;

    /// <summary>How many messages all agents send at a time.</summary>
    public long Messages => Topology?.Edges ?? role.Agents;

    /// <summary>How many of them an agent sends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OutDegree(int i) => Topology is { } topology ? topology.OutDegree(i) : 1;

    /// <summary>
    /// The events of an agent in their order. Senders differ, so that they decide where ties are equal.
    /// </summary>
    /// <param name="i">The agent's rank in its role.</param>
    /// <param name="due">The computation that completes, if any.</param>
    /// <param name="arrived">The messages that come, if any.</param>
    /// <param name="order">Tie above sender, out.</param>
    /// <param name="sequences">The sequence of each, out.</param>
    /// <returns>How many there are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Of(int i, in Wave due, in Wave arrived, Span<ulong> order, Span<uint> sequences)
    {
        var (count, topology) = (0, Topology);
        if (due.IsPending)
        {
            var sequence = due.SequenceOf(OutDegree(i));
            Add(_firstAgent + i, sequence, ref count, order, sequences);
        }
        if (!arrived.IsPending)
            return count;
        if (topology is null)
        {
            Add(server, arrived.SequenceOf(0) + (uint)i, ref count, order, sequences);
        }
        else
        {
            var neighbours = topology.InNeighbours(i);
            var edges = topology.InEdgeIds(i);
            for (var k = 0; k < neighbours.Length; k++)
            {
                var sender = neighbours[k];
                var sequence = arrived.SequenceOf(topology.OutDegree(sender))
                    + (uint)(edges[k] - topology.OutStart(sender));
                Add(_firstAgent + sender, sequence, ref count, order, sequences);
            }
        }
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Add(int sender, uint sequence, ref int count, Span<ulong> order, Span<uint> sequences)
    {
        var key = ((ulong)ties.Of(sender, sequence) << 32) | (uint)sender;
        var at = count++;
        for (; at > 0 && order[at - 1] > key; at--)
            (order[at], sequences[at]) = (order[at - 1], sequences[at - 1]);
        (order[at], sequences[at]) = (key, sequence);
    }
}
