using AsyncOpt.Core.Runs;

namespace AsyncOpt.Client.Display;

/// <summary>Which metrics to show where there is no room for all.</summary>
static class MetricChoice
{
    // Parts of names, the most telling first. A gap says more than a loss, a test part more than a train part.
    static readonly string[] Telling =
        ["gap", "test-perplexity", "test-accuracy", "accuracy", "loss", "squared-error", "consensus-distance"];

    /// <summary>The most telling metrics; of loss and gap, which differ by a constant, the gap.</summary>
    /// <param name="names">All names; each may come several times.</param>
    /// <param name="count">How many there is room for.</param>
    /// <param name="first">A metric that must be among them, such as the target's; null for none.</param>
    public static IReadOnlyList<string> Of(IEnumerable<string> names, int count, string? first = null) =>
    [
        .. names.Distinct().Where(name => name == first || !IsSaid(name, names))
            .Select((name, place) => (name, place))
            .OrderBy(n => n.name == first ? -1 : Rank(n.name))
            .ThenBy(n => n.place)
            .Take(count)
            .Select(n => n.name),
    ];

    static bool IsSaid(string name, IEnumerable<string> names) =>
        name == MetricNames.Loss && names.Contains(MetricNames.Gap);

    // Names that only contain a telling one, such as the worst agent's gap, come after all those that are one.
    static int Rank(string name)
    {
        var exact = Array.IndexOf(Telling, name);
        if (exact >= 0)
            return exact;
        var part = Array.FindIndex(Telling, t => name.Contains(t, StringComparison.Ordinal));
        return Telling.Length + (part >= 0 ? part : Telling.Length);
    }
}
