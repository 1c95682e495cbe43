using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.LocalTraining;

/// <summary>
/// Delayed Nesterov: plain steps g / N on arrival, the momentum only with every N-th update.
/// Every update: D := D + g. The N-th: <c>m := beta m + D / N, x := x - eta ((1 - c N + c) beta m + g / N), D := 0</c>;
/// the others: <c>x := x - eta (c beta m + g / N)</c>.
/// </summary>
/// <remarks>
/// beta is that of the outer optimizer, which must be <c>nesterov</c>. N = 1 is Nesterov's step itself for any c. With
/// c = 0 the model after N updates is that of one Nesterov step along their mean; another c spreads the momentum over
/// the period, which is not the same: the model at the end differs by eta beta c (N - 1) (m_new - m_old).
/// </remarks>
/// <param name="options">Period and c.</param>
[ServerRule("delayed-nesterov", Source = "Liu et al., arXiv 2401.09135, algorithm 3")]
public sealed class DelayedNesterovRule(DelayedNesterovRule.Options options) : ServerRule
{
    // c = 1 / N may be written with a few digits.
    const double Rounding = 1e-6;

    /// <summary>Options of <see cref="DelayedNesterovRule"/>.</summary>
    public sealed record Options
    {
        /// <summary>N; null for the number of workers.</summary>
        [Range(1, 1 << 24)]
        public int? Period { get; init; }

        /// <summary>The share of the momentum that every update takes, at most 1 / N.</summary>
        [Range(0, 1.0)]
        public double C { get; init; }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Violations(Optimizer outer, StalenessRule staleness)
    {
        if (outer is not Nesterov)
            yield return "server rule 'delayed-nesterov' delays the momentum of outer optimizer 'nesterov': set "
                + "'outer: nesterov', or take server rule 'buffer', which works with any optimizer";
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(int workers)
    {
        var period = options.Period ?? workers;
        if (options.C * period > 1 + Rounding)
            yield return $"server rule 'delayed-nesterov': c must be at most 1 / period = "
                + $"{Counted.Digits(1.0 / period, 4)}, "
                + $"got {options.C}";
    }

    /// <inheritdoc/>
    public override ServerUpdate Bind(RoleLayout role, Vector model, OuterOptimizer outer, int workers) => new Update(
        model, role.Vector("momentum", Dim.Parameters), role.Vector("collected", Dim.Parameters), outer,
        options.Period ?? workers, options.C);

    sealed class Update(Vector x, Vector m, Vector collected, OuterOptimizer outer, int period, double c)
        : ServerUpdate
    {
        readonly double _beta = ((Nesterov)outer.Rule).Beta;

        public override bool Apply(ref OuterState s, Effects e, Operand g, double weight)
        {
            var rate = outer.Rate(s);
            e.Axpy(1, g, collected);
            var share = c;
            if (++s.Collected == period)
            {
                e.Scale(_beta, m);
                e.Axpy(1.0 / period, collected, m);
                e.Fill(0, collected);
                s.Collected = 0;
                share = 1 - (c * period) + c;
            }
            if (share != 0)
                e.Axpy(-rate * share * _beta, m, x);
            e.Axpy(-rate / period, g, x);
            s.Steps++;
            return true;
        }
    }
}
