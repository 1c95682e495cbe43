using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Metrics;

/// <summary>
/// The energy that a run has taken so far, in joules: the power of agents that idle and compute, and joules for each
/// byte.
/// </summary>
/// <remarks>
/// energy for all, energy-ROLE for each role that has a power, with what its agents send. Computing takes its power
/// beside that of idling.
/// </remarks>
/// <param name="options">Powers of roles, and joules per byte.</param>
[EventMetric("energy")]
public sealed class EnergyMetric(EnergyMetric.Options options) : MeteredMetric(options, Total)
{
    /// <summary>The name of the metric of all.</summary>
    public const string Total = "energy";

    /// <summary>The power of the agents of a role.</summary>
    public sealed record Power
    {
        /// <summary>The role's name.</summary>
        public required string Role { get; init; }

        /// <summary>Watts of an agent, whatever it does.</summary>
        [Range(0, 1e12)]
        public double Idle { get; init; }

        /// <summary>Watts beside that for each computation while it lasts.</summary>
        [Range(0, 1e12)]
        public double Compute { get; init; }
    }

    /// <summary>Options of <see cref="EnergyMetric"/>.</summary>
    public sealed record Options : MetricOptions
    {
        /// <summary>The power of the agents of each role; those that are not named take none.</summary>
        public IReadOnlyList<Power> Power { get; init; } = [];

        /// <summary>Joules for each byte that is sent.</summary>
        [Range(0, 1e12)]
        public double PerByte { get; init; }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<RoleRate> Rates { get; } =
        [.. options.Power.Select(p => new RoleRate(p.Role, p.Idle, p.Compute))];

    /// <inheritdoc/>
    protected override double PerByte => options.PerByte;
}
