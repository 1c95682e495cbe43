using AsyncOpt.Core;

namespace AsyncOpt.Experiments.Specification;

/// <summary>One thing that is wrong with what the user gave.</summary>
/// <param name="Place">Where.</param>
/// <param name="Path">The keys that lead there, joined by dots; empty for the whole.</param>
/// <param name="Message">What was expected, what came, and the nearest valid name where there is one.</param>
public sealed record Diagnostic(Place Place, string Path, string Message)
{
    /// <inheritdoc />
    public override string ToString() => Path.Length == 0 ? $"{Place}: {Message}" : $"{Place}: {Path}: {Message}";
}

/// <summary>
/// Collects everything that is wrong, so that the user sees it all at once. What is wrong for several arms in the same
/// way is said once.
/// </summary>
public sealed class Diagnostics
{
    // A sweep may have hundreds.
    const int ListedMax = 8;

    // Nobody reads more; a file with more is no experiment file, or meant to keep the reader busy.
    const int ProblemsMax = 1000;

    readonly List<(Diagnostic Problem, List<string> Arms)> _all = [];
    readonly Dictionary<Diagnostic, int> _index = [];

    // The arms of each problem, to find them in.
    readonly HashSet<(int Problem, string Arm)> _arms = [];

    /// <summary>The arm that is being looked at; null where the file has no arms, or for the file as a whole.</summary>
    public string? Arm { get; set; }

    /// <summary>The number of arms that are looked at.</summary>
    public int Arms { get; set; } = 1;

    /// <summary>How many different things are wrong, of those that are kept.</summary>
    public int Count => _all.Count;

    /// <summary>Whether so much is wrong that nothing more is kept.</summary>
    public bool IsFull => _all.Count >= ProblemsMax;

    /// <summary>What is wrong, sorted by place: lines of the file first, then overrides.</summary>
    public IReadOnlyList<Diagnostic> Sorted => [.. _all
        .OrderBy(p => p.Problem.Place.Line == 0)
        .ThenBy(p => p.Problem.Place.Source, StringComparer.Ordinal)
        .ThenBy(p => p.Problem.Place.Line).ThenBy(p => p.Problem.Place.Column)
        .ThenBy(p => p.Problem.Path, StringComparer.Ordinal)
        .GroupBy(p => (p.Problem.Place.Source, p.Problem.Message, Place: PlaceInArm(p.Problem, p.Arms)))
        .Select(alike => Once([.. alike]))];

    /// <summary>Adds something that is wrong.</summary>
    public void Add(Place place, string path, string message)
    {
        var problem = new Diagnostic(place, path, message);
        if (!_index.TryGetValue(problem, out var index))
        {
            if (IsFull)
                return;
            _index[problem] = index = _all.Count;
            _all.Add((problem, []));
        }
        if (Arm is not null && _arms.Add((index, Arm)))
            _all[index].Arms.Add(Arm);
    }

    /// <summary>Adds something that is wrong with a node.</summary>
    public void Add(SpecNode node, string message) => Add(node.Place, node.Path, message);

    /// <summary>Throws if anything is wrong.</summary>
    /// <exception cref="InputException">Everything that is wrong, a line each.</exception>
    public void ThrowIfAny()
    {
        if (Count > 0)
        {
            var more = IsFull ? $"\nand perhaps more: after {ProblemsMax} problems nothing is looked for" : "";
            throw new InputException(string.Join('\n', Sorted) + more);
        }
    }

    // Arms that write the same key make the same mistake, each at a line of its own.
    static string PlaceInArm(Diagnostic problem, List<string> arms) =>
        arms is [var arm] && problem.Path.StartsWith($"arms.{arm}.", StringComparison.Ordinal)
            ? problem.Path[$"arms.{arm}.".Length..]
            : problem.ToString();

    Diagnostic Once(IReadOnlyList<(Diagnostic Problem, List<string> Arms)> alike)
    {
        var lines = alike.Skip(1).Select(p => p.Problem.Place.Line).Distinct().ToList();
        var also = lines.Count == 0 ? "" : $"; also at {(lines.Count == 1 ? "line" : "lines")} {Listed(lines)}";
        return alike[0].Problem with
        {
            Message = alike[0].Problem.Message + also + Whose([.. alike.SelectMany(p => p.Arms).Distinct()], Arms),
        };
    }

    /// <summary>Which arms something holds for, for the end of a message; empty where it holds for all.</summary>
    /// <param name="arms">The arms that it holds for.</param>
    /// <param name="all">How many there are.</param>
    public static string Whose(IReadOnlyList<string> arms, int all)
    {
        if (arms.Count == 0 || arms.Count == all)
            return "";
        return $" ({(arms.Count == 1 ? "arm" : "arms")} {Listed(arms)})";
    }

    static string Listed<T>(IReadOnlyList<T> all) => string.Join(", ", all.Take(ListedMax))
        + (all.Count > ListedMax ? $", and {all.Count - ListedMax} more" : "");
}
