using AsyncOpt.Client.Display;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;
using Spectre.Console.Rendering;

namespace AsyncOpt.Client.Tests;

public sealed class ClosingTablesTests
{
    [Fact]
    public void The_table_of_results_fits_80_columns()
    {
        var text = Render(ClosingTables.Results(Arms(), new("gap", 1e-3, false, false), 80), 80);

        Assert.Equal(
            """
                       mean and 95 % interval; of 2 or 3 seeds, least to greatest

             arm                      gap           time to   staleness  updates  outcome
                                                 gap ≤ 1e-3  mean / max
            ────────────────────────────────────────────────────────────────────────────────
             async       2.5e-5 [1.5e-5,   1.250 to 1.750 s   7.50 / 24     123k  2 budget
                                  4.2e-5]      2 of 4 seeds                       2 target
             minibatch            0.01200       not reached       0 / 0     123k  budget
            """,
            text);
    }

    [Fact]
    public void The_table_of_traffic_has_energy_and_cost_where_they_are_measured()
    {
        ArmSummary[] arms =
        [
            .. Arms().Select(arm => arm with
            {
                Final = [.. arm.Final, ("energy-worker", Interval.Of([40.5], Scale.Linear)), ("energy", Interval.Of([64], Scale.Linear))],
            }),
        ];

        string[] lines = Render(ClosingTables.Traffic(arms), 80).Split('\n');

        Assert.Contains(lines, l => l.EndsWith("bytes sent  energy", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("worker", StringComparison.Ordinal) && l.EndsWith("40.50", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Trim().StartsWith("all", StringComparison.Ordinal) && l.EndsWith("64", StringComparison.Ordinal));
        Assert.DoesNotContain("cost", string.Concat(lines), StringComparison.Ordinal);
        Assert.DoesNotContain("all", Render(ClosingTables.Traffic(Arms()), 80), StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_of_waste_has_a_line_per_reason_and_there_is_none_without()
    {
        Assert.Null(ClosingTables.Waste(Arms()));
        ArmSummary[] arms =
        [
            .. Arms().Select((arm, i) => arm with
            {
                ComputeSeconds = Interval.Of([50], Scale.Log),
                Waste = i > 0 ? [] :
                [
                    new(WasteReason.Down, Interval.Of([3], Scale.Log), Interval.Of([2.5], Scale.Log), Interval.Of([0], Scale.Log)),
                    new(WasteReason.Dropped, Interval.Of([12], Scale.Log), Interval.Of([10], Scale.Log), Interval.Of([4800], Scale.Log)),
                ],
            }),
        ];

        Assert.Equal(
            """
             arm    wasted   times       compute    bytes
            ───────────────────────────────────────────────
             async  down         3  2.500 s, 5 %
                    dropped     12    10 s, 20 %  4.80 kB
            """,
            Render(ClosingTables.Waste(arms)!, 80));
    }

    [Fact]
    public void The_table_of_results_has_more_metrics_in_120_columns()
    {
        var text = Render(ClosingTables.Results(Arms(), null, 120), 120);

        Assert.Equal(
            """
                         mean and 95 % interval; of 2 or 3 seeds, least to greatest

             arm                            gap   test-accuracy   staleness  updates  outcome
                                                                 mean / max
            ────────────────────────────────────────────────────────────────────────────────────
             async      2.5e-5 [1.5e-5, 4.2e-5]  0.9100 ± 0.013   7.50 / 24     123k  2 budget
                                                                                      2 target
             minibatch                  0.01200          0.8000       0 / 0     123k  budget
            """,
            text);
    }

    [Fact]
    public void The_table_of_traffic_has_a_line_per_role()
    {
        var text = Render(ClosingTables.Traffic(Arms()), 80);

        Assert.Equal(
            """
             mean and 95 % interval; one number where seeds agree

             arm        role    agents  messages sent  bytes sent
            ───────────────────────────────────────────────────────
             async      server       1           123k     7.90 MB
                        worker      16           9999      640 MB
             minibatch  server       1           123k     7.90 MB
                        worker      16           9999      640 MB
            """,
            text);
    }

    [Fact]
    public void What_was_predicted_stands_beside_what_was_measured()
    {
        RunRecord With(double measured, double predicted, double conditions) => Run(0.1, 0.9, null, 0) with
        {
            Metrics =
            [
                new(1, 1, 1, 1, 1, "squared-error", measured), new(1, 1, 1, 1, 1, "predicted-squared-error", predicted),
                new(1, 1, 1, 1, 1, "predicted-other", 1), new(1, 1, 1, 1, 1, "prediction-conditions", conditions),
            ],
        };
        RunRecord[] srw =
            [With(0.0399, 0.02, 3), With(0.0401, 0.02, 5), With(0.0399, 0.02, 3), With(0.0401, 0.02, 5)];
        var arms = new[] { Summary.Of("srw", srw), Summary.Of("mhrw", [With(1, 4, 0.9)]) };

        Assert.Equal(
            """
                                       mean and 95 % interval

             arm   metric                  measured  predicted  ratio  conditions
            ────────────────────────────────────────────────────────────────────────────
             srw   squared-error  0.04000 ± 0.00018    0.02000   2.00  NOT MET (4 > 1)
             mhrw  squared-error                  1          4  0.250  met
            """,
            Render(ClosingTables.Predictions(arms, Open())!, 80));
        Assert.Null(ClosingTables.Predictions(Arms(), Open()));
        Assert.Equal("NOT MET (4 > 1), 2 not checked", Conditions(Open(("srw", 0, 2)), "srw"));
        Assert.Equal("met, 1 not checked", Conditions(Open(("mhrw", 0, 1)), "mhrw"));
        Assert.Equal("2 NOT MET before, 1 not checked", Conditions(Open(("mhrw", 2, 1)), "mhrw"));

        static Dictionary<string, (int, int)> Open(params (string Arm, int NotMet, int NotChecked)[] arms) =>
            arms.ToDictionary(a => a.Arm, a => (a.NotMet, a.NotChecked));

        string Conditions(Dictionary<string, (int, int)> open, string arm) =>
            Render(ClosingTables.Predictions([.. arms.Where(a => a.Arm == arm)], open)!, 120)
                .Split('\n')[^1].Split("  ")[^1].Trim();
    }

    [Fact]
    public void Staleness_stands_beside_what_theory_says_of_it()
    {
        var run = Run(0.1, 0.9, null, 0) with
        {
            StalenessTheory = [new("all", 15, 14.9), new("slowest worker", 63, 60)],
        };
        var theory = ClosingTables.Predictions([Summary.Of("async", [run])], new Dictionary<string, (int, int)>());

        Assert.Equal(
            """
             arm    metric                     measured  predicted  ratio  conditions
            ───────────────────────────────────────────────────────────────────────────
             async  staleness                     14.90         15  0.993  met
                    staleness, slowest worker        60         63  0.952  met
            """,
            Render(theory!, 80));
    }

    [Fact]
    public void Runs_that_diverged_are_counted_and_in_no_interval()
    {
        static RunRecord Diverged(double gap) => Run(gap, 0.5, null, 0) with { Outcome = Outcome.Diverged };
        List<RunRecord> four = [Run(1, 0.9, null, 0), Run(2, 0.9, null, 0), Run(3, 0.9, null, 0), Run(2, 0.9, null, 0)];

        // Mean 2, s = 0.8165, t(0.975; 3) = 3.18245: half-width 1.2992, and 2 exp(+-0.6496) on the log scale.
        var some = Render(ClosingTables.Results([Summary.Of("some", [.. four, Diverged(1e9)])], null, 120), 120);
        var all = Render(ClosingTables.Results([Summary.Of("all", [Diverged(3), Diverged(1e9)])], null, 120), 120);

        Assert.Contains("2 [1.0, 3.8]", some);
        Assert.Contains("4 of 5 seeds", some);
        Assert.Contains("1 diverged", some);
        Assert.DoesNotContain("e8", some);
        Assert.Matches(@"all +diverged +diverged .*diverged", all);
        Assert.DoesNotContain("5e8", all);
    }

    [Fact]
    public void A_number_that_is_the_same_in_all_seeds_is_said_to_be()
    {
        RunRecord[] equal = [.. Enumerable.Repeat(Run(0.5, 0.99, null, 0), 5)];

        Assert.StartsWith("mean and 95 % interval; one number where seeds agree",
            Render(ClosingTables.Results([Summary.Of("equal", equal)], null, 120), 120).Trim());
    }

    static IReadOnlyList<ArmSummary> Arms() =>
    [
        Summary.Of("async",
        [
            Run(1.5e-5, 0.9, 1.25, 7), Run(2.5e-5, 0.92, null, 7.5), Run(3.5e-5, 0.91, 1.75, 8),
            Run(2.5e-5, 0.91, null, 7.5),
        ]),
        Summary.Of("minibatch", [Run(0.012, 0.8, null, 0)]),
    ];

    static RunRecord Run(double gap, double accuracy, double? reached, double staleness) => new()
    {
        Outcome = reached is null ? Outcome.BudgetSpent : Outcome.TargetReached,
        Reason = "",
        Hash = 1,
        VirtualTime = 2_000_000_000,
        Counts = new RunCounts { Updates = 123_456 },
        Traffic = [new("server", 1, 123_456, 7_900_000), new("worker", 16, 9_999, 640_000_000)],
        Metrics =
        [
            new(2, 1, 1, 1, 1, "loss", 0.35),
            new(2, 1, 1, 1, 1, "gap", gap),
            new(2, 1, 1, 1, 1, "test-accuracy", accuracy),
        ],
        Scales = [("loss", Scale.Log), ("gap", Scale.Log), ("test-accuracy", Scale.Logit)],
        Staleness = new([1], 0, (long)(staleness * 3), staleness * 4, 4, []),
        TimeToTarget = reached,
    };

    static string Render(IRenderable table, int width)
    {
        var to = new StringWriter();
        Terminals.Of(to, width).Write(table);
        var lines = to.ToString().Split('\n').Select(l => l.TrimEnd());
        Assert.All(lines, l => Assert.True(l.Length <= width));
        return string.Join('\n', lines).Trim('\n');
    }

    [Fact]
    public void Metrics_that_a_narrow_terminal_has_no_room_for_are_named()
    {
        Assert.Null(ClosingTables.LeftOut(Arms(), null, 120));
        Assert.StartsWith("no room in 80 columns for ", ClosingTables.LeftOut(Arms(), null, 80), StringComparison.Ordinal);
    }
}
