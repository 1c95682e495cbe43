using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace Doors;

/// <summary>How many bytes were sent for each update since the last instant.</summary>
/// <param name="options">How often it is evaluated.</param>
[EventMetric("price")]
public sealed class Price(MetricOptions options) : EventMetric(options)
{
    /// <inheritdoc/>
    public override EventKinds Reads => EventKinds.Sent | EventKinds.Updates;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Metrics(RunPlan plan) => ["bytes-per-update"];

    /// <inheritdoc/>
    public override int SumsOf(RunPlan plan, Layout layout) => 2;

    /// <inheritdoc/>
    public override void OnSent(in SentEvent e, Span<Int128> sums) => sums[0] += e.Bytes;

    /// <inheritdoc/>
    public override void OnUpdate(in UpdateEvent e, Span<Int128> sums) => sums[1]++;

    /// <inheritdoc/>
    public override void Evaluate(in EventSums sums, Action<string, double> metric)
    {
        if (sums.Recent[1] > 0)
            metric("bytes-per-update", (double)sums.Recent[0] / (double)sums.Recent[1]);
    }
}
