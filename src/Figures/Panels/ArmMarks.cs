using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;

namespace AsyncOpt.Figures.Panels;

/// <summary>What one arm has of one metric.</summary>
sealed class ArmMarks
{
    /// <summary>The bands over all seeds.</summary>
    public required IReadOnlyList<Band> Bands { get; init; }

    /// <summary>The means over all seeds.</summary>
    public required IReadOnlyList<Line> Means { get; init; }

    /// <summary>Each seed from where the first of them ended, thin.</summary>
    public required IReadOnlyList<Line> Tails { get; init; }

    /// <summary>Where runs ended that diverged or stalled.</summary>
    public required IReadOnlyList<Symbol> Ends { get; init; }

    /// <summary>Whether a run diverged.</summary>
    public required bool HasDiverged { get; init; }

    /// <summary>The means as thin lines.</summary>
    public IEnumerable<Line> Thin => Means.Select(m => m with { IsThin = true });

    /// <summary>The points of means and tails.</summary>
    public IEnumerable<PlotPoint> Core => Means.Concat(Tails).SelectMany(line => line.Points);

    /// <summary>All points, those of bands, too.</summary>
    public IEnumerable<PlotPoint> Points => Core.Concat(Bands.SelectMany(b => b.Lows.Concat(b.Highs)))
        .Concat(Ends.Select(e => e.At));

    public static ArmMarks Of(FigureArm arm, int number, PanelRequest asked, string metric)
    {
        var band = arm.Bands.Where(p => p.Metric == metric && IsDrawn(p.Value.Mean)).ToList();
        var end = band.Count > 0 ? band.Max(p => p.Time) : double.NegativeInfinity;
        return new ArmMarks
        {
            Bands = arm.Records.Count > 1 && band.Count > 0
                ? [new Band(number, Edge(v => v.Low), Edge(v => v.High))]
                : [],
            Means = band.Count > 0 ? [new Line(number, Edge(v => v.Mean))] : [],
            Tails =
            [
                .. arm.Records.Select(r => Tail(r, end)).Where(t => t.Count > 1)
                    .Select(t => new Line(number, t, IsThin: true)),
            ],
            Ends = [.. arm.Failed.Select(End).Where(e => e is not null).Select(e => e!)],
            HasDiverged = arm.Records.Any(r => r.Outcome == Outcome.Diverged),
        };

        // A value that a logarithmic axis has no place for is no point of it.
        bool IsDrawn(double value) => double.IsFinite(value) && (!asked.IsLog || value > 0);

        List<PlotPoint> Edge(Func<Interval, double> of) =>
        [
            .. band.Select(p => new PlotPoint(
                asked.Over.OfBand(p), IsDrawn(of(p.Value)) ? of(p.Value) : p.Value.Mean)),
        ];

        // A tail begins where the band ends.
        List<PlotPoint> Tail(RunRecord run, double from) => arm.Records.Count == 1 && band.Count > 0 ? [] :
        [
            .. run.Metrics.Where(p => p.Metric == metric && p.Time >= from && IsDrawn(p.Value))
                .Select(p => new PlotPoint(asked.Over.OfPoint(p), p.Value)),
        ];

        Symbol? End(RunRecord run) =>
            run.Metrics.LastOrDefault(p => p.Metric == metric && IsDrawn(p.Value)) is { Metric.Length: > 0 } last
                ? new Symbol(number, new PlotPoint(asked.Over.OfPoint(last), last.Value), run.Outcome switch
                {
                    Outcome.Diverged => SymbolKind.Diverged,
                    _ => SymbolKind.Stalled,
                })
                : null;
    }
}
