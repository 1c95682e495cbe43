using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods.Rounds;

/// <summary>Iterations of nodes that end by time: D-SGD and gradient tracking.</summary>
public class IterationTimeoutTests
{
    const int Nodes = 7;

    static Method MethodOf(
        string name, StepSchedule step, double? timeout, MissingRows missing = MissingRows.Self,
        long? iterations = null)
    {
        VirtualTime? time = timeout is { } seconds ? Seconds(seconds) : null;
        return name == "gradient-tracking"
            ? new GradientTracking(new()
            {
                Step = step, Timeout = time, Missing = missing, Iterations = iterations,
            })
            : new DSgd(new()
            {
                Step = step, Timeout = time, Missing = missing, Iterations = iterations,
                Variant = Enum.Parse<DSgd.Order>(name),
            });
    }

    static RunPlan Plan(Method method, double time) =>
        PlanOf(method, QuadraticOf(Targets(Nodes)), time, Ring(Nodes)) with { LogUpdates = true };

    public static TheoryData<string, MissingRows> All
    {
        get
        {
            TheoryData<string, MissingRows> all = [];
            foreach (var method in (string[])["Awc", "Atc", "Cta", "gradient-tracking"])
            {
                all.Add(method, MissingRows.Self);
                all.Add(method, MissingRows.Renormalize);
            }
            return all;
        }
    }

    // A pattern in which about a fifth is lost.
    static bool IsLost(int from, int to, long k) => ((from * 31) + (to * 17) + ((int)k * 7)) % 11 < 2;

    [Theory]
    [InlineData(MissingRows.Self)]
    [InlineData(MissingRows.Renormalize)]
    public void Without_what_is_lost_nodes_average_by_the_rest_of_the_matrix(MissingRows missing)
    {
        const int iterations = 12;
        // After one step of size 1 each node is at its target; then they average, with 1/3 each. A message of iteration
        // k is the link's k-th; none comes later than it may, as nobody is ahead by more than 1.5 s.
        var plan = Plan(MethodOf("Awc", FirstOnly, 1.5, missing, iterations), 100) with
        {
            Faults = [new LostMessages(IsLost)],
        };
        var record = Simulator.Run(plan);

        var x = Targets(Nodes);
        for (var k = 1; k < iterations; k++)
            x = Averaged(x, k, missing);
        Assert.Equal(Outcome.Completed, record.Outcome);
        Assert.True(record.Counts.Lost > 20, $"{record.Counts.Lost}");
        var mean = Mean(x);
        AssertClose(mean, record.Estimate, 1e-13);
        Assert.Equal(
            x.Average(row => row.Zip(mean, (a, b) => (a - b) * (a - b)).Sum()),
            record.Metric("consensus-distance")[^1], 1e-12);
        // The rows still sum to 1, the columns do not.
        Assert.NotEqual(0, mean.Zip(Mean(Targets(Nodes)), (a, b) => Math.Abs(a - b)).Sum(), 1e-3);
    }

    static double[][] Averaged(double[][] x, int iteration, MissingRows missing) =>
    [
        .. Enumerable.Range(0, Nodes).Select(i =>
        {
            int[] held = [.. new[] { (i + 1) % Nodes, (i + Nodes - 1) % Nodes }.Where(j => !IsLost(j, i, iteration))];
            var own = missing == MissingRows.Self ? 3 - held.Length : 1.0;
            var scale = missing == MissingRows.Self ? 3.0 : 1 + held.Length;
            return x[i].Select((value, d) => ((own * value) + held.Sum(j => x[j][d])) / scale).ToArray();
        }),
    ];

    [Fact]
    public void What_is_lost_in_both_directions_leaves_the_mean_where_it_is()
    {
        var plan = Plan(MethodOf("Awc", FirstOnly, 1.5, iterations: 30), 100) with
        {
            Faults = [new LostMessages((from, to, k) => ((from + to) * 13 + k * 5) % 7 == 0)],
        };
        var record = Simulator.Run(plan);

        Assert.True(record.Counts.Lost > 50);
        AssertClose(Mean(Targets(Nodes)), record.Estimate, 1e-13);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_node_stalls_at_20_percent_loss(string method, MissingRows missing)
    {
        RunPlan Lossy(double? timeout) => Plan(MethodOf(method, Step(0.05), timeout, missing), 300)
            .WithDelay(new ShiftedExponential(new() { Mean = 0.2 })).WithJitter(0, 1) with
        {
            Faults = [new DropFault(new() { Probability = 0.2 })],
        };
        Assert.Equal(Outcome.Stalled, Simulator.Run(Lossy(null)).Outcome);
        var record = Simulator.Run(Lossy(3));

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        var last = record.UpdateLog.GroupBy(u => u.Agent).Select(g => g.Last()).ToList();
        Assert.Equal(Nodes, last.Count);
        Assert.All(last, u => Assert.True(u.Time > Seconds(280).Nanoseconds, $"node {u.Agent}: {u.Time}"));
        Assert.All(record.UpdateLog, u => Assert.Equal(0, u.Staleness));
        // Nobody is left behind.
        Assert.InRange(last.Max(u => u.Version) - last.Min(u => u.Version), 0, 3);
        Assert.All(record.Estimate, x => Assert.InRange(x, -2, 2)); // the targets' range
    }

    [Theory]
    [InlineData("Awc")]
    [InlineData("Atc")]
    [InlineData("Cta")]
    [InlineData("gradient-tracking")]
    public void A_timeout_that_never_passes_changes_no_update(string method)
    {
        RunPlan Timed(double? timeout) => Plan(MethodOf(method, Step(0.1), timeout), 100)
            .WithDelay(new ShiftedExponential(new() { Mean = 0.3 })).WithJitter(0, 2);
        var (plain, timed) = (Simulator.Run(Timed(null)), Simulator.Run(Timed(500)));

        Assert.True(plain.Counts.Updates > 50);
        Assert.Equal(plain.UpdateLog, timed.UpdateLog);
        Assert.Equal(plain.Metrics, timed.Metrics);
        Assert.Equal(plain.Estimate, timed.Estimate);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_node_that_was_away_goes_on_with_the_others(string method, MissingRows missing)
    {
        var plan = Plan(MethodOf(method, Step(0.05), 3, missing), 300).WithDelay(0.1) with
        {
            Faults = [new CrashFault(new() { Place = 2, At = Seconds(50.3), For = Seconds(100) })],
        };
        var record = Simulator.Run(plan);

        var last = record.UpdateLog.GroupBy(u => u.Agent).Select(g => g.Last()).ToList();
        Assert.Equal(Nodes, last.Count);
        Assert.InRange(last.Max(u => u.Version) - last.Min(u => u.Version), 0, 3);
        var of2 = record.UpdateLog.Where(u => u.Agent == 2).ToList();
        Assert.DoesNotContain(of2, u => u.Time > Seconds(51).Nanoseconds && u.Time < Seconds(150).Nanoseconds);
        Assert.True(of2.Count(u => u.Time > Seconds(160).Nanoseconds) > 80);
    }

    [Fact]
    public void A_node_that_is_gone_for_good_stops_nobody()
    {
        var plan = Plan(MethodOf("Awc", Step(0.05), 3), 300) with
        {
            Faults = [new CrashFault(new() { Place = 2, At = Seconds(50.3) })],
        };
        var record = Simulator.Run(plan);

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        // Its neighbours wait 3 s in each iteration.
        Assert.InRange(record.UpdateLog.Count(u => u.Agent == 1), 50 + 80, 50 + 84);
    }
}
