using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncOpt.Silo.Tests;

/// <summary>A store that cannot keep what it should while the silo runs, and later can again.</summary>
public sealed class StoreFailureTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    static CancellationToken Token => GatewayFixture.Token;

    string StoreFolder => Path.Combine(_folder, "store");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_store_that_is_full_refuses_a_run_whole_and_takes_it_once_there_is_space()
    {
        var store = new WatchedStore(new FileRunStore(StoreFolder));
        await using var app = GatewayFixture.Build(
            builder => builder.Services.AddSingleton<IRunStore>(store),
            ("Http", "http://127.0.0.1:0"), ("RunsAtATime", "1"));
        await app.StartAsync(Token);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        store.BeforeWrite = (place, _) =>
            throw StorageException.Writing(place, new IOException("No space left on device", 28));
        for (var i = 0; i < 2; i++)
        {
            var (status, detail) = await Submit(http);
            Assert.Equal(HttpStatusCode.InsufficientStorage, status);
            Assert.EndsWith("no space is left on the disk; free some, or choose another place", detail);
        }
        Assert.Empty((await http.GetFromJsonAsync<RunStatus[]>("runs", GatewayJson.Options, Token))!);
        store.BeforeWrite = (_, _) => Task.CompletedTask;

        var (again, location) = await Submit(http);
        Assert.Equal(HttpStatusCode.Created, again);
        await GatewayFixture.Until(http, location!.Split('/')[^1], s => s.State == RunState.Ended);
        await app.StopAsync(Token);
    }

    [Fact]
    public async Task A_store_that_is_gone_is_named_and_is_used_again_once_it_is_back()
    {
        await using var app = GatewayFixture.Build(("Http", "http://127.0.0.1:0"), ("StoreFolder", StoreFolder));
        await app.StartAsync(Token);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Assert.Empty((await http.GetFromJsonAsync<RunStatus[]>("runs", GatewayJson.Options, Token))!);

        Directory.Delete(StoreFolder, recursive: true);
        File.WriteAllText(StoreFolder, "");
        var (status, detail) = await Submit(http);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains($"{StoreFolder} is a file where a folder is needed; move it away", detail);
        File.Delete(StoreFolder);

        var (again, location) = await Submit(http);
        Assert.Equal(HttpStatusCode.Created, again);
        await GatewayFixture.Until(http, location!.Split('/')[^1], s => s.State == RunState.Ended);
        await app.StopAsync(Token);
    }

    // A refusal's sentence, or where the run is.
    static async Task<(HttpStatusCode Status, string? Says)> Submit(HttpClient http)
    {
        using var response = await http.PostAsJsonAsync("runs", Requests.Small, GatewayJson.Options, Token);
        if (response.IsSuccessStatusCode)
            return (response.StatusCode, response.Headers.Location!.OriginalString);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;
        return (response.StatusCode, (string?)problem["detail"]);
    }
}
