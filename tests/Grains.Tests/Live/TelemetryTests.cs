using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AsyncOpt.Grains.Tests.Virtual;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Grains.Tests.Live;

/// <summary>One trace for each run, whichever silos it is on, and a count of runs.</summary>
[Collection(TelemetryCollection.Name)]
public class TelemetryTests
{
    [Fact]
    public async Task A_run_is_one_trace_over_all_silos_whose_turns_are_sampled_and_whose_messages_are_no_spans_of_their_own()
    {
        using var spans = new Spans();
        var runs = new ConcurrentQueue<string>();
        using var listener = Listen(runs);
        await using var cluster = await VirtualCluster.Start(
            silos: 2, silo => silo.AddActivityPropagation().Configure<GrainsOptions>(o => o.TraceTurns = 0.5));
        var arm = ContractTests.For("async-sgd").Live("none");

        var record = await cluster.RunToEnd("traced", arm, r => r with { Mode = RunMode.Live, TimeFactor = 0 });

        var all = await spans.Until(s => s.Any(IsRun));
        var run = Assert.Single(all, IsRun);
        Assert.Equal(default, run.ParentSpanId);
        Assert.Equal("live", run.GetTagItem("asyncopt.run.mode"));
        Assert.Equal("async-sgd", run.GetTagItem("asyncopt.method.name"));
        Assert.Equal(record.VirtualTime / 1e9, run.GetTagItem("asyncopt.time.virtual"));
        var trace = all.Where(s => s.TraceId == run.TraceId).ToList();
        var turns = trace.Where(s => s.OperationName.StartsWith("turn", StringComparison.Ordinal)).ToList();
        Assert.InRange(turns.Count, record.Counts.Events / 4, record.Counts.Events);
        Assert.Equal(turns.Count, all.Count(s => s.OperationName.StartsWith("turn", StringComparison.Ordinal)));
        Assert.All(turns, t => Assert.Equal(run.SpanId, t.ParentSpanId));
        Assert.Contains(turns, t => t.GetTagItem("asyncopt.update.staleness") is long);
        var links = turns.SelectMany(t => t.Links).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, l => Assert.Equal(run.TraceId, l.Context.TraceId));
        Assert.Contains(trace, s => s.OperationName == "sample");
        // Orleans' own spans: calls of the hosts, none of the thousands of messages.
        Assert.Contains(trace, s => s.OperationName.Contains("ILiveHostGrain", StringComparison.Ordinal));
        Assert.DoesNotContain(all, s => s.OperationName.Contains("IAgentGrain", StringComparison.Ordinal));
        Assert.Contains("asyncopt.run.going running +1", runs);
        Assert.Contains("asyncopt.run.going running -1", runs);
        Assert.Contains("asyncopt.runs ended +1", runs);

        static bool IsRun(Activity span) => (string?)span.GetTagItem("asyncopt.run.id") == "traced";
    }

    static MeterListener Listen(ConcurrentQueue<string> heard)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == Telemetry.Name)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => heard.Enqueue(
            $"{instrument.Name} {tags.ToArray().Single(t => t.Key == "asyncopt.run.state").Value} {value:+0;-0}"));
        listener.Start();
        return listener;
    }

    /// <summary>Every span that ends, sampled as a silo does.</summary>
    sealed class Spans : IDisposable
    {
        readonly ConcurrentQueue<Activity> _ended = new();
        readonly ActivityListener _listener;

        public Spans()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name.StartsWith("AsyncOpt.", StringComparison.Ordinal)
                    || source.Name.StartsWith("Microsoft.Orleans.", StringComparison.Ordinal),
                Sample = Sample,
                ActivityStopped = span =>
                {
                    if (span.Recorded)
                        _ended.Enqueue(span);
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        static ActivitySamplingResult Sample(ref ActivityCreationOptions<ActivityContext> options)
        {
            if (options.Parent.TraceId == default ? options.Name == Telemetry.Run : IsRecorded(options.Parent))
                return ActivitySamplingResult.AllDataAndRecorded;
            return options.Parent.TraceId == default || options.Parent.IsRemote
                ? ActivitySamplingResult.PropagationData
                : ActivitySamplingResult.None;
        }

        static bool IsRecorded(in ActivityContext parent) => (parent.TraceFlags & ActivityTraceFlags.Recorded) != 0;

        /// <summary>The spans so far, once a condition holds: the run's ends just after its record is kept.</summary>
        public async Task<List<Activity>> Until(Func<List<Activity>, bool> isSo)
        {
            List<Activity> all = [.. _ended];
            await Patience.Until(() => Task.FromResult(isSo(all = [.. _ended])), () => $"{all.Count} spans");
            return all;
        }

        public void Dispose() => _listener.Dispose();
    }
}
