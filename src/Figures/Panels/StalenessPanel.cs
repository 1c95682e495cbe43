namespace AsyncOpt.Figures.Panels;

/// <summary>
/// How stale updates were: of each arm the share of its updates with each staleness, all seeds together, and the mean
/// that theory predicts, where its conditions are met, as an upright line.
/// </summary>
sealed class StalenessPanel : IPanelKind
{
    // Beyond this share of all updates the axis ends: a few that are very stale would crush the rest.
    const double ShownShare = 0.998;

    public bool Is(string name) => name == "staleness";

    public Panel Of(IReadOnlyList<FigureArm> arms, PanelRequest asked)
    {
        var shares = arms.Select(Shares).ToList();
        var stale = shares.Where(IsStale).ToList();
        var last = Math.Max(1, shares.Max(Last));
        var highest = stale.Count > 0 ? stale.Max(s => s.Take(last + 1).Max()) : 100;
        var y = new Axis("share of updates (%)", 0, 1.15 * highest);
        var marks = new List<Mark>();
        var remarks = new List<string>();
        foreach (var (k, share) in shares.Index())
        {
            if (!IsStale(share))
            {
                remarks.Add($"{arms[k].Name}: always 0");
                continue;
            }
            List<PlotPoint> steps = [.. Enumerable.Range(0, last + 1)
                .SelectMany(s => new[] { s, s + 1 }.Select(x => new PlotPoint(x, s < share.Length ? share[s] : 0)))];
            marks.Add(new Band(k, [.. steps.Select(p => p with { Y = 0 })], steps));
            marks.Add(new Line(k, steps));
            if (Predicted(arms[k]) is { } mean && mean <= last)
                marks.Add(new Line(k, [new PlotPoint(mean + 0.5, 0), new PlotPoint(mean + 0.5, y.High)], IsThin: true));
        }
        if (marks.OfType<Line>().Any(l => l.IsThin))
            remarks.Add("thin: mean predicted");
        return new Panel("staleness of updates", new Axis("staleness (updates)", 0, last + 1), y, marks)
        {
            Remark = remarks.Count > 0 ? string.Join('\n', remarks) : null,
        };
    }

    static bool IsStale(double[] shares) => shares.Skip(1).Any(s => s > 0);

    static double[] Shares(FigureArm arm)
    {
        var counts = arm.Records.Select(r => r.Staleness.Counts).ToList();
        var all = (double)arm.Records.Sum(r => r.Staleness.Updates);
        return [.. Enumerable.Range(0, counts.Max(c => c.Length))
            .Select(s => 100 * counts.Sum(c => s < c.Length ? c[s] : 0) / Math.Max(1, all))];
    }

    static int Last(double[] shares)
    {
        var (sum, all) = (0.0, shares.Sum());
        var s = 0;
        while (s < shares.Length - 1 && (sum += shares[s]) < ShownShare * all)
            s++;
        return s;
    }

    static double? Predicted(FigureArm arm)
    {
        var means = arm.Records.SelectMany(r => r.StalenessTheory).Where(t => t.Whose == "all")
            .Select(t => t.Predicted).ToList();
        return means.Count > 0 ? means.Average() : null;
    }
}
