using System.Net;
using System.Net.Http.Json;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Gateway;
using AsyncOpt.Silo.Postgres;
using Npgsql;

namespace AsyncOpt.Silo.Tests.Postgres;

/// <summary>A gateway whose store is a database that goes and comes back.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class PostgresGatewayTests(PostgresServer server)
{
    static CancellationToken Token => GatewayFixture.Token;

    [Fact(Skip = PostgresServer.Missing, SkipUnless = nameof(PostgresServer.IsPresent), SkipType = typeof(PostgresServer))]
    public async Task While_the_database_is_gone_every_answer_says_to_try_again_and_runs_go_on()
    {
        var connection = await server.NewDatabase(Token);
        await using (var source = NpgsqlDataSource.Create(connection))
            await PostgresSchema.Create(source, Token);
        await using var app = GatewayFixture.Build(
            ("Http", "http://127.0.0.1:0"), ("Store", "PostgreSql"), ("ConnectionString", connection),
            ("WatchEvery", "0.2"));
        await app.StartAsync(Token);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        var over = await Submit(http, Requests.Small);
        await GatewayFixture.Until(http, over, s => s.IsOver);
        var going = await Submit(http, Requests.Endless);
        await GatewayFixture.Until(http, going, s => s.Last is not null);

        server.Stop();
        List<(string Path, HttpStatusCode Status)> answers = [];
        try
        {
            foreach (var path in (string[])[$"runs/{over}/folder", $"runs/{over}/record", "runs/unknown", "runs"])
            {
                using var response = await http.GetAsync(path, Token);
                answers.Add((path, response.StatusCode));
            }
            using var submitted = await http.PostAsJsonAsync("runs", Requests.Small, GatewayJson.Options, Token);
            answers.Add(("POST", submitted.StatusCode));
            // What ends meanwhile waits for the database.
            using var cancelled = await http.DeleteAsync($"runs/{going}", Token);
            answers.Add(("DELETE", cancelled.StatusCode));
        }
        finally
        {
            server.Start();
        }

        // The list is in memory; all else needs the database.
        Assert.All(answers, a => Assert.Equal(
            a.Path == "runs" ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, a.Status));
        await http.DeleteAsync($"runs/{going}", Token);
        var end = await GatewayFixture.Until(http, going, s => s.IsOver);
        Assert.Equal((RunState.Cancelled, true), (end.State, end.HasRecord));
        await app.StopAsync(Token);
    }

    static async Task<string> Submit(HttpClient http, RunRequest request)
    {
        using var response = await http.PostAsJsonAsync("runs", request, GatewayJson.Options, Token);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return response.Headers.Location!.OriginalString.Split('/')[^1];
    }
}
