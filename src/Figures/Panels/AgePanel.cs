namespace AsyncOpt.Figures.Panels;

/// <summary>
/// How old applied updates were, on average over all seeds, and in what they had spent that time: computing, on the
/// wire, waiting at their receiver. A bar for each arm.
/// </summary>
sealed class AgePanel : IPanelKind
{
    const double HalfHeight = 0.32;

    // Of an arm's colour, from compute to queue.
    static readonly double[] Opacities = [0.9, 0.5, 0.2];

    public bool Is(string name) => name == "age";

    public Panel Of(IReadOnlyList<FigureArm> arms, PanelRequest asked)
    {
        var parts = arms.Select(Parts).ToList();
        var marks = new List<Mark>();
        foreach (var (k, seconds) in parts.Index())
        {
            var (row, from) = (arms.Count - 1 - k, 0.0);
            foreach (var (part, length) in seconds.Index().Where(p => p.Item > 0))
            {
                var to = new PlotPoint(from + length, row + HalfHeight);
                marks.Add(new Box(k, new PlotPoint(from, row - HalfHeight), to, Opacities[part]));
                from += length;
            }
        }
        var longest = parts.Max(p => p.Sum());
        return new Panel(
            "age of applied updates",
            new Axis("mean age (s)", 0, longest > 0 ? 1.05 * longest : 1),
            new Axis("", -0.6, arms.Count - 0.4)
            {
                Names = [.. arms.Index().Select(a => new Tick(arms.Count - 1 - a.Index, a.Item.Name))],
            },
            marks)
        {
            Remark = "dark to light: compute, wire, queue",
        };
    }

    // Seconds of compute, wire and queue: means over all updates of all seeds.
    static double[] Parts(FigureArm arm)
    {
        var updates = Math.Max(1, arm.Records.Sum(r => (double)r.Staleness.Updates));
        return
        [
            arm.Records.Sum(r => r.Age.Compute) / updates, arm.Records.Sum(r => r.Age.Wire) / updates,
            arm.Records.Sum(r => r.Age.Queue) / updates,
        ];
    }
}
