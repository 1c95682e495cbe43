using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using AsyncOpt.Reporting.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace AsyncOpt.Silo.Tests;

public sealed class TelemetryTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    static CancellationToken Token => GatewayFixture.Token;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(RunMode.Live, "turn worker")]
    [InlineData(RunMode.Virtual, "sample")]
    public async Task A_collector_gets_the_trace_of_a_run_and_the_silos_meters(RunMode mode, string span)
    {
        var got = new ConcurrentDictionary<string, string>();
        await using var collector = await Collector(got);
        await using (var app = GatewayFixture.Build(
            _ => { }, ("Http", "http://127.0.0.1:0"), ("StoreFolder", _folder), ("Telemetry", collector.Urls.First()),
            ("TraceTurns", "1")))
        {
            await app.StartAsync(Token);
            using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            using var answer = await http.PostAsJsonAsync(
                "runs", Requests.Small with { Mode = mode, TimeFactor = 0.1 }, GatewayJson.Options, Token);
            var id = (await answer.Content.ReadFromJsonAsync<RunStatus>(GatewayJson.Options, Token))!.Id;
            // The stream ends when the run does.
            Assert.Contains("event: end", await http.GetStringAsync($"runs/{id}/progress", Token));
            await app.StopAsync(Token);
        }

        // Strings lie in the messages as they are.
        Assert.All(
            ["asyncopt-silo", "asyncopt.run.id", "async-sgd", span, "asyncopt.time.virtual"],
            text => Assert.Contains(text, got["trace"]));
        Assert.All(["asyncopt.runs", "orleans-"], text => Assert.Contains(text, got["metrics"]));
        if (mode == RunMode.Live)
            Assert.Contains("asyncopt.messages", got["metrics"]);
        Assert.DoesNotContain("IAgentGrain", got["trace"]);
    }

    [Fact]
    public async Task A_collector_gets_the_trace_of_a_live_run_on_silos_of_the_command_line()
    {
        var got = new ConcurrentDictionary<string, string>();
        await using var collector = await Collector(got);
        var file = Path.Combine(_folder, "small.yaml");
        // It ends by its updates: within a fifth of a second a cold silo on a busy machine may come to none.
        var text = Requests.Specification.Replace("time: 2s", "time: 600s, updates: 20")
            .Replace("samples: 4", "sample-every: 1s");
        await File.WriteAllTextAsync(file, text, Token);
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "asyncopt.dll"), "run", file, "--mode", "live", "--time-factor", "0.1",
                "--quiet", "--out", Path.Combine(_folder, "out"), "--telemetry", collector.Urls.First()])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["ASYNCOPT_TRACE_TURNS"] = "1";

        using var client = Process.Start(start)!;
        await client.StandardOutput.ReadToEndAsync(Token);
        await client.WaitForExitAsync(Token);

        Assert.Equal(0, client.ExitCode);
        Assert.All(
            ["asyncopt.run.id", "async-sgd", "turn worker", "asyncopt.time.virtual"],
            text => Assert.Contains(text, got["trace"]));
        Assert.Contains("asyncopt.messages", got["metrics"]);
    }

    [Fact]
    public async Task A_collector_that_is_not_there_is_named_once_and_again_when_it_comes()
    {
        var (log, port) = (new Lines(), GatewayFixture.FreePort());
        await using var app = Silo(log, $"http://user:secret@127.0.0.1:{port}");
        await app.StartAsync(Token);

        await Patience.Until(() => Task.FromResult(!log.Said.IsEmpty), () => "nothing is said");
        await using var collector = await Collector([], port);
        await app.StopAsync(Token);
        await app.DisposeAsync();

        Assert.Equal(
        [
            $"Warning: Telemetry does not reach the collector at http://127.0.0.1:{port}: Connection refused "
            + $"(127.0.0.1:{port}). Runs go on without it; start a collector that takes OTLP over gRPC there (its port is "
            + "4317 by default), or set another --telemetry",
            $"Information: Telemetry reaches the collector at http://127.0.0.1:{port} again; batches lost until then: 1",
        ], log.Said);
    }

    [Fact]
    public async Task What_a_collector_refuses_to_the_end_is_counted()
    {
        var log = new Lines();
        await using var collector = await Collector([], status: "12"); // unimplemented
        await using var app = Silo(log, collector.Urls.First());
        await app.StartAsync(Token);

        await Patience.Until(() => Task.FromResult(!log.Said.IsEmpty), () => "nothing is said");
        await app.StopAsync(Token);
        await app.DisposeAsync();

        Assert.Equal(2, log.Said.Count);
        Assert.Contains("Unimplemented", log.Said.First());
        Assert.Equal(
            $"Warning: Telemetry did not reach the collector at {collector.Urls.First()} to the end; batches lost: 2",
            log.Said.Last());
    }

    WebApplication Silo(ILoggerProvider log, string collector) => GatewayFixture.Build(
        builder => builder.Logging.AddProvider(log).AddFilter(typeof(SiloTelemetry).FullName, LogLevel.Information),
        ("Http", "http://127.0.0.1:0"), ("StoreFolder", _folder), ("Telemetry", collector));

    /// <summary>Takes what is sent by OTLP over gRPC, and says that it was taken.</summary>
    static async Task<WebApplication> Collector(
        ConcurrentDictionary<string, string> got, int port = 0, string status = "0")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            k => k.Listen(IPAddress.Loopback, port, o => o.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var signal = context.Request.Path.Value!.Contains("trace", StringComparison.Ordinal) ? "trace" : "metrics";
            var text = Encoding.Latin1.GetString(body.ToArray());
            got.AddOrUpdate(signal, text, (_, old) => old + text);
            context.Response.ContentType = "application/grpc";
            context.Response.AppendTrailer("grpc-status", status);
            await context.Response.Body.WriteAsync(new byte[5]); // an empty message
        });
        await app.StartAsync(Token);
        return app;
    }

    sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Said { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Said.Enqueue($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
