using System.Text.Json;
using System.Text.Json.Serialization;
using AsyncOpt.Core;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Silo;

/// <summary>Reads bodies of requests; what is wrong with one is a sentence with its place.</summary>
static class RequestBody
{
    // A key that this silo does not know is said, not ignored: it may change what the user gets.
    static readonly JsonSerializerOptions Strict = new(GatewayJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Reads a request.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static async Task<RunRequest> Read(Stream body, CancellationToken cancellation)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<RunRequest>(body, Strict, cancellation)
                ?? throw new JsonException("expected an object, got null");
        }
        catch (JsonException e)
        {
            throw new InputException($"the body is no run request: {JsonText.Sentence(e, typeof(RunRequest))}", e);
        }
    }
}
