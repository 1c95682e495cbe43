using System.Diagnostics.Tracing;

namespace AsyncOpt.Silo;

/// <summary>
/// Says when a collector does not take what it is sent, and when it does again: the exporter itself tells of it through
/// its event source alone. Each signal (traces, metrics) has an address of its own at the collector.
/// </summary>
/// <param name="collector">Where the collector is.</param>
/// <param name="log">Where it is said.</param>
sealed partial class CollectorWatch(Uri collector, ILogger log) : EventListener
{
    const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol", Taken = "ExportSuccess";

    // As the exporter names it, which leaves out a password.
    readonly string _collector = collector.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
    readonly Lock _lock = new();
    readonly HashSet<string> _failing = [];
    int _lost;

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        lock (_lock)
        {
            if (_failing.Count > 0)
                LogLost(_collector, _lost);
        }
    }

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
            EnableEvents(eventSource, EventLevel.Informational);
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // The other events are not about what was sent.
        if (eventData.Payload is not [string address, .., string said]
            || !address.StartsWith($"{_collector}/", StringComparison.Ordinal))
            return;
        lock (_lock)
        {
            if (eventData.EventName == Taken)
                Take(address);
            else if (eventData.Level <= EventLevel.Warning)
                Lose(address, said);
        }
    }

    void Take(string address)
    {
        if (!_failing.Remove(address) || _failing.Count > 0)
            return;
        LogTaken(_collector, _lost);
        _lost = 0;
    }

    void Lose(string address, string said)
    {
        _lost++;
        var isFirst = _failing.Count == 0;
        if (_failing.Add(address) && isFirst)
            LogRefused(_collector, Cause(said));
    }

    /// <summary>The first line of what the exporter says, without the type of an exception.</summary>
    static string Cause(string said)
    {
        var line = said.Split('\r', '\n')[0];
        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 && line[..colon].EndsWith("Exception", StringComparison.Ordinal) ? line[(colon + 2)..] : line;
    }

    [LoggerMessage(60, LogLevel.Warning,
        "Telemetry does not reach the collector at {Collector}: {Cause}. Runs go on without it; start a collector that "
        + "takes OTLP over gRPC there (its port is 4317 by default), or set another --telemetry")]
    partial void LogRefused(string collector, string cause);

    [LoggerMessage(61, LogLevel.Information,
        "Telemetry reaches the collector at {Collector} again; batches lost until then: {Lost}")]
    partial void LogTaken(string collector, int lost);

    [LoggerMessage(62, LogLevel.Warning,
        "Telemetry did not reach the collector at {Collector} to the end; batches lost: {Lost}")]
    partial void LogLost(string collector, int lost);
}
