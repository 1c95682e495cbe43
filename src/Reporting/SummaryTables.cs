using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting;

/// <summary>The tables of an experiment over its arms and seeds, as comma-separated text.</summary>
public static class SummaryTables
{
    /// <summary>The table of runs.</summary>
    public const string RunsFile = "runs.csv";

    /// <summary>The table of a sweep.</summary>
    public const string SweepFile = "sweep.csv";

    const string SummaryFile = "summary.csv", BandsFile = "bands.csv";

    /// <summary>The names of all tables in an experiment's folder.</summary>
    public static IReadOnlyList<string> Files { get; } = [SummaryFile, BandsFile, RunsFile, SweepFile];

    /// <summary>Writes <c>summary.csv</c> and <c>bands.csv</c>, each whole or not at all.</summary>
    /// <param name="output">The experiment's folder.</param>
    /// <param name="arms">The arms.</param>
    /// <param name="bands">Their bands, in the same order.</param>
    /// <returns>The paths written.</returns>
    /// <exception cref="Core.StorageException">They cannot be written.</exception>
    public static IReadOnlyList<string> Write(
        string output, IReadOnlyList<ArmSummary> arms, IReadOnlyList<IReadOnlyList<BandPoint>> bands)
    {
        var summaryPath = Path.Combine(output, SummaryFile);
        var bandsPath = Path.Combine(output, BandsFile);
        AtomicFile.Write(summaryPath, to => Quantities(to, arms));
        AtomicFile.Write(bandsPath, to => Bands(to, arms.Select(a => a.Arm).Zip(bands)));
        return [summaryPath, bandsPath];
    }

    /// <summary>
    /// One run a line: how it ended, its hash, times, staleness, counts, and the last value of each metric, which is
    /// empty where the run has none.
    /// </summary>
    /// <param name="to">Where to.</param>
    /// <param name="runs">The arm, the repetition, and what it came to.</param>
    public static void Runs(TextWriter to, IReadOnlyList<(string Arm, int Seed, RunRecord Record)> runs)
    {
        List<string> metrics = [.. runs.SelectMany(r => r.Record.Metrics).Select(p => p.Metric).Distinct()];
        to.Write("arm,seed,outcome,reason,hash,virtual_time_s,wall_time_s,time_to_target_s,staleness_mean,"
            + "staleness_max,updates,gradients,samples,events,messages,bytes,lost,crashes");
        foreach (var metric in metrics)
            to.Write($",{Text.Field("final." + metric)}");
        to.Write('\n');
        foreach (var (arm, seed, run) in runs)
        {
            var (c, target) = (run.Counts, run.TimeToTarget);
            to.Write($"{Text.Field(arm)},{seed},{Text.Of(run.Outcome)},{Text.Field(run.Reason)},{Text.Hash(run.Hash)},"
                + $"{Text.Seconds(run.VirtualTime)},{Text.Number(run.WallSeconds)},"
                + $"{Cell(target ?? 0, target is not null)},"
                + $"{Cell(run.Staleness.Mean, run.Staleness.Updates > 0)},{run.Staleness.Max},{c.Updates},"
                + $"{c.Gradients},{c.Samples},{c.Events},{c.Messages},{c.Bytes},{c.Lost},{c.Crashes}");
            var last = run.Metrics.ToLookup(p => p.Metric, p => p.Value);
            foreach (var metric in metrics)
                to.Write($",{Cell(last[metric].LastOrDefault(), last.Contains(metric))}");
            to.Write('\n');
        }
    }

    /// <summary>
    /// One quantity of one arm a line: over how many seeds, mean, standard deviation, ends of the 95 % confidence
    /// interval (empty below four seeds), its scale, and the least and greatest value. <c>seeds</c> of
    /// <c>time_to_target_s</c> counts those that reached the target and did not diverge, of <c>outcome.*</c> those that
    /// ended so.
    /// </summary>
    public static void Quantities(TextWriter to, IEnumerable<ArmSummary> arms)
    {
        to.Write("arm,quantity,seeds,mean,standard_deviation,low_95,high_95,scale,least,greatest\n");
        foreach (var arm in arms)
        {
            foreach (var (outcome, runs) in arm.Outcomes)
                to.Write($"{Text.Field(arm.Arm)},outcome.{Text.Of(outcome).Replace(' ', '_')},{runs},,,,,,,\n");
            foreach (var (metric, value) in arm.Final)
                Line(arm, "final." + metric, value);
            Line(arm, "time_to_target_s", arm.TimeToTarget);
            Line(arm, "staleness_mean", arm.StalenessMean);
            to.Write($"{Text.Field(arm.Arm)},staleness_max,{arm.Runs},{arm.StalenessMax},,,,,,\n");
            Line(arm, "updates", arm.Updates);
            Line(arm, "gradients", arm.Gradients);
            Line(arm, "samples", arm.Samples);
            Line(arm, "virtual_time_s", arm.VirtualTime);
            foreach (var role in arm.Traffic)
            {
                Line(arm, "messages." + role.Role, role.Messages);
                Line(arm, "bytes." + role.Role, role.Bytes);
            }
        }

        void Line(ArmSummary arm, string quantity, Interval value) => to.Write(
            $"{Text.Field(arm.Arm)},{Text.Field(quantity)},{value.Count},{Cell(value.Mean, value.Count > 0)},"
            + $"{Cell(value.StandardDeviation, value.Count > 1)},"
            + $"{Cell(value.Low, !value.IsRange)},{Cell(value.High, !value.IsRange)},{Text.Of(value.Scale)},"
            + $"{Cell(value.Least, value.Count > 0)},{Cell(value.Greatest, value.Count > 0)}\n");
    }

    /// <summary>
    /// Each metric of each arm over virtual time: mean, and the ends of its 95 % confidence interval; below four seeds
    /// the least and greatest value.
    /// </summary>
    public static void Bands(TextWriter to, IEnumerable<(string Arm, IReadOnlyList<BandPoint> Points)> arms)
    {
        to.Write("arm,metric,virtual_time_s,updates,gradients,samples,bytes,seeds,mean,low,high\n");
        foreach (var (arm, points) in arms)
        {
            foreach (var p in points)
                to.Write($"{Text.Field(arm)},{Text.Field(p.Metric)},{Text.Number(p.Time)},{Text.Number(p.Updates)},"
                    + $"{Text.Number(p.Gradients)},{Text.Number(p.Samples)},{Text.Number(p.Bytes)},{p.Value.Count},"
                    + $"{Text.Number(p.Value.Mean)},{Text.Number(p.Value.Low)},{Text.Number(p.Value.High)}\n");
        }
    }

    // Empty where too few seeds tell; a NaN that was measured stays NaN.
    static string Cell(double value, bool known) => known ? Text.Number(value) : "";
}
