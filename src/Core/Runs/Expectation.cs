using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Runs;

/// <summary>What a run is expected to come to. No run depends on it: it is judged once the run is over.</summary>
public sealed record Expectation
{
    /// <summary>What is sent again after a loss, as a rule that may be expected to act.</summary>
    public const string Retransmit = "retransmit";

    /// <summary>Cards and agents without room for another message, as a rule.</summary>
    public const string Buffer = "buffer";

    /// <summary>The least delay of messages, as a rule.</summary>
    public const string Quantum = "quantum";

    /// <summary>How it is to end; null for any way.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>Whether each declared fault is to fire.</summary>
    public bool EveryFault { get; init; }

    /// <summary>Which rules are to act, and how often at least: faults by name, and the rules named here.</summary>
    public IReadOnlyList<(string Rule, long AtLeast)> Rules { get; init; } = [];

    /// <summary>The rules of a run that can be expected to act.</summary>
    public static IReadOnlyList<string> RulesOf(RunPlan plan)
    {
        var links = plan.Links;
        return
        [
            .. plan.Faults.Select(f => f.Name).Distinct(),
            .. links.Retransmit is null ? [] : (string[])[Retransmit],
            .. links.Buffer is null && plan.ServiceBuffers.Count == 0 ? [] : (string[])[Buffer],
            .. links.Quantum.Nanoseconds == 0 ? [] : (string[])[Quantum],
        ];
    }

    /// <summary>What a run was to come to and did not, a sentence each.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="faults">What its faults did.</param>
    /// <param name="counts">What it counted.</param>
    public IEnumerable<string> Unmet(Outcome outcome, IReadOnlyList<FaultCount> faults, RunCounts counts)
    {
        if (Outcome is { } expected && expected != outcome)
            yield return $"it was to end as {WordOf(expected)}, and ended as {WordOf(outcome)}";
        for (var i = 0; EveryFault && i < faults.Count; i++)
        {
            if (faults[i].Fired == 0)
                yield return $"fault {i + 1}, '{faults[i].Name}', was to fire, and never did";
        }
        foreach (var (rule, atLeast) in Rules)
        {
            var acted = rule switch
            {
                Retransmit => counts.Retried,
                Buffer => counts.Overflowed,
                Quantum => counts.Raised,
                _ => faults.Where(f => f.Name == rule).Sum(f => f.Fired),
            };
            if (acted < atLeast)
                yield return $"'{rule}' was to act at least {Counted.Of(atLeast, "time")}, and acted {acted}";
        }
    }

    static string WordOf(Outcome outcome) => KebabCase.Of(outcome.ToString());
}
