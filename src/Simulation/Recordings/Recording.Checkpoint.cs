using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Rules;

namespace AsyncOpt.Simulation.Recordings;

/// <summary>Writes and reads recordings, and sums of them.</summary>
sealed partial class Recording
{
    /// <summary>Writes the sum of what several partitions counted: all that is judged while a run goes on.</summary>
    public static void SaveCounts(IReadOnlyList<Recording> records, BinaryWriter to)
    {
        foreach (var count in (Func<Recording, long>[])
        [
            r => r.Events, r => r.Messages, r => r.Bytes, r => r.Lost, r => r.Duplicated, r => r.Updates,
            r => r.Gradients, r => r.Samples, r => r.Batches, r => r.Evaluations, r => r.Wasted, r => r.Ties,
            r => r.Cohorts, r => r.Sweeps, r => r.Crashes, r => r.StalenessOver, r => r.Raised, r => r.RaisedSum,
            r => r.Retried, r => r.GivenUp, r => r.LostBytes, r => r.Overflowed, r => r.Computations,
        ])
            to.Write(records.Sum(count));
        to.Write(records.Max(r => r.BatchMax));
        to.Write(records.Max(r => r.RaisedMax));
        to.Write(records.Max(r => r.LastUpdate));
        var compute = records.Aggregate(Int128.Zero, (sum, r) => sum + r.ComputeTime);
        to.Write((ulong)(compute >> 64));
        to.Write((ulong)compute);
        WasteTally.Save([.. records.Select(r => r.Waste)], to);
        FaultTally.Save([.. records.Select(r => r.Faults)], to);
        SaveFirst(records.Select(r => r.NotFinite), to);
        SaveFirst(records.Select(r => r.Stopped), to);
        if (records[0].Tally is not null)
            EventTally.Save(EventTally.Sum([.. records.Select(r => r.Tally!)]), to);
    }

    /// <summary>Writes the sum of what several partitions recorded.</summary>
    public static void SaveSum(IReadOnlyList<Recording> records, BinaryWriter to)
    {
        SaveCounts(records, to);
        var byStaleness = UpdatesByStaleness(records);
        to.Write(byStaleness.Length);
        foreach (var updates in byStaleness)
            to.Write(updates);
        foreach (var age in (Func<Recording, Int128>[])[r => r.AgeCompute, r => r.AgeWire, r => r.AgeQueue])
        {
            var sum = records.Aggregate(Int128.Zero, (total, r) => total + age(r));
            to.Write((ulong)(sum >> 64));
            to.Write((ulong)sum);
        }
        var ofAgents = Results.StalenessOfAgents(records);
        to.Write(ofAgents.Count);
        foreach (var (agent, staleness, updates) in ofAgents)
        {
            to.Write(agent);
            to.Write(staleness);
            to.Write(updates);
        }
        SaveLosses(records, to);
        if (records[0].Recovery is not null)
            RecoveryTally.Save([.. records.Select(r => r.Recovery!)], to);
        if (records[0].Schedule is not null)
            ScheduleLog.Save([.. records.Select(r => r.Schedule!)], to);
        SaveLog([.. records.SelectMany(r => r.Log)], to);
        SaveSpans([.. records.SelectMany(r => r.Timeline)], to);
        foreach (var role in records[0]._layout.Roles)
            SaveTotals(records, role, to);
    }

    /// <summary>
    /// Writes all counts, and of the rest what came since the last time: who reads one after the other into the same
    /// recording has all.
    /// </summary>
    public void SaveNews(BinaryWriter to)
    {
        SaveSum([this], to);
        Array.Clear(Staleness);
        (AgeCompute, AgeWire, AgeQueue) = (0, 0, 0);
        foreach (var counts in _stalenessOfAgents)
            Array.Clear(counts);
        foreach (var role in _layout.Roles)
        {
            for (var i = 0; _stalenessOfRoles[role.Index] is { } ofRole && i < role.Agents; i++)
                ofRole[i] = default;
        }
        _lost.Clear();
        Schedule?.Clear();
        Log.Clear();
        Timeline.Clear();
    }

    static void SaveLosses(IReadOnlyList<Recording> records, BinaryWriter to)
    {
        var losses = LossesOf(records).ToList();
        to.Write(losses.Count);
        foreach (var ((sender, receiver), time) in losses)
        {
            to.Write(sender);
            to.Write(receiver);
            to.Write(time);
        }
    }

    static void SaveLog(List<(UpdateEntry Update, int By)> log, BinaryWriter to)
    {
        to.Write(log.Count);
        foreach (var (u, by) in log)
        {
            foreach (var number in (long[])[u.Time, u.Agent, u.Version, u.Staleness, u.Compute, u.Wire, u.Queue, by])
                to.Write(number);
        }
    }

