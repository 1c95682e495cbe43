using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Silo.Tests;

public class SiloHostTests(GatewayFixture gateway)
{
    const string Key = "a secret of 16 or more";

    static CancellationToken Token => GatewayFixture.Token;

    [Theory]
    [InlineData("health/live")]
    [InlineData("health/ready")]
    public async Task A_silo_that_is_up_is_healthy(string path) =>
        Assert.Equal("Healthy", await gateway.Http.GetStringAsync(path, Token));

    [Fact]
    public async Task Every_route_of_runs_is_described()
    {
        var document = JsonNode.Parse(await gateway.Http.GetStringAsync("openapi/v1.json", Token))!;

        var paths = document["paths"]!.AsObject();
        var described = from path in paths
                        from operation in path.Value!.AsObject()
                        select $"{operation.Key} {path.Key}";
        Assert.Equal(
        [
            "delete /runs/{id}", "get /runs", "get /runs/{id}", "get /runs/{id}/folder", "get /runs/{id}/progress",
            "get /runs/{id}/record", "post /runs", "put /inputs/{sha256}",
        ], described.Order(StringComparer.Ordinal));
        Assert.Equal(["arm", "name", "specification"], document["components"]!["schemas"]!["RunRequest"]!["required"]!
            .AsArray().Select(r => (string)r!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_page_under_another_host_name_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "runs") { Headers = { Host = "evil.example" } };

        using var response = await gateway.Http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task With_a_key_only_those_who_bear_it_come_in()
    {
        var folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;
        await using (var app = GatewayFixture.Build(
            ("Http", "http://0.0.0.0:0"), ("StoreFolder", folder), ("ApiKey", Key)))
        {
            await app.StartAsync(Token);
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{new Uri(app.Urls.First()).Port}") };

            Assert.Equal((HttpStatusCode.Unauthorized, "this silo asks for its key"), await Ask(http, null));
            Assert.Equal((HttpStatusCode.Unauthorized, "that is not the key of this silo"), await Ask(http, "Bearer wrong"));
            Assert.Equal((HttpStatusCode.Unauthorized, "this silo asks for its key"), await Ask(http, $"Basic {Key}"));
            Assert.Equal((HttpStatusCode.OK, ""), await Ask(http, $"Bearer {Key}"));
            Assert.Equal("Healthy", await http.GetStringAsync("health/ready", Token));
            await app.StopAsync(Token);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_run_goes_on_when_its_silo_is_started_again()
    {
        var folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;
        string id;
        await using (var app = GatewayFixture.Build(("Http", "http://127.0.0.1:0"), ("StoreFolder", folder)))
        {
            await app.StartAsync(Token);
            id = await SubmitEndless(app.Urls.First());
            await app.StopAsync(Token);
        }
        await using (var app = GatewayFixture.Build(("Http", "http://127.0.0.1:0"), ("StoreFolder", folder)))
        {
            await app.StartAsync(Token);
            using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            var status = await GatewayFixture.Until(http, id, s => s is { Attempts: 2, Last: not null });

            Assert.Equal(RunState.Running, status.State);
            (await http.DeleteAsync($"runs/{id}", Token)).Dispose();
            await app.StopAsync(Token);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("Http", "http://0.0.0.0:5080", "--http: http://0.0.0.0:5080 can be reached from other machines, so a key is needed")]
    [InlineData("Http", "http://*:5080", "can be reached from other machines")]
    [InlineData("Http", "http://127.0.0.1:99999",
        "--http: expected an address such as http://127.0.0.1:5080, got 'http://127.0.0.1:99999'")]
    [InlineData("ApiKey", "0123456789abcdef\r", "--api-key: expected letters, digits and signs of ASCII")]
    [InlineData("Http", "5080", "--http: expected an address such as http://127.0.0.1:5080, got '5080'")]
    [InlineData("ApiKey", "short", "--api-key: expected a text of at least 16 characters")]
    [InlineData("SiloPort", "70000", "--silo-port: expected a whole number from 1 to 65535, got 70000")]
    [InlineData("BodyBytesMax", "0", "--body-bytes-max: expected a whole number")]
    [InlineData("RunsAtATime", "0", "--runs-at-a-time: expected a whole number")]
    [InlineData("DataFolder", "no/such/folder", "does not exist; make it, or name another with --data-folder")]
    [InlineData("StoreFolder", "/dev/null", "with --store-folder")]
    [InlineData("Clustering", "PostgreSql", "--connection-string: PostgreSql needs it")]
    [InlineData("Telemetry", "collector:4317", "--telemetry: expected an address such as http://localhost:4317, got")]
    [InlineData("TraceTurns", "2", "--trace-turns: expected a number from 0 to 1, got 2")]
    public async Task A_wrong_setting_keeps_the_silo_from_starting_with_a_sentence(string key, string value, string says)
    {
        var e = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var app = GatewayFixture.Build((key, value), ("Http", "http://127.0.0.1:0"));
            await app.StartAsync(Token);
        });

        var (text, code) = SiloProgram.Explained(e);
        Assert.Contains(says, text);
        Assert.Equal(2, code);
        Assert.DoesNotContain("\n", text);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1;http://localhost:2", true)]
    [InlineData("http://[::1]:1", true)]
    [InlineData("http://127.0.0.1:1;http://10.0.0.1:2", false)]
    [InlineData("http://+:1", false)]
    public void Loopback_is_what_no_other_machine_reaches(string addresses, bool expected) =>
        Assert.Equal(expected, SiloOptionsValidator.IsLoopback(addresses));

    [Fact]
    public async Task A_port_of_the_gateway_that_is_taken_is_said()
    {
        var address = gateway.Http.BaseAddress!.ToString();
        await using var app = GatewayFixture.Build(("Http", address));

        var e = await Assert.ThrowsAsync<StartException>(() => SiloStart.Start(app, Assert.Fail, TimeSpan.Zero, Token));

        Assert.Equal(
            ($"--http: {address} is taken: another program listens there; choose another port", 1),
            SiloProgram.Explained(e));
    }

    [Fact]
    public async Task Two_silos_do_not_listen_on_one_port()
    {
        var folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;
        var port = GatewayFixture.FreePort();
        (string, string)[] settings =
            [("Http", "http://127.0.0.1:0"), ("StoreFolder", folder), ("SiloPort", $"{port}")];
        await using (var first = GatewayFixture.Build(settings))
        {
            await SiloStart.Start(first, Assert.Fail, TimeSpan.Zero, Token);
            await using var second = GatewayFixture.Build(settings);

            var e = await Assert.ThrowsAsync<StartException>(
                () => SiloStart.Start(second, Assert.Fail, TimeSpan.Zero, Token));

            var (text, code) = SiloProgram.Explained(e);
            Assert.StartsWith($"--silo-port: port {port} of 127.0.0.1 is taken", text);
            Assert.Equal(1, code);
            await first.StopAsync(Token);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Who_joins_says_whom_it_waits_for_and_does_not_wait_for_ever()
    {
        var primary = GatewayFixture.FreePort();
        await using var app = GatewayFixture.Build(("Http", "http://127.0.0.1:0"), ("PrimaryPort", $"{primary}"));
        var said = new List<string>();

        var e = await Assert.ThrowsAsync<StartException>(
            () => SiloStart.Start(app, said.Add, TimeSpan.FromSeconds(1), Token));

        Assert.Equal(
            $"no silo answers on port {primary} of this machine, the --primary-port; waiting for it for 1 s",
            Assert.Single(said));
        Assert.StartsWith(
            $"--primary-port: no silo answers on port {primary} of this machine; start the first silo", e.Message);
    }

    static async Task<string> SubmitEndless(string address)
    {
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        using var content = new StringContent(GatewayJson.Write(Requests.Endless), new MediaTypeHeaderValue("application/json"));
        using var response = await http.PostAsync("runs", content, Token);
        var status = GatewayJson.Read<RunStatus>(await response.Content.ReadAsStringAsync(Token));
        return (await GatewayFixture.Until(http, status.Id, s => s.Last is not null)).Id;
    }

    static async Task<(HttpStatusCode Status, string Says)> Ask(HttpClient http, string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "runs");
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await http.SendAsync(request, Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        return (response.StatusCode, response.IsSuccessStatusCode ? "" : ((string)JsonNode.Parse(text)!["detail"]!).Split([':', ';'])[0]);
    }
}
