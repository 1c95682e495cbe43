using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting.Gateway;
using AsyncOpt.Simulation;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

// How many runs go at a time is part of what is tested.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(AsyncOpt.Silo.Tests.GatewayFixture))]

namespace AsyncOpt.Silo.Tests;

/// <summary>One silo with its gateway for all tests: real sockets on this machine, on free ports.</summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    public const int RunsAtATime = 3, BodyBytesMax = 1 << 16, InputBytesMax = 1 << 14;

    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;
    WebApplication? _app;

    public HttpClient Http { get; private set; } = new();

    internal IRunStore Store => _app!.Services.GetRequiredService<IRunStore>();

    public async ValueTask InitializeAsync()
    {
        _app = Build(
            ("Http", "http://127.0.0.1:0"), ("StoreFolder", _folder), ("RunsAtATime", $"{RunsAtATime}"),
            ("BodyBytesMax", $"{BodyBytesMax}"), ("WatchEvery", "0.2"), ("InputBytesMax", $"{InputBytesMax}"));
        await _app.StartAsync();
        Http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A silo on free ports that runs plans in one piece.</summary>
    internal static WebApplication Build(params (string Key, string Value)[] settings) =>
        Build(builder => builder.Services.AddSingleton<IRunExecutor, PlainExecutor>(), settings);

    /// <summary>A silo on free ports with its own executors, and what is added.</summary>
    internal static WebApplication Build(
        Action<WebApplicationBuilder> more, params (string Key, string Value)[] settings) => SiloHost.Build(
        [
            .. settings.Append((Key: "SiloPort", Value: $"{FreePort()}")).DistinctBy(s => s.Key)
                .Select(s => KeyValuePair.Create($"AsyncOpt:{s.Key}", (string?)s.Value)),
            KeyValuePair.Create("Logging:LogLevel:Default", (string?)"None"),
            KeyValuePair.Create("Logging:LogLevel:AsyncOpt", (string?)"None"),
        ],
        more);

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Submits a run; while others that a test has cancelled are still ending, there may be no room.</summary>
    internal async Task<RunStatus> Submit(RunRequest request)
    {
        HttpResponseMessage? response = null;
        await Patience.Until(
            async () =>
            {
                response?.Dispose();
                response = await Http.PostAsJsonAsync("runs", request, GatewayJson.Options, Token);
                return response.StatusCode != HttpStatusCode.TooManyRequests;
            },
            () => "no room");
        using var last = response!;
        Assert.Equal(HttpStatusCode.Created, last.StatusCode);
        var status = (await last.Content.ReadFromJsonAsync<RunStatus>(GatewayJson.Options, Token))!;
        Assert.Equal($"/runs/{status.Id}", last.Headers.Location!.OriginalString);
        return status;
    }

    internal Task<RunStatus> Until(string id, Func<RunStatus, bool> isSo) => Until(Http, id, isSo);

    /// <summary>Waits until a run of some gateway is as it is expected to be.</summary>
    internal static async Task<RunStatus> Until(HttpClient http, string id, Func<RunStatus, bool> isSo)
    {
        RunStatus? status = null;
        await Patience.Until(
            async () => isSo(status = (await http.GetFromJsonAsync<RunStatus>($"runs/{id}", GatewayJson.Options, Token))!),
            () => $"{status}");
        return status!;
    }

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    sealed class PlainExecutor : IRunExecutor
    {
        public RunMode Mode => RunMode.Virtual;

        public Task<RunResult> Run(
            RunContext context, Action<RunProgress> progress, CancellationToken cancellation) =>
            context.Request.Arm == "broken"
                ? throw new InvalidOperationException("it broke")
                : Task.FromResult(new RunResult(
                    Simulator.Run(context.Plan, new RunHooks { Progress = progress, Cancellation = cancellation }), []));
    }
}

/// <summary>Small requests.</summary>
static class Requests
{
    public const string Specification = """
        workers: 2
        problem: { name: quadratic, targets: [[1], [3]] }
        method: { name: async-sgd, step: 0.1 }
        compute: { per-task: 10ms }
        links: { delay: 1ms }
        stop: { time: 2s }
        samples: 4
        """;

    public static RunRequest Small { get; } = new() { Name = "small", Arm = "async", Specification = Specification };

    /// <summary>Goes on for hours unless it is cancelled.</summary>
    public static RunRequest Endless { get; } = Small with
    {
        Name = "endless",
        Specification = Specification.Replace("time: 2s", "time: 1e9s").Replace("samples: 4", "sample-every: 1000s"),
    };
}
