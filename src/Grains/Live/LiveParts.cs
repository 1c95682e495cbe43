using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AsyncOpt.Grains.Live.Agents;
using AsyncOpt.Grains.Runs;
using Microsoft.Extensions.Options;

namespace AsyncOpt.Grains.Live;

/// <summary>What this silo hosts of live runs, and the wheel on which all their delays lie.</summary>
/// <param name="meters">Makes meters.</param>
/// <param name="options">Which turns are traced.</param>
/// <param name="work">Where logs for replays are written.</param>
/// <param name="silos">Who is there.</param>
sealed class LiveParts(
    IMeterFactory meters, IOptions<GrainsOptions> options, WorkFolder work, ISiloStatusOracle silos) : IDisposable
{
    readonly ConcurrentDictionary<string, LivePart> _parts = new(StringComparer.Ordinal);

    volatile bool _isStopping;

    LiveMetrics? _metrics;

    /// <summary>The silo's wheel.</summary>
    public TimingWheel Wheel { get; } = new();

    /// <summary>Where logs for replays are written.</summary>
    public WorkFolder Work => work;

    /// <summary>The meter of the silo's live runs.</summary>
    public LiveMetrics Metrics => LazyInitializer.EnsureInitialized(ref _metrics, () => new LiveMetrics(meters, Wheel));

    /// <summary>Which turns of a run get a span; null for none.</summary>
    /// <param name="trace">The run's span, as a W3C <c>traceparent</c>; null for none.</param>
    public TurnTracing? TracingOf(string? trace) =>
        options.Value.TraceTurns > 0 && ActivityContext.TryParse(trace, null, isRemote: true, out var run)
            ? new TurnTracing(options.Value.TraceTurns, run)
            : null;

    /// <summary>This silo's part of a run; null where it has none.</summary>
    public LivePart? Find(string run) => _parts.GetValueOrDefault(run);

    /// <summary>Whether a silo takes messages: it is there, and not about to stop.</summary>
    public bool TakesMessages(SiloAddress silo) => silos.GetApproximateSiloStatus(silo) == SiloStatus.Active;

    /// <summary>Begins this silo's part of a run.</summary>
    public void Open(string run, LivePart part)
    {
        if (_isStopping || !_parts.TryAdd(run, part))
            part.Dispose();
    }

    /// <summary>Ends what is left, as the silo is about to stop: no run begins here any more.</summary>
    public void Stop()
    {
        _isStopping = true;
        foreach (var run in _parts.Keys)
            Close(run);
    }

    /// <summary>Ends this silo's part of a run, and the activations of its agents.</summary>
    public void Close(string run)
    {
        if (!_parts.TryRemove(run, out var part))
            return;
        part.Dispose();
        part.EndActivations();
    }

    /// <summary>Ends all that is left when the silo ends: its activations are gone by then.</summary>
    public void Dispose()
    {
        foreach (var part in _parts.Values)
            part.Dispose();
        Wheel.Dispose();
    }
}
