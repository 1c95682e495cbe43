using System.Diagnostics.Metrics;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>
/// The meter of a silo's live runs. Counts are read off the runs when somebody asks; only staleness is noted as it
/// happens, and only while somebody listens.
/// </summary>
sealed class LiveMetrics
{
    static readonly long[] Buckets = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
    readonly Lock _lock = new();
    readonly HashSet<LiveRun> _running = [];
    readonly Dictionary<string, LiveTotals> _over = new(StringComparer.Ordinal);
    readonly Histogram<long> _staleness;

    /// <param name="meters">Makes meters.</param>
    /// <param name="wheel">The silo's wheel.</param>
    public LiveMetrics(IMeterFactory meters, TimingWheel wheel)
    {
        var meter = meters.Create(LiveTelemetry.Name, LiveTelemetry.Source.Version);
        _staleness = meter.CreateHistogram(
            "asyncopt.update.staleness", "{update}", "staleness of updates, as the method counts it", tags: null,
            new InstrumentAdvice<long> { HistogramBucketBoundaries = Buckets });
        meter.CreateObservableCounter("asyncopt.messages", Messages, "{message}", "messages by their fate");
        meter.CreateObservableCounter("asyncopt.events", () => Each(t => t.Events), "{event}", "events handled");
        meter.CreateObservableCounter("asyncopt.updates", () => Each(t => t.Updates), "{update}", "updates recorded");
        meter.CreateObservableCounter(
            "asyncopt.computations", () => Each(t => t.Computations), "{computation}", "computations evaluated");
        meter.CreateObservableCounter(
            "asyncopt.batches", () => Each(t => t.Batches), "{batch}", "batches in which computations were evaluated");
        meter.CreateObservableCounter(
            "asyncopt.wheel.fired", () => wheel.Lateness.Fired, "{timer}", "delays and timers that ended");
        meter.CreateObservableGauge(
            "asyncopt.wheel.lateness.mean", () => wheel.Lateness.Mean, "s", "how much later than asked, on average");
        meter.CreateObservableGauge(
            "asyncopt.wheel.lateness.max", () => wheel.Lateness.Max, "s", "how much later than asked, at most");
    }

    /// <summary>A run begins to count.</summary>
    public void Add(LiveRun run)
    {
        lock (_lock)
            _running.Add(run);
    }

    /// <summary>A run is over: what it came to stays counted.</summary>
    public void Remove(LiveRun run)
    {
        lock (_lock)
        {
            if (_running.Remove(run))
                _over[run.MethodName] = _over.GetValueOrDefault(run.MethodName) + run.Totals();
        }
    }

    /// <summary>Notes an update's staleness.</summary>
    public void Update(LiveRun run, long staleness)
    {
        if (_staleness.Enabled)
            _staleness.Record(staleness, Method(run.MethodName), Mode);
    }

    static readonly KeyValuePair<string, object?> Mode = new("asyncopt.run.mode", "live");

    static KeyValuePair<string, object?> Method(string name) => new("asyncopt.method.name", name);

    IEnumerable<Measurement<long>> Messages() => Totals().SelectMany(t => new[]
    {
        Fate(t.Key, "sent", t.Value.Sent),
        Fate(t.Key, "received", t.Value.Received),
        Fate(t.Key, "lost", t.Value.Lost),
        Fate(t.Key, "repeated", t.Value.Repeated),
        Fate(t.Key, "refused", t.Value.Refused),
    });

    static Measurement<long> Fate(string method, string fate, long count) =>
        new(count, Method(method), Mode, new KeyValuePair<string, object?>("asyncopt.message.fate", fate));

    IEnumerable<Measurement<long>> Each(Func<LiveTotals, long> count) =>
        Totals().Select(t => new Measurement<long>(count(t.Value), Method(t.Key), Mode));

    Dictionary<string, LiveTotals> Totals()
    {
        lock (_lock)
        {
            var totals = new Dictionary<string, LiveTotals>(_over, StringComparer.Ordinal);
            foreach (var run in _running)
                totals[run.MethodName] = totals.GetValueOrDefault(run.MethodName) + run.Totals();
            return totals;
        }
    }
}
