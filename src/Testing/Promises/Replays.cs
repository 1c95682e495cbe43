using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Live.Agents;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Replay;

namespace AsyncOpt.Testing;

/// <summary>The order in which agents handled their events is all that a replay needs.</summary>
static class Replays
{
    public static void OfSimulation(ContractRuns runs, string faults) => OfSimulation(runs.Plan(faults));

    /// <summary>A run that the engine logs is replayed from its log.</summary>
    public static void OfSimulation(RunPlan plan) =>
        Equal(Replayer.Run(plan, ReplayLog.Read([("the engine", EngineLog.Of(plan))])));

    // Two hosts within this process, each with half of the agents: a mailbox for each, emptied by threads of the pool.
    public static void OfLive(ContractRuns runs, string faults)
    {
        var plan = runs.Live(faults).Plan(0);
        var header = ReplayLogHeader.Here("contract", "{}", Simulator.LayOut(plan).Agents, plan.Precision);
        MemoryStream[] logs = [new(), new()];
        RunRecord record;
        using (var cluster = new Loopback(
            plan, ContractRuns.TimeFactor(faults), hosts: 2, h => new ReplayLogWriter(logs[h], header)))
        {
            var run = Task.Run(() => LiveLeader.Run(
                plan, cluster.Clock, cluster, new LeaderOptions(), null, CancellationToken.None));
            record = run.GetAwaiter().GetResult();
        }
        Ends.Reasoned(record, mayStall: faults == "drop" || ContractRuns.HasSetTimes(faults));
        // On a busy machine the faults' time may pass before anything else happens.
        if (!ContractRuns.HasSetTimes(faults) && record.Counts.Updates == 0)
            throw new ContractException("it made no update");
        SameRun.Equal("how many updates have a staleness", record.Counts.Updates, record.Staleness.Updates);
        var report = Replayer.Run(plan, ReplayLog.Read([.. logs.Select((l, h) => ($"host {h}", l.ToArray()))]));
        Equal(report);
        SameRun.Equal("the number of events replayed", record.Counts.Events, report.Roles.Sum(r => r.Events));
    }

    static void Equal(ReplayReport report)
    {
        if (!report.IsEqual)
            throw new ContractException($"the replay differs: {string.Join("; ", report.Differences)}");
    }
}
