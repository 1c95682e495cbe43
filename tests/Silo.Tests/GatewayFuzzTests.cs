using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Gateway;
using AsyncOpt.Tests.Fuzz;

namespace AsyncOpt.Silo.Tests;

/// <summary>
/// Whatever is sent, the gateway answers with a run or with a refusal of the kind that it has for it: never with an
/// internal error, and afterwards it still takes runs.
/// </summary>
public class GatewayFuzzTests(GatewayFixture gateway)
{
    const int Mutants = 60;

    static CancellationToken Token => GatewayFixture.Token;

    static readonly byte[] Request = Encoding.UTF8.GetBytes(GatewayJson.Write(Requests.Small with
    {
        Partitions = 2,
        Threads = 1,
        TimeFactor = 0.5,
        CheckpointEvery = 1,
        Inputs = [new InputFile("problem", "targets.csv", "/data/targets.csv", 4, new string('0', 64))],
    }));

    [Fact]
    public async Task A_mutated_submission_is_a_run_or_a_refusal()
    {
        var (runs, refusals) = (0, 0);
        foreach (var number in Campaign.Numbers(Mutants))
        {
            var mutator = new Mutator(number);
            // As often the request as its specification, which else few mutants come to.
            var body = mutator.Below(2) == 0 ? mutator.Of(Request) : Encoding.UTF8.GetBytes(GatewayJson.Write(
                Requests.Small with { Specification = mutator.Of(Requests.Specification) }));
            if (await IsRun(body, number, body))
                runs++;
            else
                refusals++;
        }
        Assert.True(runs > 0 && refusals > 0, $"{runs} runs, {refusals} refusals");
        await gateway.Until((await gateway.Submit(Requests.Small)).Id, s => s.IsOver);
    }

    // Runs that a mutant began are cancelled: it may ask for hours.
    async Task<bool> IsRun(byte[] request, int number, byte[] body)
    {
        using var response = await Send(request);
        if (response is null)
            return false;
        var text = await response.Content.ReadAsStringAsync(Token);
        if (response.StatusCode == HttpStatusCode.Created)
        {
            var id = (string)JsonNode.Parse(text)!["id"]!;
            (await gateway.Http.DeleteAsync($"runs/{id}", Token)).Dispose();
            await gateway.Until(id, s => s.IsOver);
            return true;
        }
        RequireRefusal(response, text, $"mutant {number}: {Campaign.Shown(body)}");
        return false;
    }

    static void RequireRefusal(HttpResponseMessage response, string text, string what)
    {
        Assert.True((int)response.StatusCode is >= 400 and < 500, $"{response.StatusCode} {text}\n{what}");
        if (text.Length == 0)
            return; // what the server itself refuses, before it is a request
        var detail = (string?)JsonNode.Parse(text)!["detail"];
        Assert.False(string.IsNullOrWhiteSpace(detail), what);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
    }

    // Null where the silo closes the connection on a body that is too long, before all of it is sent.
    async Task<HttpResponseMessage?> Send(byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json");
        try
        {
            return await gateway.Http.PostAsync("runs", content, Token);
        }
        catch (HttpRequestException) when (body.Length > GatewayFixture.BodyBytesMax)
        {
            return null;
        }
    }

    [Fact]
    public async Task A_mutated_file_of_a_run_is_a_run_or_a_refusal()
    {
        var whole = Encoding.UTF8.GetBytes("1,0.5\n3,1e-3\n");
        var read = 0;
        foreach (var number in Campaign.Numbers(20))
        {
            var bytes = new Mutator(number).Of(whole);
            var file = new InputFile(
                "problem", "t.csv", "/data/t.csv", bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
            if (bytes.Length > GatewayFixture.InputBytesMax)
                continue; // as InputRoutesTests has it
            using var content = new ByteArrayContent(bytes);
            using var put = await gateway.Http.PutAsync($"inputs/{file.Sha256}", content, Token);
            Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
            var request = Encoding.UTF8.GetBytes(GatewayJson.Write(Requests.Small with
            {
                Specification = Requests.Specification.Replace("targets: [[1], [3]]", "file: t.csv"),
                Inputs = [file],
            }));
            read += await IsRun(request, number, bytes) ? 1 : 0;
        }
        Assert.True(read > 0, "no mutant is read");
    }

    [Theory]
    [InlineData("GET", "runs/{0}")]
    [InlineData("DELETE", "runs/{0}")]
    [InlineData("GET", "runs/{0}/progress")]
    [InlineData("GET", "runs/{0}/folder")]
    [InlineData("GET", "runs/{0}/record")]
    [InlineData("PUT", "inputs/{0}")]
    public async Task A_mutated_name_is_refused(string method, string path)
    {
        var name = Encoding.UTF8.GetBytes("20260101-000000-0123456789abcdef");
        foreach (var number in Campaign.Numbers(15))
        {
            var mutant = new Mutator(number).Of(name);
            var escaped = string.Concat(mutant.Take(500).Select(b => $"%{b:X2}"));
            using var request = new HttpRequestMessage(
                new HttpMethod(method), new Uri(gateway.Http.BaseAddress + string.Format(null, path, escaped)));
            if (method == "PUT")
                request.Content = new ByteArrayContent(mutant[..Math.Min(mutant.Length, 100)]);
            using var response = await gateway.Http.SendAsync(request, Token);
            if (path == "runs/{0}" && method == "GET" && response.StatusCode == HttpStatusCode.OK)
                continue; // all of it was cut: the list
            RequireRefusal(response, await response.Content.ReadAsStringAsync(Token), $"mutant {number}: {Campaign.Shown(mutant)}");
        }
    }

    [Theory]
    [InlineData("""{"name":"a","arm":"\ud800","specification":"method: x"}""")]
    [InlineData("""{"name":"a","arm":"b","specification":"method: \udfff"}""")]
    [InlineData("""{"\ud800":1,"name":"a","arm":"b","specification":""}""")]
    [InlineData("""{"name":"a","name":"b","arm":"b","specification":""}""")]
    [InlineData("""{"name":"a","arm":"b","specification":"","inputs":[{"use":"","name":"\ud800","path":"","bytes":1,"sha256":""}]}""")]
    [InlineData("""{"name":"a","arm":"b","specification":"","timeFactor":1e999}""")]
    [InlineData("""{"name":"a","arm":"b","specification":"","partitions":99999999999}""")]
    public async Task Half_characters_and_numbers_beyond_all_ranges_are_refused(string body)
    {
        using var response = await Send(Encoding.UTF8.GetBytes(body));

        Assert.Equal(HttpStatusCode.BadRequest, response!.StatusCode);
        RequireRefusal(response, await response.Content.ReadAsStringAsync(Token), body);
    }
}
