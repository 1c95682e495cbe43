using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Metrics;

/// <summary>
/// What a run uses up since its start: for each agent of a role so much a second, so much more for each second of a
/// computation, and so much for each byte that is sent.
/// </summary>
/// <remarks>
/// Sum over the roles r of agents_r (per second) T + (per computed second) C_r, and (per byte) B, with C_r the time of
/// the computations of the role that have completed and B the bytes that programs have sent: whole nanoseconds and
/// bytes, multiplied once. Computations of an agent that overlap count each. What is under way, given up, or sent again
/// by a link after a loss is not counted. Agents that are down count as if they were up.
/// </remarks>
/// <param name="options">How often it is evaluated.</param>
/// <param name="total">The name of the metric of all; the part of a role has the role's name behind it.</param>
public abstract class MeteredMetric(MetricOptions options, string total) : EventMetric(options)
{
    const int SumsPerRole = 2, Nanoseconds = 0, Bytes = 1;

    /// <summary>The rates of the roles; those that are not named use up nothing but for what they send.</summary>
    protected abstract IReadOnlyList<RoleRate> Rates { get; }

    /// <summary>What each byte costs.</summary>
    protected abstract double PerByte { get; }

    /// <inheritdoc/>
    public override EventKinds Reads => EventKinds.Sent | EventKinds.Computed;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Metrics(RunPlan plan) => [total, .. Rates.Select(r => NameOf(r.Role))];

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(RunPlan plan, Layout layout)
    {
        var roles = layout.Roles.Select(r => r.Name).ToList();
        foreach (var role in Rates.Select(r => r.Role).Where(role => !roles.Contains(role)))
        {
            yield return $"metric '{Name}': method '{plan.Method.Name}' has no role '{role}'"
                + NearestName.Hint(role, roles, $"expected one of {string.Join(", ", roles)}");
        }
        foreach (var role in Rates.GroupBy(r => r.Role).Where(g => g.Count() > 1))
            yield return $"metric '{Name}': role '{role.Key}' is given twice; keep one of them";
    }

    /// <inheritdoc/>
    public override int SumsOf(RunPlan plan, Layout layout) => SumsPerRole * layout.Roles.Count;

    /// <inheritdoc/>
    public override void OnSent(in SentEvent e, Span<Int128> sums) =>
        sums[(SumsPerRole * e.Role.Index) + Bytes] += e.Bytes;

    /// <inheritdoc/>
    public override void OnComputed(in ComputedEvent e, Span<Int128> sums) =>
        sums[(SumsPerRole * e.Role.Index) + Nanoseconds] += e.Now - e.Requested;

    /// <inheritdoc/>
    public override void Evaluate(in EventSums sums, Action<string, double> metric)
    {
        var all = 0.0;
        foreach (var role in sums.Layout.Roles)
        {
            var ofRole = sums.Total.Slice(SumsPerRole * role.Index, SumsPerRole);
            var used = PerByte * (double)ofRole[Bytes];
            if (Rates.Any(r => r.Role == role.Name))
            {
                var rate = Rates.First(r => r.Role == role.Name);
                used += (rate.PerSecond * sums.Time * role.Agents)
                    + (rate.PerComputedSecond * ((double)ofRole[Nanoseconds] / 1e9));
                metric(NameOf(role.Name), used);
            }
            all += used;
        }
        metric(total, all);
    }

    string NameOf(string role) => $"{total}-{role}";
}