    static void SaveSpans(List<TimelineSpan> spans, BinaryWriter to)
    {
        to.Write(spans.Count);
        foreach (var s in spans)
        {
            to.Write(s.Agent);
            to.Write(s.Kind);
            to.Write(s.Name);
            to.Write(s.Start);
            to.Write(s.End);
            to.Write(s.Peer);
        }
    }

    static void SaveTotals(IReadOnlyList<Recording> records, RoleLayout role, BinaryWriter to)
    {
        to.Write(records.Sum(r => r.Traffic[role.Index].Messages));
        to.Write(records.Sum(r => r.Traffic[role.Index].Bytes));
        var isRecorded = records.Any(r => r._stalenessOfRoles[role.Index] is not null);
        for (var i = 0; isRecorded && i < role.Agents; i++)
        {
            var staleness = Results.Of(records, role.Index, i);
            if (staleness.Updates == 0)
                continue;
            to.Write(i);
            to.Write(staleness.Updates);
            to.Write(staleness.Sum);
            to.Write(staleness.Max);
        }
        to.Write(-1);
    }

    /// <summary>Reads what <see cref="SaveCounts"/> wrote.</summary>
    public void LoadCounts(BinaryReader from)
    {
        (Events, Messages, Bytes) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        (Lost, Duplicated) = (from.ReadInt64(), from.ReadInt64());
        (Updates, Gradients, Samples) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        (Batches, Evaluations, Wasted) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        (Ties, Cohorts) = (from.ReadInt64(), from.ReadInt64());
        (Sweeps, Crashes) = (from.ReadInt64(), from.ReadInt64());
        (StalenessOver, Raised, RaisedSum) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        (Retried, GivenUp) = (from.ReadInt64(), from.ReadInt64());
        (LostBytes, Overflowed, Computations) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        (BatchMax, RaisedMax, LastUpdate) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        ComputeTime = new Int128(from.ReadUInt64(), from.ReadUInt64());
        Waste.Load(from);
        Faults.Load(from);
        NotFinite = LoadFirst(from);
        Stopped = LoadFirst(from);
        Tally?.Load(from);
    }

    /// <summary>
    /// Reads what <see cref="SaveSum"/> or <see cref="SaveNews"/> wrote: replaces the counts, and adds the rest.
    /// </summary>
    public void LoadSum(BinaryReader from)
    {
        LoadCounts(from);
        var used = from.ReadInt32();
        for (var s = 0; s < used; s++)
            Count(ref Staleness, s, from.ReadInt64());
        AgeCompute += new Int128(from.ReadUInt64(), from.ReadUInt64());
        AgeWire += new Int128(from.ReadUInt64(), from.ReadUInt64());
        AgeQueue += new Int128(from.ReadUInt64(), from.ReadUInt64());
        for (var left = from.ReadInt32(); left > 0; left--)
            CountOfAgent(from.ReadInt32(), from.ReadInt64(), from.ReadInt64());
        for (var left = from.ReadInt32(); left > 0; left--)
            NoteLoss(from.ReadInt32(), from.ReadInt32(), from.ReadInt64());
        Recovery?.Load(from);
        Schedule?.Load(from);
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            var update = new UpdateEntry(
                from.ReadInt64(), (int)from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64(),
                from.ReadInt64(), from.ReadInt64());
            Log.Add((update, (int)from.ReadInt64()));
        }
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            Span(
                from.ReadInt32(), from.ReadString(), from.ReadString(),
                from.ReadInt64(), from.ReadInt64(), from.ReadInt32());
        }
        foreach (var role in _layout.Roles)
            LoadTotals(role, from);
    }

    void LoadTotals(RoleLayout role, BinaryReader from)
    {
        Traffic[role.Index] = (from.ReadInt64(), from.ReadInt64());
        while (from.ReadInt32() is var i and >= 0)
        {
            ref var staleness = ref StalenessOf(role.First + i);
            staleness.Updates += from.ReadInt64();
            staleness.Sum += from.ReadInt64();
            staleness.Max = Math.Max(staleness.Max, from.ReadInt64());
        }
    }

    static void SaveFirst(IEnumerable<(long Time, int Agent)?> candidates, BinaryWriter to)
    {
        var (time, agent) = candidates.Where(c => c is not null).Select(c => c!.Value).Order().FirstOrDefault((-1, -1));
        to.Write(time);
        to.Write(agent);
    }

    static (long Time, int Agent)? LoadFirst(BinaryReader from) =>
        (from.ReadInt64(), from.ReadInt32()) is var (time, agent) && agent >= 0 ? (time, agent) : null;
}
