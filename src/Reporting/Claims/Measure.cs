using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Claims;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting.Claims;

/// <summary>What a quantity is in one run: a pure function of the run's record.</summary>
/// <remarks>
/// A run that diverged or stalled, or never reached the target, counts as worse than any finite value: +infinity, 0
/// for metrics of which more is better. Counts such as updates stay what they are.
/// </remarks>
public static class Measure
{
    /// <summary>The quantity's value; NaN where it is undefined, as the difference of two failures.</summary>
    /// <param name="quantity">The quantity.</param>
    /// <param name="runOf">The run of an arm in the same repetition.</param>
    /// <exception cref="InputException">The run has no such metric, or ended too early to tell.</exception>
    public static double Of(Quantity quantity, Func<string, RunRecord> runOf)
    {
        var value = quantity.Number ?? Of(quantity, quantity.Arm!, runOf(quantity.Arm!));
        value *= quantity.Times;
        if (quantity.DividedBy is { } divisor)
            value /= Of(divisor, runOf);
        if (quantity.Minus is { } subtrahend)
            value -= Of(subtrahend, runOf);
        return value;
    }

    /// <summary>
    /// The scale of a quantity's interval: that of its metric, linear with anything subtracted, log for a quotient of
    /// what is never negative.
    /// </summary>
    /// <param name="quantity">The quantity.</param>
    /// <param name="runOf">A run of an arm.</param>
    public static Scale ScaleOf(Quantity quantity, Func<string, RunRecord> runOf)
    {
        if (quantity.Minus is not null)
            return Scale.Linear;
        var scale = quantity.Number is { } number ? number >= 0 ? Scale.Log : Scale.Linear
            : quantity.Reach is not null ? Scale.Log
            : CountNames.ScaleOf(quantity.Metric!) ?? runOf(quantity.Arm!).ScaleOf(quantity.Metric!);
        if (quantity.DividedBy is { } divisor && ScaleOf(divisor, runOf) == Scale.Linear)
            return Scale.Linear;
        // A share times a factor, or divided, is a share no longer.
        return scale == Scale.Logit && (quantity.Times != 1 || quantity.DividedBy is not null) ? Scale.Log : scale;
    }

    static double Of(Quantity quantity, string arm, RunRecord run)
    {
        var metric = quantity.Metric!;
        if (CountNames.IsOfWholeRun(metric))
            return Count(metric, arm, run);
        var isCount = CountNames.IsAlongRun(metric);
        if (isCount && quantity is { At: null, Tail: null, Take: null, Reach: null })
            return AtEnd(metric, run);
        if (!isCount && run.Outcome is Outcome.Diverged or Outcome.Stalled)
            return Worst(quantity, run);
        var axis = quantity.Reach is null ? quantity.At?.Value.Axis ?? Axis.Time : quantity.In;
        var series = Series(metric, axis, run);
        if (series.Count == 0)
        {
            throw new InputException($"arm '{arm}' has no metric '{metric}'"
                + NearestName.Hint(metric, Names(run), $"it has {string.Join(", ", Names(run))}"));
        }
        if (!isCount && series.Exists(p => double.IsNaN(p.Value)))
            return Worst(quantity, run);
        if (quantity.Reach is { } target)
            return TimeTo(series, target, run.IsBetterAbove(metric));
        var end = quantity.At?.Value.Amount ?? series[^1].Amount;
        if (series[^1].Amount < end)
            throw new InputException(
                $"arm '{arm}' ended at {Brief.Number(series[^1].Amount)} {Words.Of(axis)} ({run.Reason}), before "
                + $"{Brief.Number(end)}: give it a longer stop");
        return Take(quantity, series, end);
    }

    /// <summary>Whether more of a quantity is better, as a run declares it of its metric.</summary>
    public static bool IsBetterAbove(Quantity quantity, RunRecord run) =>
        quantity is { Reach: null, Metric: { } metric } && run.IsBetterAbove(metric);

    static double Worst(Quantity quantity, RunRecord run) =>
        IsBetterAbove(quantity, run) ? 0 : double.PositiveInfinity;

