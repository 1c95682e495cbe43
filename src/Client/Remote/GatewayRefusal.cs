using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using AsyncOpt.Core;

namespace AsyncOpt.Client.Remote;

/// <summary>Turns what a gateway refuses into one message for the user.</summary>
static class GatewayRefusal
{
    /// <summary>The exception for an answer that is no success.</summary>
    /// <param name="silo">The gateway's address.</param>
    /// <param name="response">The answer.</param>
    /// <param name="body">Its body: problem details (RFC 9457), if the gateway wrote it.</param>
    public static Exception Of(string silo, HttpResponseMessage response, string body)
    {
        var (detail, errors, missing) = Problem(body);
        var said = detail is null ? $"HTTP {(int)response.StatusCode} {response.ReasonPhrase}" : detail.TrimEnd('.');
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized when detail is null => new InputException(
                $"{silo} asks for a key: set {GatewayClient.KeyVariable} to that of the silo"),
            HttpStatusCode.BadRequest when errors.Count > 0 => new InputException(string.Join('\n', errors)),
            HttpStatusCode.Conflict when missing.Count > 0 =>
                new MissingFilesException($"{silo} refuses: {said}", missing),
            HttpStatusCode.TooManyRequests => new GatewayException($"{silo} has no room: {said}")
            {
                Status = response.StatusCode,
                RetryAfter = response.Headers.RetryAfter?.Delta,
            },
            >= HttpStatusCode.InternalServerError => new GatewayException($"{silo} fails: {said}")
            {
                Status = response.StatusCode,
            },
            // A gateway always says what is wrong.
            _ when detail is null => new InputException(
                $"{silo} answers, but not as a gateway of AsyncOpt: {said}; "
                + "--silo URL or ASYNCOPT_SILO says where that is"),
            HttpStatusCode.NotFound => new InputException($"{silo} refuses: {AsCommand(said, silo)}"),
            _ => new InputException($"{silo} refuses: {said}"),
        };
    }

    // The gateway speaks of its addresses; who sits at a command line has commands.
    static string AsCommand(string said, string silo) => said.Replace(
        "GET /runs lists", $"'asyncopt runs --silo {silo}' lists", StringComparison.Ordinal);

    // 'errors' holds sentences, in a list or below the keys that they concern; 'missing' checksums of files.
    static (string? Detail, IReadOnlyList<string> Errors, IReadOnlyList<string> Missing) Problem(string body)
    {
        try
        {
            if (JsonNode.Parse(body) is JsonObject problem)
                return ((problem["detail"] ?? problem["title"])?.ToString(), [.. Sentences(problem["errors"])],
                    [.. Sentences(problem["missing"])]);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            // Not the gateway's own words.
        }
        return (null, [], []);
    }

    static IEnumerable<string> Sentences(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(Sentences),
        JsonObject keys => keys.SelectMany(k => Sentences(k.Value)),
        null => [],
        _ => [node.ToString()],
    };
}
