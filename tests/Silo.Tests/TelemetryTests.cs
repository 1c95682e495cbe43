using System.Collections.Concurrent;
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

public class TelemetryTests
{
    static CancellationToken Token => GatewayFixture.Token;

    [Theory]
    [InlineData(RunMode.Live, "turn worker")]
    [InlineData(RunMode.Virtual, "sample")]
    public async Task A_collector_gets_the_trace_of_a_run_and_the_silos_meters(RunMode mode, string span)
    {
        var got = new ConcurrentDictionary<string, string>();
        await using var collector = await Collector(got);
        var folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;
        await using (var app = GatewayFixture.Build(
            _ => { }, ("Http", "http://127.0.0.1:0"), ("StoreFolder", folder), ("Telemetry", collector.Urls.First()),
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
        Directory.Delete(folder, recursive: true);

        // Strings lie in the messages as they are.
        Assert.All(
            ["asyncopt-silo", "asyncopt.run.id", "async-sgd", span, "asyncopt.time.virtual"],
            text => Assert.Contains(text, got["trace"]));
        Assert.All(["asyncopt.runs", "orleans-"], text => Assert.Contains(text, got["metrics"]));
        if (mode == RunMode.Live)
            Assert.Contains("asyncopt.messages", got["metrics"]);
        Assert.DoesNotContain("IAgentGrain", got["trace"]);
    }

    /// <summary>Takes what is sent by OTLP over gRPC, and says that it was taken.</summary>
    static async Task<WebApplication> Collector(ConcurrentDictionary<string, string> got)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            k => k.Listen(IPAddress.Loopback, 0, o => o.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var signal = context.Request.Path.Value!.Contains("trace", StringComparison.Ordinal) ? "trace" : "metrics";
            var text = Encoding.Latin1.GetString(body.ToArray());
            got.AddOrUpdate(signal, text, (_, old) => old + text);
            context.Response.ContentType = "application/grpc";
            context.Response.AppendTrailer("grpc-status", "0");
            await context.Response.Body.WriteAsync(new byte[5]); // an empty message
        });
        await app.StartAsync(Token);
        return app;
    }
}
