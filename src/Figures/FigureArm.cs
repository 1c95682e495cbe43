using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;

namespace AsyncOpt.Figures;

/// <summary>The runs of one arm, in the order of their seeds, and what tables say of them together.</summary>
/// <param name="Name">The name by which figures call it.</param>
/// <param name="Runs">Its runs, at least one.</param>
public sealed record FigureArm(string Name, IReadOnlyList<StoredRun> Runs)
{
    /// <summary>The folders of the runs, in the same order; empty where they are in none.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>The records of the runs.</summary>
    public IReadOnlyList<RunRecord> Records { get; } = [.. Runs.Select(r => r.Record)];

    /// <summary>As <c>bands.csv</c> has them.</summary>
    public IReadOnlyList<BandPoint> Bands { get; } = Summary.Bands([.. Runs.Select(r => r.Record)]);

    /// <summary>Those runs that diverged or stalled.</summary>
    public IEnumerable<RunRecord> Failed => Records.Where(r => r.Outcome is Outcome.Diverged or Outcome.Stalled);

    /// <summary>Reads the runs of some folders.</summary>
    /// <param name="folders">Run folders, or experiments' folders for all their runs.</param>
    /// <exception cref="InputException">A folder is neither, or a run is damaged.</exception>
    public static IReadOnlyList<FigureArm> Read(IReadOnlyList<string> folders)
    {
        var arms = folders.SelectMany(ArmsIn).ToList();
        // One name for two arms says which folder each is from.
        var twice = arms.CountBy(a => a.Arm.Name).Where(c => c.Value > 1).Select(c => c.Key).ToHashSet();
        return
        [
            .. arms.Select(a => twice.Contains(a.Arm.Name)
                ? a.Arm with { Name = $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(a.Folder))}: {a.Arm.Name}" }
                : a.Arm),
        ];
    }

    static IEnumerable<(string Folder, FigureArm Arm)> ArmsIn(string folder) =>
        ExperimentFolder.RunsAt(folder) is { } runs
            ? runs.GroupBy(run => run.Arm).Select(arm => (folder, Of(folder, arm.Key, arm.Select(r => r.Repetition))))
            : [(folder, Of([folder]))];

    static FigureArm Of(string folder, string arm, IEnumerable<int> repetitions)
    {
        var made = Of([.. repetitions.Order().Select(k => RunFolder.PathOf(folder, arm, k))]);
        RunIdentity.RequireAlike(folder, made.Runs);
        return made;
    }

    static FigureArm Of(IReadOnlyList<string> folders)
    {
        List<StoredRun> runs = [.. folders.Select(StoredRun.Read)];
        return new FigureArm(runs[0].Arm, runs) { Folders = folders };
    }
}
