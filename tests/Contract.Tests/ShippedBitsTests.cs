using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Experiments.Claims;
using AsyncOpt.Simulation;

namespace AsyncOpt.Contract.Tests;

/// <summary>
/// What every shipped experiment owes, those of the claims too: the same bits for any number of partitions and threads,
/// and those that were recorded.
/// Shortened is the time alone: each arm runs until it has made a few updates, and is sampled twice. Of a claim, all
/// arms that it judges run in each of its cases at the size that is judged by default, with the steps written down
/// rather than tuned ones. A new file is tested without an edit here; one whose data are not here is skipped, and says
/// what it needs.
/// </summary>
public class ShippedBitsTests
{
    const int UpdatesMin = 4;

    static readonly Catalogue Catalogue = Catalogue.Load();
    static readonly ClaimFolder Claims = ClaimFolder.Here();

    /// <summary>The experiments, by name.</summary>
    public static TheoryData<string> Experiments => ShippedExperimentsTests.Names;

    /// <summary>The claims' cases: the claim, the case.</summary>
    public static TheoryData<string, string> Cases => new(
        from file in Claims.Files
        let claim = Load(ClaimFolder.NameOf(file))
        from one in claim.Cases
        select (claim.Name, one));

    [Theory]
    [MemberData(nameof(Experiments))]
    public void A_short_run_of_an_experiment_has_the_same_bits_for_any_partitions_and_threads(string name)
    {
        foreach (var arm in ShippedExperimentsTests.Load(name).Arms)
            HasTheSameBits(arm, $"experiment {name} {arm.Name}");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_short_run_of_a_claim_has_the_same_bits_for_any_partitions_and_threads(string name, string one)
    {
        var claim = Load(name);
        if (!claim.Prepare())
            Assert.Skip($"{name} needs {string.Join(", ", claim.Missing)}: set ASYNCOPT_DATA, or 'asyncopt data get'");
        foreach (var arm in claim.Measuring(one, []).Arms)
            HasTheSameBits(arm, $"claim {name} {one} {arm.Name}");
    }

    [Fact]
    public void The_recorded_bits_are_of_this_numerics_class()
    {
        Assert.True(RecordedBits.Count > 100, $"only {RecordedBits.Count} runs are recorded");
        Assert.SkipUnless(RecordedBits.Hold, $"bits were recorded on {RecordedBits.Class}: hashes are not compared");
    }

    static void HasTheSameBits(Arm arm, string name)
    {
        var needsMetrics = arm.File.Stop.Target is { Stop: true };
        var (plan, reference) = ShortRun(PlanOf(arm, 0) with { Threads = 1 });
        RecordedBits.Check(name, reference.Hash);
        var other = PlanOf(arm, 1) with { Metrics = false, Stop = plan.Stop, SampleEvery = plan.SampleEvery };

        foreach (var (partitions, threads) in ((int, int)[])[(1, 2), (2, 1), (2, 2), (3, 1), (3, 2), (7, 1), (7, 2)])
        {
            // Metrics take most of the time: once is enough.
            var cut = Simulator.Run(plan with
            {
                Partitions = partitions,
                ForcePartitions = true,
                Threads = threads,
                Metrics = needsMetrics || (partitions, threads) == (3, 2),
            });

            Assert.Equal(reference.Hash, cut.Hash);
            Assert.Equal(reference.Counts.Events, cut.Counts.Events);
            if ((partitions, threads) == (3, 2))
                Assert.Equal(reference.Metrics, cut.Metrics);
        }
        Assert.NotEqual(reference.Hash, Simulator.Run(other).Hash);
    }

    // As long as it takes to make a few updates: experiments have very different scales of time.
    static (RunPlan Plan, RunRecord Record) ShortRun(RunPlan plan)
    {
        for (var time = 0.4; ; time *= 4)
        {
            var shorter = plan with { Stop = plan.Stop with { Time = Seconds(time) }, SampleEvery = Seconds(time / 2) };
            var record = Simulator.Run(shorter);
            if (record.Counts.Updates >= UpdatesMin)
                return (shorter, record);
            Assert.True(Seconds(time) < plan.Stop.Time, $"{record.Counts.Updates} updates are all it makes");
        }
    }

    static RunPlan PlanOf(Arm arm, int repetition) =>
        arm.Plan(repetition, cancellation: TestContext.Current.CancellationToken);

    static Claim Load(string name) => Claim.Load(Claims.PathOf(name), new LoadOptions { Catalogue = Catalogue });
}
