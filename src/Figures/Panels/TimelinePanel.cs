using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;

namespace AsyncOpt.Figures.Panels;

/// <summary>
/// What the first agents of each role did at the start of a run: a row for each agent, dark while it computes, medium
/// while it serves a message, hatched by gaps where it waits, and nothing at all where it is down.
/// </summary>
sealed class TimelinePanel : IPanelKind
{
    // So many slices that each is still seen.
    const int SlicesShown = 240;
    const double HalfHeight = 0.4;

    public bool Is(string name) => name == "timeline";

    public Panel Of(IReadOnlyList<FigureArm> arms, PanelRequest asked)
    {
        if (arms is not [var arm])
            throw new InputException($"'{asked.Name}' shows one arm: choose it with --arms");
        var file = arm.Folders.Select(TimelineFile.PathIn).FirstOrDefault(File.Exists)
            ?? throw new InputException(
                $"{arm.Name}: no run has a timeline: the first seed's has one unless timeline-agents is 0");
        var (names, all) = TimelineFile.Read(file);
        var spans = all.Where(s => s.Kind != TimelineFile.Wire).OrderBy(s => s.Start).ToList();
        var end = spans.Count > SlicesShown ? spans[SlicesShown].Start : spans.Max(s => s.End);
        List<int> agents = [.. names.Keys.Order()];
        return new Panel(
            "what agents do", new Axis("virtual time (s)", 0, end / 1e9),
            new Axis("", -0.6, agents.Count - 0.4)
            {
                Names = [.. agents.Index().Select(a => new Tick(Row(a.Item), names[a.Item]))],
            },
            [.. spans.Where(s => s.Start < end).Select(Slice)])
        {
            Remark = "dark to light: computes, serves, is down",
        };

        double Row(int agent) => agents.Count - 1 - agents.IndexOf(agent);

        Box Slice(TimelineSpan span) => new(
            0, new PlotPoint(span.Start / 1e9, Row(span.Agent) - HalfHeight),
            new PlotPoint(Math.Min(span.End, end) / 1e9, Row(span.Agent) + HalfHeight),
            span.Kind switch { "compute" => 0.85, "service" => 0.5, _ => 0.15 });
    }
}
