using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Grains;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting.Gateway;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace AsyncOpt.Silo;

/// <summary>Takes files of users' own, which runs name by their checksums.</summary>
sealed class InputRoutes(IGrainFactory grains, IRunStore store, SiloData data, IOptions<GrainsOptions> options)
{
    /// <summary>Adds the route.</summary>
    public static void Map(WebApplication app)
    {
        var bytesMax = app.Services.GetRequiredService<IOptions<GrainsOptions>>().Value.InputBytesMax;
        app.MapPut("/inputs/{sha256}", (string sha256, HttpContext http, [FromServices] InputRoutes inputs) =>
                inputs.Put(sha256, http))
            .WithTags("inputs").AddEndpointFilter<KeyFilter>().AddEndpointFilter<LossFilter>()
            .WithMetadata(new RequestSizeLimitAttribute(bytesMax))
            .WithSummary("Send a file that a run reads, under its SHA-256; it is kept while a run needs it")
            .Accepts<byte[]>("application/octet-stream", "*/*").Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status507InsufficientStorage);
    }

    /// <summary>
    /// The files of a request that are neither the silo's own nor sent; those that were sent are kept on.
    /// </summary>
    /// <exception cref="InputException">What the request says of them is wrong.</exception>
    public async Task<IReadOnlyList<InputFile>> Missing(RunRequest request, CancellationToken cancellation)
    {
        if (request.Inputs.Count == 0)
            return [];
        var files = request.Inputs.Where(f => data.Holds(f) is null).ToList();
        if (SentFiles.Violations(files, options.Value.InputBytesMax).ToList() is { Count: > 0 } wrong)
            throw new InputException(string.Join('\n', wrong));
        var kept = (await store.Names(SentFiles.Shelf, cancellation)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in files.Where(f => kept.Contains(f.Sha256)))
            await grains.GetGrain<IRunDirectory>(0).Sent(file.Sha256);
        return files.FindAll(f => !kept.Contains(f.Sha256));
    }

    async Task<IResult> Put(string sha256, HttpContext http)
    {
        try
        {
            if (!SentFiles.IsChecksum(sha256))
                throw new InputException($"expected a SHA-256 of 64 hexadecimal digits in lower case, got '{sha256}'");
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            await SentFiles.Keep(store, sha256, body.ToArray(), http.RequestAborted);
            await grains.GetGrain<IRunDirectory>(0).Sent(sha256);
            return Results.NoContent();
        }
        catch (InputException e)
        {
            return Refusals.BadRequest([e.Message]);
        }
        catch (BadHttpRequestException e)
        {
            return e.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? Refusals.TooLarge(options.Value.InputBytesMax, "input-bytes-max")
                : Refusals.BadRequest([$"the body cannot be read: {e.Message.TrimEnd('.')}"]);
        }
    }
}
