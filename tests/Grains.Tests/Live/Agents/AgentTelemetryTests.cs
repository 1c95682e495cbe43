using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Live.Agents;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Replay;

namespace AsyncOpt.Grains.Tests.Live.Agents;

/// <summary>What a live run shows of itself, and that showing it changes nothing.</summary>
[Collection(TelemetryCollection.Name)]
public class AgentTelemetryTests
{
    [Fact]
    public async Task Sampled_turns_are_spans_of_the_run_with_time_event_sender_and_staleness()
    {
        var run = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        using var spans = new Spans(run.TraceId);

        var (record, replay) = await Run(new TurnTracing(1, run));

        var turns = spans.All;
        Assert.True(replay.IsEqual, string.Join('\n', replay.Differences));
        // Handled after the record was made: the last events of agents that go on until they are asked to end.
        Assert.InRange(turns.Count, record.Counts.Events, record.Counts.Events + 100);
        Assert.All(turns, t => Assert.Equal(run.SpanId, t.ParentSpanId));
        Assert.All(turns, t => Assert.True((double)t.GetTagItem("asyncopt.time.virtual")! >= 0));
        var gradients = turns.Where(t => t.GetTagItem("asyncopt.update.staleness") is not null).ToList();
        Assert.InRange(gradients.Count, record.Counts.Updates, record.Counts.Updates + 100);
        var ids = turns.ToDictionary(t => t.SpanId, t => (int)t.GetTagItem("asyncopt.agent.id")!);
        Assert.All(gradients, t =>
        {
            Assert.Equal("turn server", t.OperationName);
            Assert.Equal("message", t.GetTagItem("asyncopt.event.kind"));
            // The turn that is linked is one of the agent that sent the message.
            Assert.Equal(t.GetTagItem("asyncopt.message.sender"), ids[Assert.Single(t.Links).Context.SpanId]);
        });
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.1, 0.07, 0.13)]
    [InlineData(1, 1, 1)]
    public void The_share_of_turns_that_is_asked_for_is_taken(double share, double least, double most)
    {
        var tracing = new TurnTracing(share, default);

        var taken = Enumerable.Range(0, 100).Sum(agent => Enumerable.Range(1, 100).Count(turn => tracing.Takes(agent, turn)));

        Assert.InRange(taken / 10_000.0, least, most);
    }

    [Fact]
    public void The_decision_allocates_nothing()
    {
        var tracing = new TurnTracing(0.01, default);
        var taken = tracing.Takes(0, 0) ? 1 : 0;
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var turn = 0; turn < 10_000; turn++)
            taken += tracing.Takes(3, turn) ? 1 : 0;

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.InRange(taken, 50, 200);
    }

    [Fact]
    public async Task Without_tracing_of_turns_there_are_only_the_leaders_instants()
    {
        using var parent = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        using var spans = new Spans(parent.TraceId);

        await Run(null);

        Assert.All(spans.All, s => Assert.Equal("sample", s.OperationName));
        Assert.NotEmpty(spans.All);
    }

    [Fact]
    public async Task Meters_read_what_the_run_counts()
    {
        using var factory = new Meters();
        using var wheel = new TimingWheel();
        var metrics = new LiveMetrics(factory, wheel);
        var counts = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory))
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var at = string.Concat(tags.ToArray().Where(t => t.Key == "asyncopt.message.fate").Select(t => $" {t.Value}"));
            counts.AddOrUpdate(
                instrument.Name + at, value, (_, old) => instrument is Histogram<long> ? old + 1 : Math.Max(old, value));
            if (!instrument.Name.StartsWith("asyncopt.wheel", StringComparison.Ordinal))
                Assert.Contains(tags.ToArray(), t => t is { Key: "asyncopt.method.name", Value: "async-sgd" });
        });
        listener.Start();

        var (record, _) = await Run(null, metrics);
        listener.RecordObservableInstruments();

        Assert.InRange(counts["asyncopt.messages sent"], record.Counts.Messages, record.Counts.Messages + 100);
        Assert.InRange(counts["asyncopt.messages received"], 1, counts["asyncopt.messages sent"]);
        Assert.InRange(counts["asyncopt.updates"], record.Counts.Updates, record.Counts.Updates + 100);
        Assert.InRange(counts["asyncopt.computations"], counts["asyncopt.batches"], long.MaxValue);
        Assert.True(counts.ContainsKey("asyncopt.update.staleness"));
    }

    static async Task<(RunRecord Record, ReplayReport Replay)> Run(TurnTracing? tracing, LiveMetrics? metrics = null)
    {
        var plan = ContractTests.For("async-sgd").Live("none").Plan(0, cancellation: TestContext.Current.CancellationToken);
        var agents = Simulator.LayOut(plan).Agents;
        using var log = new MemoryStream();
        RunRecord record;
        var writer = new ReplayLogWriter(log, ReplayLogHeader.Here("traced", "{}", agents, plan.Precision));
        using (var cluster = new Loopback(
            plan, 0.05, hosts: 1, _ => writer, o => o with { Tracing = tracing, Metrics = metrics }))
        {
            record = await LiveLeader.Run(
                plan, cluster.Clock, cluster, new LeaderOptions(), null, TestContext.Current.CancellationToken);
        }
        var read = ReplayLog.Read([("host", log.ToArray())]);
        return (record, Replayer.Run(plan, read, TestContext.Current.CancellationToken));
    }

    /// <summary>The spans of one trace.</summary>
    sealed class Spans : IDisposable
    {
        readonly ConcurrentQueue<Activity> _ended = new();
        readonly ActivityListener _listener;

        public Spans(ActivityTraceId trace)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == LiveTelemetry.Name,
                Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceId == trace
                    ? ActivitySamplingResult.AllDataAndRecorded
                    : ActivitySamplingResult.None,
                ActivityStopped = _ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public IReadOnlyList<Activity> All => [.. _ended];

        public void Dispose() => _listener.Dispose();
    }

    /// <summary>Meters of one test.</summary>
    sealed class Meters : IMeterFactory
    {
        readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            _meters.Add(new Meter(options));
            return _meters[^1];
        }

        public void Dispose() => _meters.ForEach(m => m.Dispose());
    }
}
