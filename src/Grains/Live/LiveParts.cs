using System.Collections.Concurrent;
using AsyncOpt.Live;

namespace AsyncOpt.Grains.Live;

/// <summary>What this silo hosts of live runs, and the wheel on which all their delays lie.</summary>
sealed class LiveParts : IDisposable
{
    readonly ConcurrentDictionary<string, LivePart> _parts = new(StringComparer.Ordinal);

    /// <summary>The silo's wheel.</summary>
    public TimingWheel Wheel { get; } = new();

    /// <summary>This silo's part of a run; null where it has none.</summary>
    public LivePart? Find(string run) => _parts.GetValueOrDefault(run);

    /// <summary>Begins this silo's part of a run.</summary>
    public void Open(string run, LivePart part)
    {
        if (!_parts.TryAdd(run, part))
            part.Dispose();
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
