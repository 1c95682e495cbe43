using System.Diagnostics;
using System.Globalization;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Grains;
using AsyncOpt.Grains.Live;
using AsyncOpt.Grains.Live.Agents;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting.Gateway;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AsyncOpt.Benchmarks.Grains;

/// <summary>One silo in this process.</summary>
sealed class LiveSilo : IAsyncDisposable
{
    readonly IHost _host;
    int _runs;

    LiveSilo(IHost host) => _host = host;

    public HopCounts Hops => _host.Services.GetRequiredService<HopCounts>();

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    LiveParts Parts => _host.Services.GetRequiredService<LiveParts>();

    public static async Task<LiveSilo> Start()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders(); // what is on its way when the silo stops would be told
        builder.Services.AddSingleton<HopCounts>();
        builder.UseOrleans(silo => silo.UseLocalhostClustering().AddAsyncOpt(
            o => o.StoreFolder = Directory.CreateTempSubdirectory("asyncopt-").FullName));
        var host = builder.Build();
        await host.StartAsync();
        return new LiveSilo(host);
    }

    /// <summary>Events per second of a plan's agents, as fast as it goes.</summary>
    public async Task<double> Events(RunPlan plan, TimeSpan warmUp, TimeSpan timed)
    {
        var (key, part) = await Open(plan);
        await Task.Delay(warmUp);
        var before = part.Run.Report().Handled;
        var start = Stopwatch.GetTimestamp();
        await Task.Delay(timed);
        var events = part.Run.Report().Handled - before;
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Parts.Close(key);
        return events / seconds;
    }

    /// <summary>Brings the agents of a plan to life and starts them.</summary>
    public async Task<(string Key, LivePart Part)> Open(RunPlan plan)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"bench-{_runs++}/0");
        var place = new LivePlace(key, key, 0, default, Specification: null, Trace: null);
        var silo = _host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        var part = new LivePart(place, plan, new LiveClock(0, TimeSpan.Zero), Parts, silo, Grains);
        part.Learn(new LiveMap(0, [silo], new int[part.Run.Layout.Agents]));
        Parts.Open(key, part);
        foreach (var some in Enumerable.Range(0, part.Run.Layout.Agents).Chunk(256))
            await Task.WhenAll(some.Select(agent => part.Peer(agent).Join().AsTask()));
        part.Run.Start();
        return (key, part);
    }

    /// <summary>Runs an arm in virtual time, through the run's grain.</summary>
    public async Task<RunRecord> Run(Arm arm)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"virtual-{_runs++}");
        var grain = Grains.GetGrain<IRunGrain>(id);
        await grain.Submit(new RunRequest
        {
            Name = "benchmark",
            Arm = arm.Name,
            Specification = arm.SpecificationOf(0).ToJsonString(),
            Metrics = false,
        });
        while (await grain.Status() is { IsOver: false })
            await Task.Delay(20);
        var store = _host.Services.GetRequiredService<IRunStore>();
        return RecordJson.Read((await store.Read(id, KeptRun.RecordFile))!);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
