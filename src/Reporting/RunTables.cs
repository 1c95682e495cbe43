using System.Buffers.Binary;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting;

/// <summary>The tables of a run folder as comma-separated text, each a pure function of the run's record.</summary>
public static class RunTables
{
    /// <summary>Metrics in long form, one value a line.</summary>
    public static void Metrics(TextWriter to, RunRecord record)
    {
        to.Write("virtual_time_s,updates,gradients,samples,bytes,metric,value\n");
        foreach (var p in record.Metrics)
            to.Write($"{Text.Number(p.Time)},{p.Updates},{p.Gradients},{p.Samples},{p.Bytes},"
                + $"{Text.Field(p.Metric)},{Text.Number(p.Value)}\n");
    }

    /// <summary>
    /// The distribution of staleness over all updates, from 0 to the largest that occurred; a last line <c>&gt;n</c>
    /// holds what was staler than the run counts one by one.
    /// </summary>
    public static void Staleness(TextWriter to, RunRecord record)
    {
        var s = record.Staleness;
        to.Write("staleness,updates,share\n");
        var end = s.Counts.Length;
        while (end > 0 && s.Counts[end - 1] == 0)
            end--;
        for (var k = 0; k < end; k++)
            to.Write($"{k},{s.Counts[k]},{Text.Number((double)s.Counts[k] / s.Updates)}\n");
        if (s.Overflow > 0)
            to.Write($">{s.Counts.Length - 1},{s.Overflow},{Text.Number((double)s.Overflow / s.Updates)}\n");
    }

    /// <summary>
    /// Who the agents are, in the order of the numbers that all files have: role, rank within it, and the node's name
    /// in the file it came from, empty where it has none.
    /// </summary>
    public static void Agents(TextWriter to, RunRecord record)
    {
        to.Write("agent,role,index,node\n");
        var agent = 0;
        foreach (var role in record.Roles)
        {
            for (var i = 0; i < role.Agents; i++)
                to.Write($"{agent++},{Text.Field(role.Name)},{i},{Text.Field(role.Labels?[i] ?? "")}\n");
        }
    }

    /// <summary>The distribution of staleness per contributing agent.</summary>
    public static void StalenessByAgent(TextWriter to, RunRecord record)
    {
        to.Write("agent,name,staleness,updates\n");
        foreach (var (agent, staleness, updates) in record.Staleness.AgentCounts)
            to.Write($"{agent},{Text.Field(record.NameOf(agent))},{staleness},{updates}\n");
    }

    /// <summary>Staleness per contributing agent, summed up.</summary>
    public static void StalenessOfAgents(TextWriter to, RunRecord record)
    {
        to.Write("agent,name,updates,mean,max\n");
        foreach (var (agent, updates, mean, max) in record.Staleness.AgentMeans)
            to.Write($"{agent},{Text.Field(record.NameOf(agent))},{updates},{Text.Number(mean)},{max}\n");
    }

    /// <summary>Every update that was logged: when, whose, how stale, and the age of what it rested on.</summary>
    public static void Updates(TextWriter to, RunRecord record)
    {
        to.Write("virtual_time_s,agent,version,staleness,compute_s,wire_s,queue_s\n");
        foreach (var u in record.UpdateLog)
            to.Write($"{Text.Seconds(u.Time)},{u.Agent},{u.Version},{u.Staleness},"
                + $"{Text.Seconds(u.Compute)},{Text.Seconds(u.Wire)},{Text.Seconds(u.Queue)}\n");
    }

    /// <summary>The estimate at the end, one coordinate a line.</summary>
    public static void Model(TextWriter to, ReadOnlySpan<double> estimate)
    {
        to.Write("coordinate,value\n");
        for (var i = 0; i < estimate.Length; i++)
            to.Write($"{i},{Text.Number(estimate[i])}\n");
    }

    /// <summary>The estimate at the end as little-endian float64, nothing else.</summary>
    public static void Model(Stream to, ReadOnlySpan<double> estimate)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        foreach (var x in estimate)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, x);
            to.Write(bytes);
        }
    }
}
