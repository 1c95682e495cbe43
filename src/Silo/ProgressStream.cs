using System.Globalization;
using System.Text;
using AsyncOpt.Core;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting.Gateway;
using Microsoft.AspNetCore.Mvc;

namespace AsyncOpt.Silo;

/// <summary>The progress of a run as server-sent events.</summary>
static class ProgressStream
{
    // A comment this often keeps the connection open; shorter than what a call to a grain may take.
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    // Between pages, so that a run that is sampled often is told in pages and not line by line.
    static readonly TimeSpan PageEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Streams progress until the run is over, the client is gone, or the silo stops.</summary>
    public static async Task<IResult> Follow(
        string id, HttpContext http, [FromServices] IGrainFactory grains, [FromServices] IHostApplicationLifetime host)
    {
        var last = http.Request.Headers["Last-Event-ID"].ToString();
        var cursor = 0L;
        if (last.Length > 0 && !long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out cursor))
            return Refusals.BadRequest([$"Last-Event-ID: expected the id of an event of this stream, got '{last}'"]);
        if (!RunNames.IsName(id) || await grains.GetGrain<IRunGrain>(id).Status() is null)
            return Refusals.NoRun(id);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, host.ApplicationStopping);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            await Write(id, cursor, http.Response, grains, ending.Token);
        }
        catch (OperationCanceledException)
        {
            // The client, or the next silo it asks, goes on at the last cursor.
        }
        return Results.Empty;
    }

    static async Task Write(
        string id, long cursor, HttpResponse response, IGrainFactory grains, CancellationToken cancellation)
    {
        while (true)
        {
            if (await Next(id, cursor, grains, cancellation) is not { } page)
                return; // the run was deleted meanwhile, or its state cannot be read
            if (page.End is { } end)
            {
                await response.WriteAsync($"event: end\ndata: {GatewayJson.Write(end)}\n\n", cancellation);
                return;
            }
            var text = new StringBuilder();
            foreach (var line in page.Lines)
            {
                cursor = line.Cursor;
                text.Append(CultureInfo.InvariantCulture, $"id: {cursor}\nevent: progress\ndata: {line.Json}\n\n");
            }
            await response.WriteAsync(text.Length > 0 ? text.ToString() : ": nothing new\n\n", cancellation);
            await response.Body.FlushAsync(cancellation);
            await Task.Delay(PageEvery, cancellation);
        }
    }

    // While the silo of the run's grain is lost there is nothing new.
    static async Task<ProgressPage?> Next(
        string id, long cursor, IGrainFactory grains, CancellationToken cancellation)
    {
        try
        {
            return await grains.GetGrain<IRunGrain>(id).Follow(cursor, Quiet).WaitAsync(cancellation);
        }
        catch (StorageException)
        {
            return null; // who asks again is told
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            return new ProgressPage([], null);
        }
    }
}
