using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Metrics;

/// <summary>
/// What a run has cost so far, in the money that its prices are in: for each second of an agent, of a computation, and
/// for each byte.
/// </summary>
/// <remarks>
/// cost for all, cost-ROLE for each role that has a price, with what its agents send. A machine that is rented has a
/// price per second of an agent, a function that is billed by use one per second of a computation.
/// </remarks>
/// <param name="options">Prices of roles, and of a byte.</param>
[EventMetric("cost")]
public sealed class CostMetric(CostMetric.Options options) : MeteredMetric(options, Total)
{
    /// <summary>The name of the metric of all.</summary>
    public const string Total = "cost";

    /// <summary>The price of the agents of a role.</summary>
    public sealed record Price
    {
        /// <summary>The role's name.</summary>
        public required string Role { get; init; }

        /// <summary>The price of a second of an agent, whatever it does.</summary>
        [Range(0, 1e12)]
        public double PerSecond { get; init; }

        /// <summary>The price beside that of a second of a computation.</summary>
        [Range(0, 1e12)]
        public double PerComputedSecond { get; init; }
    }

    /// <summary>Options of <see cref="CostMetric"/>.</summary>
    public sealed record Options : MetricOptions
    {
        /// <summary>The price of the agents of each role; those that are not named cost nothing.</summary>
        public IReadOnlyList<Price> Prices { get; init; } = [];

        /// <summary>The price of each byte that is sent.</summary>
        [Range(0, 1e12)]
        public double PerByte { get; init; }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<RoleRate> Rates { get; } =
        [.. options.Prices.Select(p => new RoleRate(p.Role, p.PerSecond, p.PerComputedSecond))];

    /// <inheritdoc/>
    protected override double PerByte => options.PerByte;
}
