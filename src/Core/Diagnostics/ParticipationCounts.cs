using AsyncOpt.Core.Methods.Rounds;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Diagnostics;

/// <summary>
/// How many workers a server has asked in all rounds so far, how many of them answered in time, and how many too late;
/// the others are lost, gave up, or have not answered yet.
/// </summary>
/// <remarks>
/// <c>participation-asked</c> counts a worker once a round, also where it was asked again. Its answer counts as
/// <c>participation-answered</c> where it came before the end of its round, else as <c>participation-late</c>, also
/// where it is folded into a later round; an answer that comes twice, or after a newer one, counts no more.
/// </remarks>
/// <param name="options">How often it is evaluated.</param>
[Diagnostic("participation-counts", Source = "the reports of a round: Bonawitz et al., MLSys 2019")]
public sealed class ParticipationCounts(MetricOptions options) : Diagnostic(options)
{
    static readonly string[] Names = ["participation-asked", "participation-answered", "participation-late"];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Metrics(RunPlan plan) => Names;

    /// <inheritdoc/>
    public override Scale ScaleOf(string metric) => Scale.Linear;

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(RunPlan plan, Layout layout)
    {
        if (RoleOf(layout) is null)
        {
            yield return "diagnostic 'participation-counts' counts the answers of rounds with a 'participation', and "
                + "this method has none; give the method one, or remove the diagnostic";
        }
    }

    /// <inheritdoc/>
    public override void Evaluate(DiagnosticCut cut, Action<string, double> metric)
    {
        var counts = cut.Numbers(RoleOf(cut.Layout)!.Name, ServerRounds.Ledger, 0);
        for (var i = 0; i < Names.Length; i++)
            metric(Names[i], counts[i]);
    }

    static RoleLayout? RoleOf(Layout layout) =>
        layout.Roles.FirstOrDefault(role => role.Tables.Any(table => table.Name == ServerRounds.Ledger));
}
