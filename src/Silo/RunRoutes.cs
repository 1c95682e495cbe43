using AsyncOpt.Core;
using AsyncOpt.Grains;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting.Gateway;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace AsyncOpt.Silo;

/// <summary>The routes of runs.</summary>
static class RunRoutes
{
    /// <summary>The policy that bounds how many submissions are checked at once.</summary>
    public const string Submissions = "submissions";

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var runs = app.MapGroup("/runs").WithTags("runs").AddEndpointFilter<KeyFilter>().AddEndpointFilter<LossFilter>()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        runs.MapPost("", Submit).WithSummary("Submit a run: one arm with one seed")
            .Accepts<RunRequest>("application/json").Produces<RunStatus>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status507InsufficientStorage).RequireRateLimiting(Submissions);
        runs.MapGet("", List).WithSummary("All runs, the newest first").Produces<RunStatus[]>();
        var run = runs.MapGroup("/{id}").ProducesProblem(StatusCodes.Status404NotFound);
        run.MapGet("", Status).WithSummary("Where a run stands").Produces<RunStatus>();
        run.MapDelete("", Cancel).WithSummary("Cancel a run; one that is over stays as it is")
            .Produces<RunStatus>(StatusCodes.Status202Accepted);
        run.MapGet("/progress", ProgressStream.Follow)
            .WithSummary("Follow a run: server-sent events 'progress' and, at last, 'end'; Last-Event-ID goes on there")
            .Produces<string>(contentType: "text/event-stream");
        run.MapGet("/folder", Folder).WithSummary("The run folder, as a zip")
            .Produces<byte[]>(contentType: "application/zip").ProducesProblem(StatusCodes.Status409Conflict);
        run.MapGet("/record", Record).WithSummary("The whole record of a run, as JSON")
            .Produces<Core.Runs.RunRecord>().ProducesProblem(StatusCodes.Status409Conflict);
    }

    static async Task<IResult> Submit(
        HttpContext http, [FromServices] IGrainFactory grains, [FromServices] RunPlans plans,
        [FromServices] InputRoutes inputs, [FromServices] IOptions<SiloOptions> silo,
        [FromServices] IOptions<GrainsOptions> options)
    {
        var directory = grains.GetGrain<IRunDirectory>(0);
        try
        {
            var request = await RequestBody.Read(http.Request.Body, http.RequestAborted);
            // Asked twice: what cannot run now is not built, and what was built may come too late.
            if (!await directory.HasRoom())
                return TooMany(http, options.Value);
            if (await inputs.Missing(request, http.RequestAborted) is { Count: > 0 } missing)
                return Refusals.Missing(missing);
            await plans.Check(request);
            return await directory.Submit(request) is { } status
                ? Results.Created($"/runs/{status.Id}", status)
                : TooMany(http, options.Value);
        }
        catch (InputException e)
        {
            return Refusals.BadRequest(Lines(e.Message));
        }
        catch (OutOfMemoryException)
        {
            return Refusals.BadRequest([RunGrain.OutOfMemory]);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Refusals.TooLarge(silo.Value.BodyBytesMax);
        }
        catch (BadHttpRequestException e)
        {
            return Refusals.BadRequest([$"the body cannot be read: {e.Message.TrimEnd('.')}"]);
        }
    }

    static IResult TooMany(HttpContext http, GrainsOptions options)
    {
        Refusals.RetryLater(http.Response);
        return Refusals.TooMany(options.RunsAtATime);
    }

    // One error a line; a line that is indented belongs to the one before.
    static List<string> Lines(string message)
    {
        var lines = new List<string>();
        foreach (var line in message.Split('\n'))
        {
            if (lines.Count > 0 && line.StartsWith(' '))
                lines[^1] += $"\n{line}";
            else
                lines.Add(line);
        }
        return lines;
    }

    static async Task<IResult> List([FromServices] IGrainFactory grains) =>
        Results.Ok(await grains.GetGrain<IRunDirectory>(0).List());

    static async Task<IResult> Status(string id, [FromServices] IGrainFactory grains) =>
        await StatusOf(id, grains) is { } status ? Results.Ok(status) : Refusals.NoRun(id);

    static async Task<IResult> Cancel(string id, [FromServices] IGrainFactory grains)
    {
        var status = RunNames.IsName(id) ? await grains.GetGrain<IRunGrain>(id).Cancel() : null;
        return status is null ? Refusals.NoRun(id) : Results.Accepted($"/runs/{id}", status);
    }

    static Task<IResult> Folder(
        string id, HttpContext http, [FromServices] IGrainFactory grains, [FromServices] IRunStore store) =>
        Kept(id, http, grains, store, KeptRun.FolderFile, "application/zip", $"{id}.zip");

    static Task<IResult> Record(
        string id, HttpContext http, [FromServices] IGrainFactory grains, [FromServices] IRunStore store) =>
        Kept(id, http, grains, store, KeptRun.RecordFile, "application/json", null);

    static async Task<IResult> Kept(
        string id, HttpContext http, IGrainFactory grains, IRunStore store, string name, string type, string? file)
    {
        if (await StatusOf(id, grains) is not { } status)
            return Refusals.NoRun(id);
        if (!status.IsOver)
            return Refusals.Conflict($"run '{id}' is not over; GET /runs/{id}/progress says when it is");
        return status.HasRecord && await store.Read(id, name, http.RequestAborted) is { } bytes
            ? Results.Bytes(bytes, type, file)
            : Refusals.Conflict($"run '{id}' has left nothing: it {Word(status.State)}: {status.Reason}");
    }

    static string Word(RunState state) => state == RunState.Failed ? "failed" : "was cancelled";

    static async Task<RunStatus?> StatusOf(string id, IGrainFactory grains) =>
        RunNames.IsName(id) ? await grains.GetGrain<IRunGrain>(id).Status() : null;
}
