using System.Diagnostics;
using AsyncOpt.Client.Remote;
using AsyncOpt.Client.Running;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Experiments.Data;
using AsyncOpt.Kernels.Gpu;
using AsyncOpt.Simulation;

namespace AsyncOpt.Client;

/// <summary>What the commands reach out to; tests put small stand-ins here.</summary>
/// <param name="Runner">The host that runs a plan.</param>
/// <param name="Fetcher">Makes what downloads data sets.</param>
/// <param name="Defaults">How experiment files are read where the command line says nothing.</param>
/// <param name="Gateway">Makes what speaks to a silo.</param>
/// <param name="Start">Starts a program and waits for its end; returns its exit code.</param>
sealed record Services(
    IRunner Runner,
    Func<DataFetcher> Fetcher,
    LoadOptions Defaults,
    Func<Uri, GatewayClient> Gateway,
    Func<ProcessStartInfo, CancellationToken, int> Start)
{
    /// <summary>Where computations can be evaluated.</summary>
    public Devices Devices { get; init; } = new();

    /// <summary>Starts silos in this process; what speaks to them stops them when it is disposed of.</summary>
    public Func<OwnSilosSettings, CancellationToken, GatewayClient> OwnSilos { get; init; } = OwnSilosStart.Start;

    /// <summary>The real ones.</summary>
    public static Services Real()
    {
        var devices = new Devices();
        return new(
            new EmbeddedRunner(devices), () => new DataFetcher(), new LoadOptions(), GatewayClient.Of, Programs.Run)
        {
            Devices = devices,
        };
    }
}

/// <summary>Runs a plan.</summary>
interface IRunner
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="hooks">What watches it and ends it; the host adds the device.</param>
    RunRecord Run(RunPlan plan, RunHooks hooks);
}

/// <summary>The embedded host: virtual time in this process.</summary>
/// <param name="devices">Where plans may have their computations evaluated.</param>
sealed class EmbeddedRunner(Devices devices) : IRunner
{
    public RunRecord Run(RunPlan plan, RunHooks hooks) =>
        Simulator.Run(plan, hooks with { Device = devices.Open(plan.Device) });
}
