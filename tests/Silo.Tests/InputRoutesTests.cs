using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Silo.Tests;

/// <summary>Files of users' own: sent under their checksums, read by the runs that name them, and by nobody else.</summary>
public class InputRoutesTests(GatewayFixture gateway)
{
    static CancellationToken Token => GatewayFixture.Token;

    HttpClient Http => gateway.Http;

    static RunRequest Reading(string name, params InputFile[] inputs) => Requests.Small with
    {
        Specification = Requests.Specification.Replace("targets: [[1], [3]]", $"file: '{name}'"),
        Inputs = inputs,
    };

    static InputFile FileOf(string name, string text) => new(
        "", name, "/data/" + name, Encoding.UTF8.GetByteCount(text),
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public async Task A_run_waits_for_its_file_and_reads_it()
    {
        const string Targets = "1\n3\n";
        var file = FileOf("../targets.csv", Targets); // a name, and no path of the silo's
        using var refused = await Submit(Reading(file.Name, file));
        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync(Token))!;
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.StartsWith("files of the run are not here: ../targets.csv;", (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Equal(file.Sha256, (string?)Assert.Single(problem["missing"]!.AsArray()));

        Assert.Equal((HttpStatusCode.NoContent, ""), await Put(file.Sha256, Targets));
        var own = await gateway.Until((await gateway.Submit(Reading(file.Name, file))).Id, s => s.IsOver);

        var inline = await gateway.Until((await gateway.Submit(Requests.Small)).Id, s => s.IsOver);
        Assert.Equal(inline.Hash, own.Hash);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")] // curl --data-binary
    [InlineData("text/csv")]
    [InlineData(null)] // curl -T
    public async Task A_file_is_taken_under_any_content_type(string? type)
    {
        var file = FileOf("typed.csv", $"{type}");

        Assert.Equal((HttpStatusCode.NoContent, ""), await Put(file.Sha256, $"{type}", type));
    }

    [Fact]
    public async Task What_is_wrong_in_a_file_is_told_under_the_name_that_its_user_gave_it()
    {
        const string Targets = "1\nthree\n";
        var file = FileOf("mine.csv", Targets);
        await Put(file.Sha256, Targets);

        using var refused = await Submit(Reading(file.Name, file));

        var detail = (string?)JsonNode.Parse(await refused.Content.ReadAsStringAsync(Token))!["detail"];
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("mine.csv:2", detail, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetTempPath(), detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_sent_with_another_run_is_not_found_by_its_checksum_or_name()
    {
        const string Targets = "2\n4\n";
        var file = FileOf("others.csv", Targets);
        await Put(file.Sha256, Targets);

        foreach (var name in (string[])[file.Name, file.Sha256, $"{SentFiles.Shelf}/{file.Sha256}", "a\\0b"])
        {
            using var refused = await Submit(Reading(name));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }
    }

    [Theory]
    [InlineData("ab", "expected a SHA-256 of 64 hexadecimal digits in lower case, got 'ab'")]
    [InlineData("..%2f..%2fetc%2fpasswd", "expected a SHA-256")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "it has changed, or was cut; send it again")]
    public async Task What_is_not_what_its_checksum_says_is_refused(string sha256, string detail)
    {
        var (status, says) = await Put(sha256, "1\n");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(detail, says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_beyond_the_limit_is_refused_when_it_is_named_and_when_it_is_sent()
    {
        var large = new string('1', GatewayFixture.InputBytesMax + 1);
        var file = FileOf("large.csv", large);

        using var named = await Submit(Reading(file.Name, file));
        var sent = await Put(file.Sha256, large);

        Assert.Equal(HttpStatusCode.BadRequest, named.StatusCode);
        Assert.Contains(
            "large.csv: 16385 bytes, and this silo takes at most 16384 bytes with a run (its setting input-bytes-max): "
                + "put the largest into the silo's data folder",
            await named.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, sent.Status);
        Assert.Contains("input-bytes-max", sent.Says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{ "use": "", "name": "a", "path": "", "bytes": 1, "sha256": "../../etc" }]""", "inputs: 'a': expected a SHA-256")]
    [InlineData("""[{ "use": "", "name": "", "path": "", "bytes": 1, "sha256": "" }]""", "inputs: expected a name")]
    [InlineData("""[{ "use": "", "name": "a" }]""", "missing keys 'path', 'bytes', 'sha256'")]
    [InlineData("null", "inputs")]
    [InlineData("""[null]""", "inputs")]
    public async Task Files_that_are_none_are_refused(string inputs, string detail)
    {
        var request = JsonNode.Parse(GatewayJson.Write(Requests.Small))!;
        request["inputs"] = JsonNode.Parse(inputs);

        using var refused = await Http.PostAsJsonAsync("runs", request, Token);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(detail, await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    Task<HttpResponseMessage> Submit(RunRequest request) =>
        Http.PostAsJsonAsync("runs", request, GatewayJson.Options, Token);

    async Task<(HttpStatusCode Status, string Says)> Put(
        string sha256, string text, string? type = "application/octet-stream")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = type is null ? null : new(type);
        using var answer = await Http.PutAsync($"inputs/{sha256}", content, Token);
        var body = await answer.Content.ReadAsStringAsync(Token);
        return (answer.StatusCode, body.Length == 0 ? "" : (string?)JsonNode.Parse(body)!["detail"] ?? "");
    }
}
