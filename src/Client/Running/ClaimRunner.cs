using System.Diagnostics;
using System.Globalization;
using AsyncOpt.Core;
using AsyncOpt.Core.Claims;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Experiments.Claims;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Claims;

namespace AsyncOpt.Client.Running;

/// <summary>Tunes, runs and judges a claim. What is judged is what stands in the run folders.</summary>
/// <param name="runner">Makes the runs.</param>
/// <param name="settings">How.</param>
/// <param name="view">Makes what shows them, for each batch.</param>
/// <param name="say">Told what runs were moved aside, and why.</param>
/// <param name="interruption">Ends them.</param>
sealed class ClaimRunner(
    IRunner runner, RunSettings settings, Func<IProgressView> view, Action<string> say,
    Interruption interruption)
{
    const string RunsFolder = "runs", TuneFolder = "tune";

    /// <summary>The copy of the claim file.</summary>
    public const string ClaimFileName = "claim.yaml";

    // The folders of runs that were there.
    readonly HashSet<string> _there = new(StringComparer.Ordinal);

    int _runs;
    int _reused;

    EmbeddedJobs Runner { get; } = new(runner, settings, interruption);

    /// <summary>Makes the runs that are not there yet, and judges.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="folder">Its folder for results.</param>
    /// <exception cref="InputException">It cannot be judged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ClaimReport Run(Claim claim, string folder)
    {
        using var held = ExperimentFolder.Open(folder);
        var (clock, processor) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        (_runs, _reused) = (0, 0);
        AtomicFile.Write(Path.Combine(folder, ClaimFileName), to => to.Write(claim.Text));
        if (!claim.Prepare())
        {
            var unjudged = Unjudged(claim.Terms, claim.Name, [.. claim.Missing]) with
            {
                IsFull = claim.IsFull,
                WallSeconds = clock.Elapsed.TotalSeconds,
            };
            unjudged.Write(folder);
            return unjudged;
        }
        var (tuned, values) = Tune(claim, Path.Combine(folder, TuneFolder));
        Measure(claim, tuned, Path.Combine(folder, RunsFolder));
        var report = JudgeFolder(claim.Terms, claim.Name, folder) with
        {
            IsFull = claim.IsFull,
            Tuned = values,
            Runs = _runs,
            Reused = _reused,
            WallSeconds = clock.Elapsed.TotalSeconds,
            ProcessorSeconds = (Environment.CpuUsage.TotalTime - processor).TotalSeconds,
        };
        report.Write(folder);
        return report;
    }

    /// <summary>Judges the runs of a folder, however they came there.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="name">Its name.</param>
    /// <param name="folder">Its folder of results.</param>
    /// <exception cref="InputException">Runs are missing, or cannot tell.</exception>
    public static ClaimReport JudgeFolder(ClaimTerms claim, string name, string folder)
    {
        IReadOnlyList<StoredRun> RunsOf(string one, string arm) =>
            Read(Path.Combine(folder, RunsFolder, one), arm, claim.File.Seeds);
        List<CaseRuns> cases = [.. claim.Cases.Select(one => new CaseRuns(
            one, claim.ArmsOf(one).ToDictionary(arm => arm, arm => RunsOf(one, arm))))];
        var runs = cases.SelectMany(c => c.Arms.Values).SelectMany(arm => arm).ToList();
        return Report(claim, name) with
        {
            Results = new ClaimJudge(claim.File.Confidence, claim.File.Looks).Of(claim.File.Contrasts, cases),
            RunSeeds = [.. runs.Select(r => r.Seed).Distinct()],
            DataSeeds = [.. runs.Select(r => r.DataSeed).Distinct()],
            Builds = [.. runs.Select(r => r.Program).Distinct()],
            Hash = ClaimReport.HashOf(runs.Select(r => r.Record.Hash)),
        };
    }

    /// <summary>A claim that could not be judged.</summary>
    public static ClaimReport Unjudged(ClaimTerms claim, string name, IReadOnlyList<string> missing) =>
        Report(claim, name) with { Missing = missing };

    // What the claim file says of it.
    static ClaimReport Report(ClaimTerms claim, string name) => new()
    {
        Name = name,
        Statement = claim.Statement,
        Source = Claim.ClaimText(claim.File.Source),
        NotCovered = claim.NotCovered,
        Seeds = claim.File.Seeds,
        Confidence = claim.File.Confidence,
        Looks = claim.File.Looks,
        TuneSeeds = claim.File.Tune is { } tune
            ? [.. Enumerable.Range(0, tune.Seeds).Select(k => tune.Seed + (ulong)k)]
            : [],
    };

    static List<StoredRun> Read(string folder, string arm, int seeds)
    {
        List<StoredRun> runs =
            [.. Enumerable.Range(0, seeds).Select(k => StoredRun.Read(RunFolder.PathOf(folder, arm, k)))];
        RunIdentity.RequireAlike(folder, runs);
        return runs;
    }

    void Measure(Claim claim, List<Tuned> tuned, string folder)
    {
        var jobs = claim.Cases.SelectMany(name => Jobs(name, claim.Measuring(name, tuned), folder)).ToList();
        Make(jobs);
    }

    // Every point of every arm of every case; the best of each arm, and what is wrong with it.
    (List<Tuned> Tuned, List<TunedValue> Values) Tune(Claim claim, string folder)
    {
        var jobs = claim.TunedCases.ToDictionary(
            name => name, name => Jobs(name, claim.Tuning(name), folder).ToList());
        Make([.. jobs.Values.SelectMany(j => j)]);
        var (tuned, values, problems) = (new List<Tuned>(), new List<TunedValue>(), new List<string>());
        var quantity = claim.File.Tune?.Best;
        foreach (var (name, all) in jobs)
            foreach (var arm in all.GroupBy(j => j.Arm.Base))
            {
                var isBetterAbove = Reporting.Claims.Measure.IsBetterAbove(
                    quantity!, StoredRun.Read(arm.First().Folder).Record);
                var sign = isBetterAbove ? -1 : 1;
                List<SweepScore> scores = [.. arm.GroupBy(j => j.Arm).Select(g => Score(quantity!, sign, g))];
                var best = Sweep.Pick(scores);
                problems.AddRange(Problems(claim, name, arm.Key, best));
                if (best is null)
                    continue;
                tuned.Add(new Tuned(name, arm.Key, best.Score.Point));
                values.Add(new TunedValue(
                    name, arm.Key, [.. best.Score.Point.Select(v => (v.Key, v.Text))], sign * best.Score.Mean,
                    scores.Count));
            }
        return problems.Count == 0 ? (tuned, values) : throw new InputException(string.Join('\n', problems));
    }

    static SweepScore Score(Quantity best, int sign, IGrouping<Arm, Job> jobs)
    {
        var runs = jobs.Select(j => StoredRun.Read(j.Folder).Record);
        return new SweepScore(jobs.Key.Name, jobs.Key.Point, [.. runs.Select(run =>
            run.Outcome is Outcome.Diverged or Outcome.Stalled
                ? double.PositiveInfinity
                : sign * Reporting.Claims.Measure.Of(best.Of(jobs.Key.Base, null), _ => run))]);
    }

    static IEnumerable<string> Problems(Claim claim, string name, string arm, SweepBest? best)
    {
        var where = $"{claim.Name}: tune: {(name.Length == 0 ? "" : $"case '{name}', ")}arm '{arm}': ";
        if (best is null)
            yield return where + "every point of the grid failed, or never reached what is best";
        foreach (var key in best?.EdgeKeys ?? [])
        {
            var value = best!.Score.Point.First(v => v.Key == key);
            if (!claim.File.Tune!.NaturalEdges.Any(e => e.Is(arm, value)))
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{where}the best {key} is {value.Text}, on the edge of the grid: better values may lie beyond; ")
                    + "widen tune.grid, or give the reason why none do in tune.natural-edges";
        }
    }

    // Runs that an earlier form of the claim left are moved aside: nobody takes them for some of this one.
    IEnumerable<Job> Jobs(string name, Experiment experiment, string folder)
    {
        var path = Path.Combine(folder, name);
        var jobs = Batch.JobsOf(experiment, path);
        using (var held = ExperimentFolder.Open(path))
        {
            var runs = new FolderRuns(held, experiment, Runner);
            runs.Claim(settings, say, interruption.Token);
            _there.UnionWith(jobs.Where(job => runs.Finished(job) is not null).Select(job => job.Folder));
        }
        return jobs.Select(job => name.Length == 0 ? job : job with { Label = $"{name} {job.Label}" });
    }

    void Make(List<Job> jobs)
    {
        _runs += jobs.Count;
        var left = jobs.Where(job => !_there.Contains(job.Folder)).ToList();
        _reused += jobs.Count - left.Count;
        if (left.Count == 0)
            return;
        var (made, failure) = new Batch(Runner, settings.Jobs, view(), interruption.Token).Run(left);
        failure?.Throw();
        if (made.Count < left.Count || made.Any(r => r.Record.Outcome == Outcome.Cancelled))
            throw new OperationCanceledException(interruption.Token);
    }
}