    static double Take(Quantity quantity, List<(double Amount, double Value)> series, double end)
    {
        var take = quantity.Take ?? (quantity.Tail is null ? Core.Claims.Take.Last : Core.Claims.Take.Mean);
        var last = At(series, end);
        if (take == Core.Claims.Take.Last)
            return last;
        var begin = (1 - (quantity.Tail ?? 1)) * end;
        List<double> values = [.. series.Where(p => p.Amount >= begin && p.Amount <= end).Select(p => p.Value)];
        if (values.Count == 0)
            return last;
        return take switch
        {
            Core.Claims.Take.Min => values.Min(),
            Core.Claims.Take.Max => values.Max(),
            _ => values.Average(),
        };
    }

    // Between two instants as a straight line, of the logarithm where that exists.
    static double At(List<(double Amount, double Value)> series, double amount)
    {
        var next = series.FindIndex(p => p.Amount >= amount);
        var (b, v) = series[next];
        if (next == 0 || b == amount)
            return v;
        var (a, u) = series[next - 1];
        var share = (amount - a) / (b - a);
        return u > 0 && v > 0
            ? Math.Exp((1 - share) * Math.Log(u) + share * Math.Log(v))
            : (1 - share) * u + share * v;
    }

    static double TimeTo(List<(double Amount, double Value)> series, double target, bool above)
    {
        var at = series.FindIndex(p => above ? p.Value >= target : p.Value <= target);
        if (at <= 0)
            return at < 0 ? double.PositiveInfinity : series[0].Amount;
        var ((a, u), (b, v)) = (series[at - 1], series[at]);
        var share = u > 0 && v > 0 && target > 0
            ? Math.Log(target / u) / Math.Log(v / u)
            : (target - u) / (v - u);
        return double.IsFinite(share) ? a + Math.Clamp(share, 0, 1) * (b - a) : b;
    }

    // An end that falls on a sampling instant may report a metric twice: the last counts.
    static List<(double Amount, double Value)> Series(string metric, Axis axis, RunRecord run)
    {
        var series = new List<(double Amount, double Value)>();
        var time = double.NaN;
        foreach (var p in run.Metrics)
        {
            if (!CountNames.IsAlongRun(metric) && p.Metric != metric)
                continue;
            if (p.Time == time)
                series.RemoveAt(series.Count - 1);
            time = p.Time;
            series.Add((AmountOf(axis, p), CountNames.IsAlongRun(metric) ? CountOf(metric, p) : p.Value));
        }
        return series;
    }

    static IEnumerable<string> Names(RunRecord run) => run.Metrics.Select(p => p.Metric).Distinct();

    static double AmountOf(Axis axis, in MetricPoint p) => axis switch
    {
        Axis.Time => p.Time,
        Axis.Updates => p.Updates,
        Axis.Gradients => p.Gradients,
        Axis.Samples => p.Samples,
        _ => p.Bytes,
    };

    static double CountOf(string name, in MetricPoint p) => name switch
    {
        "updates" => p.Updates,
        "gradients" => p.Gradients,
        "samples" => p.Samples,
        _ => p.Bytes,
    };

    static double AtEnd(string name, RunRecord run) => name switch
    {
        "updates" => run.Counts.Updates,
        "gradients" => run.Counts.Gradients,
        "samples" => run.Counts.Samples,
        _ => run.Counts.Bytes,
    };

    static double Count(string name, string arm, RunRecord run)
    {
        var updates = Math.Max(1, run.Staleness.Updates);
        return name switch
        {
            CountNames.Diverged => run.Outcome == Outcome.Diverged ? 1 : 0,
            CountNames.VirtualTime => run.VirtualTime / 1e9,
            CountNames.Messages => run.Counts.Messages,
            CountNames.Lost => run.Counts.Lost,
            CountNames.StalenessMean => run.Staleness.Mean,
            CountNames.StalenessMax => run.Staleness.Max,
            CountNames.AgeCompute => run.Age.Compute / updates,
            CountNames.AgeWire => run.Age.Wire / updates,
            CountNames.AgeQueue => run.Age.Queue / updates,
            _ => Traffic(name, arm, run),
        };
    }

    static double Traffic(string name, string arm, RunRecord run)
    {
        var role = CountNames.RoleOf(name);
        var roles = run.Traffic.Select(t => t.Role).ToList();
        var traffic = run.Traffic.FirstOrDefault(t => t.Role == role)
            ?? throw new InputException($"arm '{arm}' has no role '{role}'"
                + NearestName.Hint($"{role}", roles, $"it has {string.Join(", ", roles)}"));
        return name.StartsWith(CountNames.BytesOf, StringComparison.Ordinal) ? traffic.Bytes : traffic.Messages;
    }
}
