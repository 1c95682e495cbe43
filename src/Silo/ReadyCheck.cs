using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AsyncOpt.Silo;

/// <summary>Whether the silo takes requests: it is an active member of its cluster, and not about to stop.</summary>
sealed class ReadyCheck(
    IClusterMembershipService membership, ILocalSiloDetails silo, IHostApplicationLifetime lifetime) : IHealthCheck
{
    /// <summary>Marks what readiness asks for.</summary>
    public const string Tag = "ready";

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = membership.CurrentSnapshot.GetSiloStatus(silo.SiloAddress);
        return Task.FromResult(status == SiloStatus.Active && !lifetime.ApplicationStopping.IsCancellationRequested
            ? HealthCheckResult.Healthy("the silo is active")
            : HealthCheckResult.Unhealthy($"the silo is {status}"));
    }
}
