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
    readonly List<(Diagnostic Problem, List<string> Arms)> _all = [];
    readonly Dictionary<Diagnostic, int> _index = [];

    /// <summary>The arm that is being looked at; null where the file has no arms, or for the file as a whole.</summary>
    public string? Arm { get; set; }

    /// <summary>The number of arms that are looked at.</summary>
    public int Arms { get; set; } = 1;

    /// <summary>How many different things are wrong.</summary>
    public int Count => _all.Count;

    /// <summary>What is wrong, sorted by place: lines of the file first, then overrides.</summary>
    public IReadOnlyList<Diagnostic> Sorted => [.. _all
        .OrderBy(p => p.Problem.Place.Line == 0)
        .ThenBy(p => p.Problem.Place.Source, StringComparer.Ordinal)
        .ThenBy(p => p.Problem.Place.Line).ThenBy(p => p.Problem.Place.Column)
        .ThenBy(p => p.Problem.Path, StringComparer.Ordinal)
        .Select(p => p.Problem with { Message = p.Problem.Message + Suffix(p.Arms) })];

    /// <summary>Adds something that is wrong.</summary>
    public void Add(Place place, string path, string message)
    {
        var problem = new Diagnostic(place, path, message);
        if (!_index.TryGetValue(problem, out var index))
        {
            _index[problem] = index = _all.Count;
            _all.Add((problem, []));
        }
        if (Arm is not null && !_all[index].Arms.Contains(Arm))
            _all[index].Arms.Add(Arm);
    }

    /// <summary>Adds something that is wrong with a node.</summary>
    public void Add(SpecNode node, string message) => Add(node.Place, node.Path, message);

    /// <summary>Throws if anything is wrong.</summary>
    /// <exception cref="InputException">Everything that is wrong, a line each.</exception>
    public void ThrowIfAny()
    {
        if (Count > 0)
            throw new InputException(string.Join('\n', Sorted));
    }

    string Suffix(List<string> arms) => arms.Count == 0 || arms.Count == Arms
        ? ""
        : $" ({(arms.Count == 1 ? "arm" : "arms")} {string.Join(", ", arms)})";
}
