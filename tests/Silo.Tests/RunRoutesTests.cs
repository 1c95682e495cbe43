using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Gateway;
using AsyncOpt.Simulation;

namespace AsyncOpt.Silo.Tests;

public class RunRoutesTests(GatewayFixture gateway)
{
    static CancellationToken Token => GatewayFixture.Token;

    HttpClient Http => gateway.Http;

    [Fact]
    public async Task A_submitted_run_is_created_and_has_a_place()
    {
        var status = await gateway.Submit(Requests.Small);

        Assert.Equal(("small", "async", 0), (status.Name, status.Arm, status.Repetition));
        var over = await gateway.Until(status.Id, s => s.IsOver);
        Assert.Equal((RunState.Ended, Outcome.BudgetSpent), (over.State, over.Outcome));
    }

    [Fact]
    public async Task Runs_are_listed_the_newest_first()
    {
        var first = await gateway.Submit(Requests.Small with { Name = "older" });
        await gateway.Until(first.Id, s => s.IsOver);
        var second = await gateway.Submit(Requests.Small with { Name = "newer" });

        var listed = await Http.GetFromJsonAsync<List<RunStatus>>("runs", GatewayJson.Options, Token);

        var ids = listed!.Select(s => s.Id).ToList();
        Assert.True(ids.IndexOf(second.Id) < ids.IndexOf(first.Id) && ids.Contains(second.Id));
    }

    [Fact]
    public async Task The_folder_holds_file_by_file_what_an_embedded_run_writes()
    {
        var arm = Experiment.Parse(Requests.Specification, "small", Path.GetTempPath()).Arms[0];
        var request = Requests.Small with { Repetition = 2, Specification = arm.SpecificationOf(2).ToJsonString() };
        var id = (await gateway.Submit(request)).Id;
        await gateway.Until(id, s => s.IsOver);

        using var response = await Http.GetAsync($"runs/{id}/folder", Token);
        using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync(Token));
        var plan = arm.Plan(2, cancellation: Token).OfRepetition(2);
        var folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;
        RunFolder.Write(
            folder, RunFacts.Of(("small", "async", 2), plan, arm.SpecificationOf(2), []), Simulator.Run(plan));

