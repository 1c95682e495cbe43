using System.Diagnostics;
using System.Globalization;
using System.Net;
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

/// <summary>A silo in this process, until its end.</summary>
sealed class LiveSilo
{
    const int SiloPort = 11_111, GatewayPort = 30_000;

    readonly IHost _host;
    static int _runs;

    LiveSilo(IHost host) => _host = host;

    public SiloAddress Address => _host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    Serializer Serializer => _host.Services.GetRequiredService<Serializer>();

    public HopCounts Hops => _host.Services.GetRequiredService<HopCounts>();

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    LiveParts Parts => _host.Services.GetRequiredService<LiveParts>();

    /// <summary>Starts a silo.</summary>
    /// <param name="number">0 for the first; others join it.</param>
    public static async Task<LiveSilo> Start(int number = 0)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders(); // what is on its way when the silo stops would be told
        builder.Services.AddSingleton<HopCounts>();
        var store = Directory.CreateTempSubdirectory("asyncopt-").FullName;
        var first = new IPEndPoint(IPAddress.Loopback, SiloPort);
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(SiloPort + number, GatewayPort + number, number == 0 ? null : first)
            .AddAsyncOpt(o => o.StoreFolder = store));
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
    /// <param name="plan">The plan.</param>
    /// <param name="warmUp">How long nothing is counted.</param>
    /// <param name="timed">How long is counted.</param>
    /// <param name="silos">Where the agents live, in turns.</param>
    public static async Task<double> Events(
        RunPlan plan, TimeSpan warmUp, TimeSpan timed, params IReadOnlyList<LiveSilo> silos)
    {
        var (key, parts) = await Open(plan, silos);
        await Task.Delay(warmUp);
        var before = Handled();
        var start = Stopwatch.GetTimestamp();
        await Task.Delay(timed);
        var events = Handled() - before;
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (var silo in silos)
            silo.Close(key);
        return events / seconds;

        long Handled() => parts.Sum(p => p.Run.Report().Handled);
    }

    /// <summary>Brings the agents of a plan to life and starts them.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="silos">Where the agents live, in turns.</param>
    public static async Task<(string Key, IReadOnlyList<LivePart> Parts)> Open(
        RunPlan plan, params IReadOnlyList<LiveSilo> silos)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"bench-{_runs++}/0");
        var layout = Simulator.LayOut(plan);
        var place = new LivePlace(key, key, 0, default, Specification: null, Trace: null, layout.MessageFormat);
        var hostOf = Enumerable.Range(0, layout.Agents).Select(agent => agent % silos.Count).ToArray();
        var map = new LiveMap(0, [.. silos.Select(s => s.Address)], hostOf);
        var parts = silos.Select(s => s.Open(place, plan, map)).ToList();
        foreach (var part in parts)
        {
            foreach (var some in part.Missing().Chunk(256))
                await Task.WhenAll(some.Select(agent => part.Peer(agent).Join().AsTask()));
        }
        foreach (var part in parts)
            part.Run.Start();
        return (key, parts);
    }

    LivePart Open(LivePlace place, RunPlan plan, LiveMap map)
    {
        var part = new LivePart(place, plan, new LiveClock(0, TimeSpan.Zero), Parts, Address, Grains);
        part.Learn(map);
        Parts.Open(place.Key, part);
        return part;
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
