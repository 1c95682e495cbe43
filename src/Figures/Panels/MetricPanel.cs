using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Figures.Panels;

/// <summary>
/// A metric over what was spent: each arm's mean with its band over all seeds, up to where the first of them ended; the
/// seeds that went on, each alone, thin; predictions, thin; and marks where runs diverged or stalled.
/// </summary>
sealed class MetricPanel : IPanelKind
{
    public bool Is(string name) => true;

    public bool HasBands => true;

    public Panel Of(IReadOnlyList<FigureArm> arms, PanelRequest asked)
    {
        var points = arms.SelectMany(a => a.Records).SelectMany(r => r.Metrics);
        var names = points.Select(p => p.Metric).Distinct().ToList();
        foreach (var metric in new[] { asked.Name, asked.Beside })
        {
            if (metric is not null && !names.Contains(metric))
            {
                throw new InputException($"the runs have no metric '{metric}'"
                    + NearestName.Hint(metric, names) + $"; they have {string.Join(", ", names)}");
            }
        }
        var beside = asked.Beside ?? (MetricNames.Predicted + asked.Name);
        var drawn = arms.Select((arm, k) => ArmMarks.Of(arm, k, asked, asked.Name)).ToList();
        var theory = arms.Select((arm, k) => ArmMarks.Of(arm, k, asked, beside)).ToList();
        var (x, y) = (XAxis(drawn, asked), YAxis(drawn, theory, asked));
        List<Mark> marks =
        [
            .. drawn.SelectMany(d => d.Bands), .. drawn.SelectMany(d => d.Tails), .. theory.SelectMany(t => t.Thin),
            .. drawn.SelectMany(d => d.Means), .. drawn.SelectMany(d => d.Ends),
        ];
        var hasTheory = theory.Any(t => t.Thin.Any());
        return new Panel(Words.Of(asked.Name), x, y, marks)
        {
            Remark = !hasTheory ? null : asked.Beside is null ? "thin: predicted" : $"thin: {Words.Of(beside)}",
        };
    }

    static Axis XAxis(List<ArmMarks> drawn, PanelRequest asked)
    {
        var last = drawn.SelectMany(d => d.Points).Select(p => p.X).DefaultIfEmpty(1).Max();
        return new Axis(asked.Over.Label, 0, last > 0 ? last : 1);
    }

    // Of arms that diverged only where all did: what runs away would crush the scale of the others.
    static Axis YAxis(List<ArmMarks> drawn, List<ArmMarks> theory, PanelRequest asked)
    {
        var steady = drawn.Where(d => !d.HasDiverged && d.Points.Any()).ToList();
        var shown = steady.Count > 0 ? steady : drawn;
        var means = shown.SelectMany(d => d.Core).Concat(theory.SelectMany(t => t.Core)).Select(p => p.Y).ToList();
        var edges = shown.SelectMany(d => d.Points).Select(p => p.Y).Concat(means).ToList();
        if (edges.Count == 0)
        {
            throw new InputException(asked.IsLog
                ? $"no value of '{asked.Name}' is above 0, so that none has a place on a logarithmic axis"
                : $"no value of '{asked.Name}' is finite");
        }
        if (asked.IsLog)
        {
            // A band may reach far down, as an interval of a few seeds does: the axis ends below the least mean.
            var least = means.DefaultIfEmpty(edges.Min()).Min();
            return new Axis(asked.Name + ", log scale", least / 1.5, edges.Max() * 1.2, IsLog: true);
        }
        var (low, high) = (edges.Min(), edges.Max());
        var margin = high > low ? 0.05 * (high - low) : Math.Max(Math.Abs(high), 1) * 0.05;
        return new Axis(asked.Name, low >= 0 && low < 0.2 * high ? 0 : low - margin, high + margin);
    }
}
