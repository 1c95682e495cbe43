using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Recordings;

/// <summary>Puts recordings together; the result does not depend on their number.</summary>
static class Results
{
    public static RunCounts Sum(IReadOnlyList<Recording> recordings, long windows)
    {
        var counts = new RunCounts
        {
            Windows = windows,
            ComputeSeconds = (double)recordings.Aggregate(Int128.Zero, (sum, r) => sum + r.ComputeTime) / 1e9,
        };
        foreach (var r in recordings)
        {
            counts = counts with
            {
                Events = counts.Events + r.Events,
                Messages = counts.Messages + r.Messages,
                Bytes = counts.Bytes + r.Bytes,
                Lost = counts.Lost + r.Lost,
                Duplicated = counts.Duplicated + r.Duplicated,
                Retried = counts.Retried + r.Retried,
                GivenUp = counts.GivenUp + r.GivenUp,
                LostBytes = counts.LostBytes + r.LostBytes,
                Overflowed = counts.Overflowed + r.Overflowed,
                Raised = counts.Raised + r.Raised,
                RaisedSum = counts.RaisedSum + r.RaisedSum,
                RaisedMax = Math.Max(counts.RaisedMax, r.RaisedMax),
                Updates = counts.Updates + r.Updates,
                LastUpdate = Math.Max(counts.LastUpdate, r.LastUpdate),
                Gradients = counts.Gradients + r.Gradients,
                Samples = counts.Samples + r.Samples,
                Batches = counts.Batches + r.Batches,
                BatchMax = Math.Max(counts.BatchMax, r.BatchMax),
                Evaluations = counts.Evaluations + r.Evaluations,
                WastedEvaluations = counts.WastedEvaluations + r.Wasted,
                Computations = counts.Computations + r.Computations,
                Ties = counts.Ties + r.Ties,
                Cohorts = counts.Cohorts + r.Cohorts,
                Sweeps = counts.Sweeps + r.Sweeps,
                Crashes = counts.Crashes + r.Crashes,
            };
        }
        return counts;
    }

    public static StalenessRecord Staleness(IReadOnlyList<Recording> records, Layout layout)
    {
        var counts = Recording.UpdatesByStaleness(records);
        long updates = 0, sum = 0, max = 0;
        var agents = new List<(int, long, double, long)>();
        foreach (var role in layout.Roles)
        {
            var recording = records.Where(r => r.StalenessOfRole(role.Index) is not null).ToArray();
            for (var i = 0; recording.Length > 0 && i < role.Agents; i++)
            {
                var agent = Of(recording, role.Index, i);
                if (agent.Updates == 0)
                    continue;
                agents.Add((role.First + i, agent.Updates, (double)agent.Sum / agent.Updates, agent.Max));
                updates += agent.Updates;
                sum += agent.Sum;
                max = Math.Max(max, agent.Max);
            }
        }
        var over = records.Sum(r => r.StalenessOver);
        // With an overflow the length says where that begins.
        if (over > 0)
            Array.Resize(ref counts, Recording.StalenessMax + 1);
        return new StalenessRecord(counts, over, max, sum, updates, agents)
        {
            AgentCounts = StalenessOfAgents(records),
        };
    }

    /// <summary>Updates by contributing agent and staleness, in ascending order.</summary>
    public static List<(int Agent, long Staleness, long Updates)> StalenessOfAgents(IEnumerable<Recording> records) =>
    [
        .. records.SelectMany(r => r.StalenessOfAgents())
            .GroupBy(c => (c.Agent, c.Staleness), c => c.Updates)
            .Select(g => (g.Key.Agent, g.Key.Staleness, Updates: g.Sum()))
            .OrderBy(c => c.Agent).ThenBy(c => c.Staleness),
    ];

    /// <summary>What all recorded of one agent.</summary>
    public static AgentStaleness Of(IEnumerable<Recording> records, int role, int index)
    {
        var total = default(AgentStaleness);
        foreach (var record in records)
        {
            if (record.StalenessOfRole(role) is not { } recorded)
                continue;
            total.Updates += recorded[index].Updates;
            total.Sum += recorded[index].Sum;
            total.Max = Math.Max(total.Max, recorded[index].Max);
        }
        return total;
    }

    /// <summary>How many updates rest on the contributions of the agent that contributed to most.</summary>
    public static long UpdatesOfMost(IReadOnlyList<Recording> records, Layout layout)
    {
        long most = 0;
        foreach (var role in layout.Roles)
        {
            var recording = records.Where(r => r.StalenessOfRole(role.Index) is not null).ToArray();
            for (var i = 0; recording.Length > 0 && i < role.Agents; i++)
                most = Math.Max(most, Of(recording, role.Index, i).Updates);
        }
        return most;
    }

    public static AgeRecord Age(IEnumerable<Recording> recordings)
    {
        Int128 compute = 0, wire = 0, queue = 0;
        foreach (var r in recordings)
            (compute, wire, queue) = (compute + r.AgeCompute, wire + r.AgeWire, queue + r.AgeQueue);
        return new AgeRecord((double)compute / 1e9, (double)wire / 1e9, (double)queue / 1e9);
    }

    /// <summary>All logged updates by time and recording agent, in the order in which that agent made them.</summary>
    public static List<UpdateEntry> UpdateLog(IEnumerable<Recording> recordings) =>
        [.. recordings.SelectMany(r => r.Log).OrderBy(u => u.Update.Time).ThenBy(u => u.By).Select(u => u.Update)];

    public static List<TimelineSpan> Timeline(IEnumerable<Recording> recordings) =>
        [.. recordings.SelectMany(r => r.Timeline).OrderBy(s => s.Start).ThenBy(s => s.Agent).ThenBy(s => s.End)];

    public static List<(int Agent, string Role, int Index)> TimelineAgents(RunPlan plan, Layout layout) =>
        [.. layout.Roles.SelectMany(r => Enumerable.Range(0, Math.Min(r.Agents, plan.TimelineAgents))
            .Select(i => (r.First + i, r.Name, i)))];
}
