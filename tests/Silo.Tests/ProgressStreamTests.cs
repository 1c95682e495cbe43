using System.Net;
using System.Net.ServerSentEvents;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Silo.Tests;

public class ProgressStreamTests(GatewayFixture gateway)
{
    static CancellationToken Token => GatewayFixture.Token;

    [Fact]
    public async Task A_run_is_followed_from_its_first_line_to_its_end()
    {
        var id = (await gateway.Submit(Requests.Small)).Id;

        var events = await Events(id, null);

        var lines = events.Where(e => e.EventType == "progress").Select(e => GatewayJson.Read<RunProgress>(e.Data)).ToList();
        Assert.Equal([0.0, 0.5, 1, 1.5, 2], lines.Select(l => l.VirtualTime));
        Assert.Contains("gap", lines[^1].Metrics.Select(m => m.Metric));
        Assert.Equal("end", events[^1].EventType);
        var end = GatewayJson.Read<RunStatus>(events[^1].Data);
        Assert.Equal((id, RunState.Ended), (end.Id, end.State));
        Assert.Equal(lines[^1].VirtualTime, end.Last!.VirtualTime);
    }

    [Fact]
    public async Task A_stream_is_picked_up_after_the_last_event_that_was_seen()
    {
        var id = (await gateway.Submit(Requests.Small)).Id;
        var all = await Events(id, null);

        var rest = await Events(id, all[2].EventId);

        Assert.Equal(all.Skip(3).Select(e => (e.EventType, e.EventId)), rest.Select(e => (e.EventType, e.EventId)));
    }

    [Fact]
    public async Task A_run_in_progress_is_followed_and_its_cancelling_ends_the_stream()
    {
        var id = (await gateway.Submit(Requests.Endless)).Id;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"runs/{id}/progress");
        using var response = await gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var seen = new List<string>();

        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(Token)).EnumerateAsync(Token))
        {
            seen.Add(item.EventType);
            if (seen.Count == 2)
                (await gateway.Http.DeleteAsync($"runs/{id}", Token)).Dispose();
        }

        Assert.True(seen.Count > 2);
        Assert.Equal("end", seen[^1]);
        Assert.Equal(RunState.Cancelled, (await gateway.Until(id, s => s.IsOver)).State);
    }

    [Fact]
    public async Task Metrics_that_are_no_number_are_told_as_NaN()
    {
        // A step far beyond 2 / L: the model overflows before the first instant.
        var wild = Requests.Small with { Specification = Requests.Specification.Replace("step: 0.1", "step: 1e6") };
        var id = (await gateway.Submit(wild)).Id;

        var events = await Events(id, null);

        var end = GatewayJson.Read<RunStatus>(events[^1].Data);
        Assert.Equal((RunState.Ended, Outcome.Diverged), (end.State, end.Outcome));
        Assert.Contains(end.Last!.Metrics, m => !double.IsFinite(m.Value));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    public async Task A_last_event_that_is_none_is_refused(string last)
    {
        var id = (await gateway.Submit(Requests.Small)).Id;
        using var response = await Get(id, last);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    async Task<List<SseItem<string>>> Events(string id, string? last)
    {
        using var response = await Get(id, last);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var events = new List<SseItem<string>>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(Token)).EnumerateAsync(Token))
            events.Add(item);
        return events;
    }

    Task<HttpResponseMessage> Get(string id, string? last)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"runs/{id}/progress");
        if (last is not null)
            request.Headers.Add("Last-Event-ID", last);
        return gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }
}
