using AsyncOpt.Core.Runs;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace AsyncOpt.Grains;

/// <summary>
/// Keeps silos of another numerics class out of the cluster: parts of one run on both would not give the bits of
/// either. Each silo tells its class as metadata of Orleans' membership; who joins compares before it becomes active,
/// and again just after it, in case two silos joined at once.
/// </summary>
sealed partial class NumericsGuard(
    IClusterMembershipService membership, ISiloMetadataCache metadata, ILocalSiloDetails here, NumericsClass numerics,
    TimeProvider clock, ILogger<NumericsGuard> log) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>The key of the metadata.</summary>
    public const string Key = "asyncopt.numerics";

    // Metadata come a moment after the membership.
    static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(60), WaitStep = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(NumericsGuard), ServiceLifecycleStage.BecomeActive - 10, c => Compare(_ => true, c));
        lifecycle.Subscribe(nameof(NumericsGuard), ServiceLifecycleStage.Active, c => Compare(IsOlder, c));
    }

    // Of two that became active at once the younger one gives way, by an order that both see alike.
    bool IsOlder(SiloAddress other) =>
        (other.Generation, other.ToParsableString()).CompareTo(
            (here.SiloAddress.Generation, here.SiloAddress.ToParsableString())) < 0;

    async Task Compare(Func<SiloAddress, bool> counts, CancellationToken cancellation)
    {
        var own = numerics.ToString();
        var others = membership.CurrentSnapshot.Members.Values
            .Where(m => m.Status == SiloStatus.Active && !m.SiloAddress.Equals(here.SiloAddress));
        foreach (var other in others.Select(m => m.SiloAddress).Where(counts))
        {
            if (await ClassOf(other, cancellation) is { } theirs && theirs != own)
                throw new Core.InputException($"this silo cannot join: its numerics class is '{own}', that of {other} "
                    + $"is '{theirs}', and a run on both would not be reproducible; start a cluster of its own for it");
        }
    }

    async Task<string?> ClassOf(SiloAddress silo, CancellationToken cancellation)
    {
        for (var waited = TimeSpan.Zero; waited < WaitMax; waited += WaitStep)
        {
            if (metadata.GetSiloMetadata(silo).Metadata.TryGetValue(Key, out var found))
                return found;
            if (membership.CurrentSnapshot.GetSiloStatus(silo) != SiloStatus.Active)
                return null; // it is gone
            await Task.Delay(WaitStep, clock, cancellation);
        }
        LogUnknown(silo);
        return null;
    }

    [LoggerMessage(
        40, LogLevel.Warning, "Silo {Silo} does not tell its numerics class; runs on both may not be reproducible")]
    partial void LogUnknown(SiloAddress silo);
}
