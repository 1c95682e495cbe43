namespace AsyncOpt.Core.Programs;

/// <summary>
/// Where a received or computed vector comes from: the model version it rests on, when that was born, and how the
/// virtual time since then was spent. Age = compute + wire + queue, exactly.
/// </summary>
/// <param name="Version">The version given when the snapshot was taken; -1 when none was.</param>
/// <param name="Birth">Virtual time, in ns, at which that version was first taken.</param>
/// <param name="Compute">ns spent in computations and in service at stations.</param>
/// <param name="Wire">ns spent between sending and arrival, resources included.</param>
/// <param name="Now">Virtual time, in ns, of the event that brought it.</param>
public readonly record struct Origin(long Version, long Birth, long Compute, long Wire, long Now)
{
    /// <summary>No version: nothing that staleness could be measured by.</summary>
    public const long Unversioned = -1;

    /// <summary>Virtual time since birth, in ns.</summary>
    public long Age => Now - Birth;

    /// <summary>ns at rest: waiting at a station, or held in a slot.</summary>
    public long Queue => Age - Compute - Wire;
}
