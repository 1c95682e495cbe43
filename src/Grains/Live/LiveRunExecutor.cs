using System.Diagnostics;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Live.Agents;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Gateway;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Replay;

namespace AsyncOpt.Grains.Live;

/// <summary>
/// Runs a plan live: every agent a grain, messages calls, delays and computations real or shaped by the run's models. A
/// live run is nowhere kept: where the silo of its leader is lost, it begins anew.
/// </summary>
sealed class LiveRunExecutor(IGrainFactory grains, ISiloStatusOracle silos, TimeProvider time) : IRunExecutor
{
    /// <inheritdoc/>
    public RunMode Mode => RunMode.Live;

    /// <inheritdoc/>
    public async Task<RunResult> Run(RunContext context, Action<RunProgress> progress, CancellationToken cancellation)
    {
        var (plan, request) = (context.Plan, context.Request);
        var began = time.GetUtcNow();
        var layout = Simulator.LayOut(plan);
        var place = new LivePlace(
            context.RunId, $"{context.RunId}/{context.Attempt}", request.TimeFactor, began,
            request.ReplayLog ? request.Specification : null, Activity.Current?.Id, layout.MessageFormat);
        var hosts = new GrainHosts(grains, silos, place, time);
        try
        {
            await hosts.Open(layout, cancellation);
            RunLimits.Check(plan, RunMode.Live, hosts.Hosts.Count);
            var clock = new LiveClock(request.TimeFactor, time.GetUtcNow() - began);
            var record = await LiveLeader.Run(plan, clock, hosts, new LeaderOptions(), progress, cancellation);
            var logs = await hosts.Logs();
            if (context.Attempt > 0)
            {
                var anew = "the silo that led the run was lost or stopped: the run began anew";
                record = record with { Warnings = [.. record.Warnings, anew] };
            }
            return new RunResult(record, [.. logs.Select((log, i) => ($"{RunFolder.ReplayFolder}/silo-{i}.log", log))]);
        }
        catch (LiveRunException e)
        {
            throw new InputException(e.Message, e);
        }
        finally
        {
            await hosts.Close();
        }
    }
}
