using System.Buffers.Binary;
using AsyncOpt.Core.Outputs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting;

/// <summary>The tables of a run folder, each a pure function of the run's record.</summary>
public static class RunTables
{
    /// <summary>The names of all tables.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "metrics", "staleness", "agents", "staleness-agents", "staleness-by-agent", "updates", "schedule-tasks",
        "schedule-messages", "model",
    ];

    /// <summary>The tables of a run; that of updates only where they were logged.</summary>
    public static IEnumerable<OutputTable> Of(RunRecord record)
    {
        yield return Metrics(record.Metrics);
        yield return Staleness(record.Staleness);
        yield return Agents(record);
        yield return StalenessOfAgents(record);
        yield return StalenessByAgent(record);
        if (record.UpdateLog.Count > 0)
            yield return Updates(record.UpdateLog);
        if (record.Schedule is { } schedule)
        {
            yield return Tasks(schedule.Tasks);
            yield return Messages(schedule.Messages);
        }
        yield return Model(record.Estimate);
    }

    /// <summary>Writes a table as comma-separated text.</summary>
    public static void WriteCsv(TextWriter to, OutputTable table)
    {
        to.Write(string.Join(',', table.Columns.Select(c => c.Name)) + "\n");
        Span<char> number = stackalloc char[32];
        for (var row = 0; row < table.Rows; row++)
        {
            for (var c = 0; c < table.Columns.Count; c++)
            {
                if (c > 0)
                    to.Write(',');
                // A number's text needs no quotes.
                if (table.Columns[c].TryFormat(row, number, out var length))
                    to.Write(number[..length]);
                else
                    to.Write(Text.Field(table.Columns[c].TextAt(row)));
            }
            to.Write('\n');
        }
    }

    /// <summary>The estimate at the end as little-endian float64, nothing else.</summary>
    public static void WriteBinary(Stream to, ReadOnlySpan<double> estimate)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        foreach (var x in estimate)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, x);
            to.Write(bytes);
        }
    }

    // In long form, one value a row.
    static OutputTable Metrics(IReadOnlyList<MetricPoint> points) => new("metrics", points.Count,
    [
        new NumberColumn("virtual_time_s", i => points[i].Time),
        new WholeColumn("updates", i => points[i].Updates),
        new WholeColumn("gradients", i => points[i].Gradients),
        new WholeColumn("samples", i => points[i].Samples),
        new WholeColumn("bytes", i => points[i].Bytes),
        new TextColumn("metric", i => points[i].Metric),
        new NumberColumn("value", i => points[i].Value),
    ]);

    // The distribution over all updates, from 0 to the largest that occurred. Where some were staler than is counted
    // one by one, the last row is of all of these: its number is the first not counted by itself, its text >n.
    static OutputTable Staleness(StalenessRecord s)
    {
        var end = s.Counts.Length;
        while (end > 0 && s.Counts[end - 1] == 0)
            end--;
        long CountOf(int row) => row < end ? s.Counts[row] : s.Overflow;
        return new("staleness", s.Overflow > 0 ? end + 1 : end,
        [
            new WholeColumn(
                "staleness", row => row < end ? row : s.Counts.Length,
                row => row < end ? Text.Number(row) : $">{s.Counts.Length - 1}"),
            new WholeColumn("updates", CountOf),
            new NumberColumn("share", row => (double)CountOf(row) / s.Updates),
        ]);
    }

    // Who the agents are, in the order of the numbers that all files have: role, rank within it, and the node's name in
    // the file it came from, empty where it has none.
    static OutputTable Agents(RunRecord record)
    {
        (AgentRole Role, int Rank) Of(int agent) => AgentRole.Of(record.Roles, agent);
        return new("agents", record.Roles.Sum(role => role.Agents),
        [
            new WholeColumn("agent", i => i),
            new TextColumn("role", i => Of(i).Role.Name),
            new WholeColumn("index", i => Of(i).Rank),
            new TextColumn("node", i => Of(i) is var (role, rank) && role.Labels is { } labels ? labels[rank] : ""),
        ]);
    }

    // The distribution for each agent that contributed.
    static OutputTable StalenessByAgent(RunRecord record)
    {
        var counts = record.Staleness.AgentCounts;
        return new("staleness-by-agent", counts.Count,
        [
            new WholeColumn("agent", i => counts[i].Agent),
            new TextColumn("name", i => record.NameOf(counts[i].Agent)),
            new WholeColumn("staleness", i => counts[i].Staleness),
            new WholeColumn("updates", i => counts[i].Updates),
        ]);
    }

    // The same, summed up.
    static OutputTable StalenessOfAgents(RunRecord record)
    {
        var means = record.Staleness.AgentMeans;
        return new("staleness-agents", means.Count,
        [
            new WholeColumn("agent", i => means[i].Agent),
            new TextColumn("name", i => record.NameOf(means[i].Agent)),
            new WholeColumn("updates", i => means[i].Updates),
            new NumberColumn("mean", i => means[i].Mean),
            new WholeColumn("max", i => means[i].Max),
        ]);
    }

    // Every update that was logged: when, whose, how stale, and the age of what it rested on.
    static OutputTable Updates(IReadOnlyList<UpdateEntry> log) => new("updates", log.Count,
    [
        Seconds("virtual_time_s", i => log[i].Time),
        new WholeColumn("agent", i => log[i].Agent),
        new WholeColumn("version", i => log[i].Version),
        new WholeColumn("staleness", i => log[i].Staleness),
        Seconds("compute_s", i => log[i].Compute),
        Seconds("wire_s", i => log[i].Wire),
        Seconds("queue_s", i => log[i].Queue),
    ]);

    // By agent and number.
    static OutputTable Tasks(IReadOnlyList<ScheduledTask> tasks) => new("schedule-tasks", tasks.Count,
    [
        new TextColumn("role", i => tasks[i].Role),
        new WholeColumn("index", i => tasks[i].Index),
        new WholeColumn("task", i => tasks[i].Task),
        new NumberColumn("factor", i => tasks[i].Factor),
    ]);

    // By way and number.
    static OutputTable Messages(IReadOnlyList<ScheduledMessage> messages) => new("schedule-messages", messages.Count,
    [
        new TextColumn("way", i => Text.Of(messages[i].Way)),
        new WholeColumn("from", i => messages[i].From),
        new WholeColumn("to", i => messages[i].To),
        new WholeColumn("message", i => messages[i].Message),
        new WholeColumn("delay_ns", i => messages[i].Delay),
        new WholeColumn("lost", i => messages[i].IsLost ? 1 : 0),
    ]);

    // The estimate at the end.
    static OutputTable Model(double[] estimate) => new("model", estimate.Length,
    [
        new WholeColumn("coordinate", i => i),
        new NumberColumn("value", i => estimate[i]),
    ]);

    // Of long times a float64 of seconds would lose nanoseconds: the text does not.
    static NumberColumn Seconds(string name, Func<int, long> nanoseconds) =>
        new(name, i => nanoseconds(i) / 1e9, i => Text.Seconds(nanoseconds(i)));
}
