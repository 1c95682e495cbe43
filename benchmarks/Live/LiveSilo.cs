using System.Diagnostics;
using System.Globalization;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Grains;
using AsyncOpt.Grains.Live;
using AsyncOpt.Grains.Live.Agents;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting.Gateway;
using AsyncOpt.Simulation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;

namespace AsyncOpt.Benchmarks.Live;

/// <summary>One silo in this process, until its end.</summary>
sealed class LiveSilo
{
    readonly IHost _host;
    int _runs;

    LiveSilo(IHost host) => _host = host;

    Serializer Serializer => _host.Services.GetRequiredService<Serializer>();

    public HopCounts Hops => _host.Services.GetRequiredService<HopCounts>();

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    LiveParts Parts => _host.Services.GetRequiredService<LiveParts>();

    public static async Task<LiveSilo> Start()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders(); // what is on its way when the silo stops would be told
        builder.Services.AddSingleton<HopCounts>();
        var store = Directory.CreateTempSubdirectory("asyncopt-").FullName;
        builder.UseOrleans(silo => silo.UseLocalhostClustering().AddAsyncOpt(o => o.StoreFolder = store));
        var host = builder.Build();
        await host.StartAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            host.StopAsync().GetAwaiter().GetResult();
            host.Dispose();
            Directory.Delete(store, recursive: true);
        };
        return new LiveSilo(host);
    }

    /// <summary>A message as an agent sends it, in the middle of a run.</summary>
    /// <param name="coordinates">How many its vector has; 0 for no vector.</param>
    public static LiveMessage Message(int coordinates) => new()
    {
        Sender = 12,
        Receiver = 345,
        Kind = 1,
        Number = 6_789,
        Rank = 1_234,
        Acknowledged = 1_233,
        Sent = 12_345_678_901,
        Body = MessageBody.Of(0.5),
        Vector = coordinates == 0 ? null : new LiveVector<float>([.. Enumerable.Range(1, coordinates).Select(i => 1f / i)])
        {
            Version = 6_780,
            Birth = 12_300_000_000,
            Compute = 1_000_000,
            Wire = 2_000_000,
        },
    };

    /// <summary>How long something is on the wire.</summary>
    public int BytesOf<T>(T value) => Serializer.SerializeToArray(value).Length;

    /// <summary>Writes and reads something, as from silo to silo.</summary>
    public void ThroughWire<T>(T value) => Serializer.Deserialize<T>(Serializer.SerializeToArray(value));

    /// <summary>Ends what was opened.</summary>
    public void Close(string key) => Parts.Close(key);

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
        Close(key);
        return events / seconds;
    }

    /// <summary>Brings the agents of a plan to life and starts them.</summary>
    public async Task<(string Key, LivePart Part)> Open(RunPlan plan)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"bench-{_runs++}/0");
        var messages = Simulator.LayOut(plan).MessageFormat;
        var place = new LivePlace(key, key, 0, default, Specification: null, Trace: null, messages);
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
}