        Assert.Equal("application/zip", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(), zip.Entries.Select(e => e.FullName).Order());
        foreach (var file in zip.Entries.Where(e => e.FullName != "manifest.json"))
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(folder, file.FullName), Token), await TextOf(file));
        var (mine, theirs) = (
            JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "manifest.json"), Token))!,
            JsonNode.Parse(await TextOf(zip.GetEntry("manifest.json")!))!);
        foreach (var same in (string[])["experiment", "arm", "repetition", "hash", "specification", "seeds", "outcome", "problem"])
            Assert.Equal($"{mine[same]}", $"{theirs[same]}");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_record_is_that_of_an_embedded_run()
    {
        var id = (await gateway.Submit(Requests.Small)).Id;
        await gateway.Until(id, s => s.IsOver);

        var record = RecordJson.Read(await Http.GetByteArrayAsync($"runs/{id}/record", Token));

        var arm = Experiment.Parse(Requests.Specification, "small", Path.GetTempPath()).Arms[0];
        var embedded = Simulator.Run(arm.Plan(0, cancellation: Token));
        Assert.Equal(embedded.Hash, record.Hash);
        Assert.Equal(embedded.Metrics, record.Metrics);
        Assert.Equal(embedded.Estimate, record.Estimate);
    }

    [Fact]
    public async Task A_cancelled_run_ends_and_cancelling_again_changes_nothing()
    {
        var id = (await gateway.Submit(Requests.Endless)).Id;
        await gateway.Until(id, s => s.Last is not null);

        using var first = await Http.DeleteAsync($"runs/{id}", Token);
        var over = await gateway.Until(id, s => s.IsOver);
        using var second = await Http.DeleteAsync($"runs/{id}", Token);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (first.StatusCode, second.StatusCode));
        Assert.Equal((RunState.Cancelled, Outcome.Cancelled, true), (over.State, over.Outcome, over.HasRecord));
        Assert.Equal(
            GatewayJson.Write(over),
            GatewayJson.Write(await second.Content.ReadFromJsonAsync<RunStatus>(GatewayJson.Options, Token)));
    }

    [Fact]
    public async Task While_a_run_goes_its_folder_and_record_are_not_there()
    {
        var id = (await gateway.Submit(Requests.Endless)).Id;

        await Refused(await Http.GetAsync($"runs/{id}/folder", Token), HttpStatusCode.Conflict, $"run '{id}' is not over");
        await Refused(await Http.GetAsync($"runs/{id}/record", Token), HttpStatusCode.Conflict, $"run '{id}' is not over");
        (await Http.DeleteAsync($"runs/{id}", Token)).Dispose();
        await gateway.Until(id, s => s.IsOver);
    }

    [Fact]
    public async Task A_run_that_failed_has_no_folder_and_says_why()
    {
        var id = (await gateway.Submit(Requests.Small with { Arm = "broken" })).Id;
        await gateway.Until(id, s => s.IsOver);

        await Refused(await Http.GetAsync($"runs/{id}/folder", Token), HttpStatusCode.Conflict, $"run '{id}' has left nothing: it failed");
    }

    [Fact]
    public async Task More_runs_than_may_go_at_a_time_are_refused_until_one_ends()
    {
        var going = new List<string>();
        for (var k = 0; k < GatewayFixture.RunsAtATime; k++)
            going.Add((await gateway.Submit(Requests.Endless)).Id);

        var response = await Http.PostAsJsonAsync("runs", Requests.Small, GatewayJson.Options, Token);

        Assert.Equal("2", response.Headers.RetryAfter!.ToString());
        await Refused(response, HttpStatusCode.TooManyRequests, $"{GatewayFixture.RunsAtATime} runs are going");
        foreach (var id in going)
        {
            (await Http.DeleteAsync($"runs/{id}", Token)).Dispose();
            await gateway.Until(id, s => s.IsOver);
        }
    }

    [Fact]
    public async Task Everything_wrong_with_a_specification_is_told()
    {
        var wrong = Requests.Small with
        {
            Specification = "workers: 0\nmethod: { name: asinc-sgd }\nproblem: { name: quadratic, targets: [[1], [3]] }",
        };

        using var response = await Http.PostAsJsonAsync("runs", wrong, GatewayJson.Options, Token);
        var problem = await Refused(response, HttpStatusCode.BadRequest, "things are wrong with the request");

        var errors = problem["errors"]!.AsArray().Select(e => (string)e!).ToList();
        Assert.Contains(errors, e => e.StartsWith("specification:1:10: workers:", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("did you mean 'async-sgd'?", StringComparison.Ordinal));
        Assert.All(errors, e => Assert.DoesNotContain("   at ", e));
    }

    [Theory]
    [InlineData("", "the body is no run request")]
    [InlineData("null", "the body is no run request: expected an object, got null")]
    [InlineData("[1]", "the body is no run request")]
    [InlineData("{\"name\": \"a\"}", "1:14: missing keys 'arm', 'specification'")]
    [InlineData("{\"name\": \"a\", \"arm\": \"b\", \"specification\": \"\", \"partitons\": 2}", "partitons")]
    [InlineData("{\"name\": \"a\", \"arm\": \"b\", \"specification\": \"\", \"mode\": \"fast\"}", "mode")]
    [InlineData("{\"name\": \"a\", \"arm\": \"b\", \"specification\": \"\", \"partitions\": \"x\"}",
        "1:65: partitions: expected a whole number")]
    [InlineData("{\"name\": \"a\", \"arm\": \"b\", \"specification\": \"method: { name: x\\nworkers: 2\"}",
        "specification:1:9: this '{' is not closed: expected ',' or '}'")]
    [InlineData("{\"name\": \"a\", \"arm\": \"b\", \"specification\": \"\\ud800\"}", "")]
    [InlineData("{\"name\": \"a\", \"arm\": \"b\", \"specification\": \"a: [1\\n\\tb: 2\"}",
        "specification:2:1: this line is indented with a tab")]
    [InlineData("{\"name\": \"a\", \"arm\": \"b\", \"specification\": \"\", \"threads\": 1e99}", "threads: expected a whole number")]
    [InlineData("{\"name\": \"a\", \"arm\": \"b\", \"specification\": \"\", \"timeFactor\": \"NaN\"}", "timeFactor: expected 0 to 1e6")]
    [InlineData("{\"name\": \"\\ud800\", \"arm\": \"b\", \"specification\": \"\"}", "the body is no run request")]
    [InlineData("{\"name\": {\"name\": 1}, \"arm\": \"b\", \"specification\": \"\"}", "name: expected a text")]
    [InlineData("{\"name\": \"a\", \"arm\": \"b\", \"specification\": null}", "specification: expected a text, got null")]
    [InlineData("{ \"name\": \"a\",\n  name }", "the body is no run request: 2:3: ")]
    [InlineData("{\"name\": \"a/b\", \"arm\": \"b\", \"specification\": \"\"}", "name: expected up to 200 characters")]
    [InlineData("{\"name\": \"a\", \"arm\": \"b\", \"specification\": \"\"}", "specification")]
    public async Task A_body_that_is_no_request_is_refused(string body, string detail)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        await Refused(await Http.PostAsync("runs", content, Token), HttpStatusCode.BadRequest, detail);
    }

    [Fact]
    public async Task A_body_that_is_no_UTF8_is_refused()
    {
        byte[] body = [.. "{\"name\": \""u8, 0xC3, 0x28, .. "\", \"arm\": \"b\", \"specification\": \"\"}"u8];
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };

        await Refused(await Http.PostAsync("runs", content, Token), HttpStatusCode.BadRequest, "the body is no run request");
    }

    [Fact]
    public async Task A_body_that_nests_without_end_is_refused()
    {
        using var content = new StringContent(new string('[', 30_000), Encoding.UTF8, "application/json");

        await Refused(await Http.PostAsync("runs", content, Token), HttpStatusCode.BadRequest, "the body is no run request");
    }

    [Fact]
    public async Task A_body_whose_chunks_are_none_is_refused()
    {
        // HttpClient sends no such thing.
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Http.BaseAddress!.Port, Token);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(
            "POST /runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"u8.ToArray(), Token);
        await stream.WriteAsync("Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"u8.ToArray(), Token);

        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(Token);

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("the body cannot be read", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/xml")]
    [InlineData("multipart/form-data")]
    public async Task A_body_of_no_known_type_is_refused(string type)
    {
        using var content = new ByteArrayContent("{}"u8.ToArray()) { Headers = { ContentType = new(type) } };

        await Refused(
            await Http.PostAsync("runs", content, Token), HttpStatusCode.UnsupportedMediaType, "Content-Type application/json");
    }

    [Fact]
    public async Task A_body_of_another_type_is_refused()
    {
        using var content = new StringContent("workers: 2", Encoding.UTF8, "text/yaml");

        await Refused(
            await Http.PostAsync("runs", content, Token), HttpStatusCode.UnsupportedMediaType, "Content-Type application/json");
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        var large = Requests.Small with { Specification = new string('#', GatewayFixture.BodyBytesMax) };

        await Refused(
            await Http.PostAsJsonAsync("runs", large, GatewayJson.Options, Token),
            HttpStatusCode.RequestEntityTooLarge, $"larger than {GatewayFixture.BodyBytesMax} bytes");
    }

    [Theory]
    [InlineData("GET", "runs/nobody")]
    [InlineData("DELETE", "runs/nobody")]
    [InlineData("GET", "runs/nobody/progress")]
    [InlineData("GET", "runs/nobody/folder")]
    [InlineData("GET", "runs/nobody/record")]
    [InlineData("GET", "runs/..%2f..%2fetc")]
    [InlineData("GET", "runs/.hidden/record")]
    public async Task A_run_that_nobody_submitted_is_not_found(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        await Refused(await Http.SendAsync(request, Token), HttpStatusCode.NotFound, "there is no run");
    }

    [Theory]
    [InlineData("GET", "nothing/here", HttpStatusCode.NotFound, "there is nothing here")]
    [InlineData("PUT", "runs", HttpStatusCode.MethodNotAllowed, "that cannot be done here")]
    public async Task Other_routes_are_refused_in_the_same_form(
        string method, string path, HttpStatusCode status, string detail)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        await Refused(await Http.SendAsync(request, Token), status, detail);
    }

    [Fact]
    public async Task Two_runs_at_once_have_the_hashes_they_have_alone()
    {
        var other = Requests.Small with { Specification = Requests.Specification.Replace("step: 0.1", "step: 0.3") };

        var (a, b) = (await gateway.Submit(Requests.Small), await gateway.Submit(other));
        var hashes = new[] { await gateway.Until(a.Id, s => s.IsOver), await gateway.Until(b.Id, s => s.IsOver) }
            .Select(s => s.Hash);

        Assert.Equal(new[] { Requests.Specification, other.Specification }.Select(HashOf), hashes);
    }

    static string HashOf(string specification) => Text.Hash(Simulator.Run(
        Experiment.Parse(specification, "small", Path.GetTempPath()).Arms[0].Plan(0, cancellation: Token)).Hash);

    static async Task<string> TextOf(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(await entry.OpenAsync(Token));
        return await reader.ReadToEndAsync(Token);
    }

    /// <summary>Every refusal is a problem of RFC 9457 with a sentence, and without a stack trace.</summary>
    static async Task<JsonNode> Refused(HttpResponseMessage response, HttpStatusCode status, string detail)
    {
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal((int)status, (int)problem["status"]!);
        Assert.Contains(detail, (string?)problem["detail"] ?? "");
        Assert.DoesNotContain("   at ", text);
        Assert.DoesNotContain("System.", text);
        response.Dispose();
        return problem;
    }
}
