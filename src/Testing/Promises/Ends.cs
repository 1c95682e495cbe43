using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation;

namespace AsyncOpt.Testing;

/// <summary>What a run comes to, and what it costs.</summary>
static class Ends
{
    public static void FaultsFire(ContractRuns runs, string faults)
    {
        var plan = runs.Plan(faults);
        var record = runs.Reference(faults);
        var without = Simulator.Run(plan with { Faults = [] });
        SameRun.Equal("the list of faults", plan.Faults.Select(f => f.Name).ToList(),
            record.Faults.Select(f => f.Name).ToList());
        var onlyMoves = Simulator.LayOut(plan).Roles.All(r => r.Count == Count.Tokens);
        if (faults == "duplicate" && onlyMoves)
        {
            SameRun.Equal("a move does not come twice, and still the hash", without.Hash, record.Hash);
            SameRun.Equal("what is said of it",
                (string[])["faults: rule 1, 'duplicate', does nothing: the agents of this method only move, and a move "
                    + "comes neither twice nor corrupted"],
                record.Warnings);
            return;
        }
        if (record.Faults.FirstOrDefault(f => f.Fired == 0) is { } idle)
            throw new ContractException($"'{idle.Name}' never fired");
        if (without.Hash == record.Hash)
            throw new ContractException($"with and without '{faults}' it has the same hash, {record.Hash:x16}");
        // That a method may wait for ever under these faults is no fault of the method: it says so.
        var stopping = plan.Faults.Select((_, i) => StoppingFault.Warning(i, plan));
        if (record.Warnings.Except(stopping).FirstOrDefault() is { } warning)
            throw new ContractException($"the run warns: {warning}");
    }

    public static void Reasoned(ContractRuns runs, string faults)
    {
        var record = runs.Reference(faults);
        Reasoned(record, mayStall: faults is not ("none" or "state-loss"));
        if (record.Counts.Updates == 0)
            throw new ContractException("it made no update; call Effects.RecordUpdate with each one");
    }

    // Lost messages may keep an agent from ever going on, but then the run says so instead of idling.
    public static void Reasoned(RunRecord record, bool mayStall)
    {
        if (record.Reason.Length == 0
            || record.Outcome is not (Outcome.BudgetSpent or Outcome.Stalled or Outcome.Completed))
            throw new ContractException($"it ended as {record.Outcome}: '{record.Reason}'");
        if (record.Estimate.Any(value => !double.IsFinite(value)))
            throw new ContractException("a coordinate of its estimate is not finite");
        if (record.Outcome == Outcome.Stalled && !mayStall)
            throw new ContractException($"it came to a standstill: {record.Reason}");
        if (record.Outcome == Outcome.Stalled
            && record.Reason.Contains("does not say what it waits for", StringComparison.Ordinal))
            throw new ContractException($"it came to a standstill, and an agent does not say why: {record.Reason}");
    }

    // Metrics and timeline are bounded by the user's file, not by events: they are left out.
    public static void WithoutAllocation(ContractRuns runs, string faults)
    {
        var plan = runs.Plan(faults) with { Metrics = false, TimelineAgents = 0 };
        (long Bytes, long Events) Cost(double seconds)
        {
            var time = VirtualTime.FromSeconds(seconds);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var record = Simulator.Run(plan with { SampleEvery = time, Stop = new StopRules { Time = time } });
            return (GC.GetAllocatedBytesForCurrentThread() - before, record.Counts.Events);
        }
        Cost(5);
        var (once, manifold) = (Cost(5), Cost(60));
        var events = manifold.Events - once.Events;
        var bytes = manifold.Bytes - once.Bytes;
        if (events <= 3_000)
            throw new ContractException($"55 virtual seconds have only {events} events, which prove little");
        // The least object is 24 bytes; a pool or a histogram may double once more.
        if (bytes >= 65_536 + (0.2 * events))
            throw new ContractException($"{events} events allocated {bytes} bytes");
    }
}
