using AsyncOpt.Core.Data;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.Rounds;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Shardings;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods.Rounds;

public class ParticipationTests
{
    const string Minibatch = "minibatch-sgd", Local = "local-sgd";

    static Method MethodOf(
        string name, Participation participation, double step = 0.2, PlaceWeights weights = PlaceWeights.Equal) =>
        name == Minibatch
            ? new MinibatchSgd(new() { Step = Step(step), Participation = participation, Weights = weights })
            : new LocalSgd(new()
            {
                Rate = Step(step), Steps = 1, OuterRate = Step(1), Participation = participation, Weights = weights,
            });

    static double Deviation(double measured, double mean, double variance) =>
        Math.Abs(measured - mean) / Math.Sqrt(variance);

    public static TheoryData<string> Methods => [Minibatch, Local];

    [Theory]
    [MemberData(nameof(Methods))]
    public void All_workers_and_a_timeout_that_never_passes_change_no_bit(string method)
    {
        var problem = QuadraticOf(Targets(5), noise: 0.5);
        var plan = PlanOf(MethodOf(method, new()), problem, 60.3)
            .WithDelay(new ShiftedExponential(new() { Mean = 0.3 })).WithJitter(0, 2) with
        { LogUpdates = true };
        RunRecord Run(Participation p) => Simulator.Run(plan with { Method = MethodOf(method, p) });
        var plain = Run(new());

        Assert.True(plain.Counts.Updates > 20);
        Assert.Equal(plain.Hash, Run(new() { Fraction = 1 }).Hash);
        Assert.Equal(plain.Hash, Run(new() { Workers = 5 }).Hash);
        foreach (var late in (ReadOnlySpan<LateAnswers>)[LateAnswers.Drop, LateAnswers.Fold])
        {
            // A timer takes a number in the server's sequence, which is in the hash.
            var timed = Run(new() { Timeout = Seconds(100), Quorum = 5, Late = late });
            Assert.Equal(plain.UpdateLog, timed.UpdateLog);
            Assert.Equal(plain.Metrics, timed.Metrics);
            Assert.Equal(plain.Estimate, timed.Estimate);
        }
    }

    // Each gradient is minus a unit vector: K times x counts the rounds that a worker was in.
    static double[] Rounds(string method, Participation participation, int workers, int rounds, ulong seed = 7)
    {
        var plan = PlanOf(MethodOf(method, participation, step: 1), new CountingProblem(workers), rounds + 0.5);
        var taken = participation.Workers!.Value;
        return [.. Simulator.Run(plan with { Seeds = Seeds.Of(seed) }).Estimate.Select(x => Math.Round(taken * x, 6))];
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_worker_is_in_as_many_rounds_as_chance_says(string method)
    {
        const int workers = 40, taken = 10, rounds = 2000;
        var counts = Rounds(method, new() { Workers = taken }, workers, rounds);

        Assert.Equal(taken * rounds, counts.Sum(), 1e-6);
        const double share = taken / (double)workers;
        Assert.All(counts, n => Assert.True(Deviation(n, rounds * share, rounds * share * (1 - share)) < 4, $"{n}"));
        // The counts of a round add up to K, so that their squares add up to less than those of independent ones.
        var chiSquare = counts.Sum(n => Math.Pow(n - (rounds * share), 2)) / (rounds * share * (1 - share));
        chiSquare *= (workers - 1) / (double)workers;
        Assert.InRange(Deviation(chiSquare, workers - 1, 2 * (workers - 1)), 0, 4);
    }

    [Fact]
    public void As_many_workers_have_been_in_some_round_as_chance_says()
    {
        const int workers = 100, taken = 10, rounds = 8, runs = 200;
        double sum = 0;
        for (var seed = 0; seed < runs; seed++)
            sum += Rounds(Minibatch, new() { Workers = taken }, workers, rounds, (ulong)seed).Count(n => n > 0);

        var absent = Math.Pow(1 - (taken / (double)workers), rounds);
        var bothAbsent = Math.Pow((workers - taken) * (workers - taken - 1.0) / (workers * (workers - 1.0)), rounds);
        var variance = (workers * absent) + (workers * (workers - 1.0) * bothAbsent) - Math.Pow(workers * absent, 2);
        Assert.True(Deviation(sum / runs, workers * (1 - absent), variance / runs) < 4, $"{sum / runs}");
    }

    [Fact]
    public void Two_methods_ask_the_same_workers_in_the_same_round()
    {
        Participation taken = new() { Workers = 3 };
        Assert.Equal(Rounds(Minibatch, taken, 12, 20), Rounds(Local, taken, 12, 20));
        Assert.NotEqual(Rounds(Minibatch, taken, 12, 20), Rounds(Minibatch, taken, 12, 20, seed: 8));
    }

    // Worker k has k + 1 of the samples, with the label k + 1.
    sealed class Numbered : DataSource
    {
        public override RawData Open(DataContext context) => new(new SampleTable(
            "numbered", FeatureMatrix.Dense(15, 1, [.. Enumerable.Repeat(1.0, 15)]),
            [1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5]));
    }

    sealed class Growing : Sharding
    {
        public override Shards Deal(ShardingContext context) => Shards.Of(context.Samples, [0, 1, 3, 6, 10, 15]);
    }

    static double[] Chances(int taken) => taken switch
    {
        2 => [2 / 15.0, 4 / 15.0, 6 / 15.0, 8 / 15.0, 10 / 15.0],
        3 => [0.2, 0.4, 0.6, 0.8, 1],
        _ => [1 / 3.0, 2 / 3.0, 1, 1, 1], // 4 c and 5 c are above 1: c = 1 / 3
    };

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Workers_are_drawn_by_their_samples(int taken)
    {
        var problem = Built(new LeastSquares(new() { Data = new Numbered(), Sharding = new Growing() }), 5);
        Participation participation = new() { Workers = taken, By = SelectionRule.Samples };
        const int rounds = 4000;
        // A computation for each that is asked: the agents' computations are counted by who sends.
        var plan = PlanOf(MethodOf(Minibatch, participation, step: 0.001), problem, rounds + 0.5) with
        {
            Compute = new(Seconds(1), VirtualTime.Zero, [1, 1, 1, 1, 1]),
            TimelineAgents = 6,
            TimelineSpans = 100_000,
        };
        var record = Simulator.Run(plan);

        var chances = Chances(taken);
        Assert.Equal(taken, chances.Sum(), 1e-12);
        for (var k = 0; k < 5; k++)
        {
            var n = record.Timeline.Count(span => span.Kind == "compute" && span.Agent == k + 1 && span.End <= Seconds(rounds).Nanoseconds);
            Assert.True(
                chances[k] == 1 ? n == rounds : Deviation(n, rounds * chances[k], rounds * chances[k] * (1 - chances[k])) < 4,
                $"worker {k}: {n}");
        }
    }

    [Fact]
    public void The_step_of_some_is_on_average_that_of_all()
    {
        // One round of a full step of size 1 ends in the mean target of those that were asked.
        var targets = Targets(12, 2);
        var mean = Mean(targets);
        const int runs = 500, taken = 3;
        double[] sum = [0, 0], squares = [0, 0];
        for (var seed = 0; seed < runs; seed++)
        {
            var plan = PlanOf(MethodOf(Minibatch, new() { Workers = taken }, step: 1), QuadraticOf(targets), 1.5);
            var x = Simulator.Run(plan with { Seeds = Seeds.Of((ulong)seed) }).Estimate;
            for (var k = 0; k < 2; k++)
                (sum[k], squares[k]) = (sum[k] + x[k], squares[k] + Math.Pow(x[k] - mean[k], 2));
        }
        for (var k = 0; k < 2; k++)
        {
            // Of a sample of K without replacement: s^2 / K (1 - K / n).
            var variance = targets.Sum(t => Math.Pow(t[k] - mean[k], 2)) / 11 / taken * (1 - (taken / 12.0));
            Assert.True(Deviation(sum[k] / runs, mean[k], variance / runs) < 4);
            Assert.InRange(squares[k] / runs / variance, 0.75, 1.25);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_round_lasts_no_longer_than_its_timeout(string method)
    {
        // Worker 4 takes 100 s, all others 1 s, a message 0.25 s.
        const double timeout = 2;
        var plan = PlanOf(MethodOf(method, new() { Timeout = Seconds(timeout) }), QuadraticOf(Targets(5)), 100.5)
            .WithSpeeds(1, 1, 1, 1, 100).WithDelay(0.25);
        var record = Simulator.Run(plan with { LogUpdates = true, SampleEvery = Seconds(1) });

        // Whoever is asked anew gives up: from the worker nothing comes.
        var rounds = method == Minibatch ? record.Counts.Updates : record.Counts.Updates / 4;
        Assert.Equal((int)(100 / timeout), rounds);
        Assert.Equal(5 * (rounds + 1), record.Traffic.Single(t => t.Role == "server").Messages);
        // The mean is that over the four.
        AssertClose(Mean(Targets(5)[..4]), record.Estimate, 1e-3);
    }

    [Theory]
    [InlineData(Minibatch, 5, 5)]
    [InlineData(Local, 5, 5)]
    [InlineData(Local, 4, 3)]
    public void Below_the_quorum_those_who_are_missing_are_asked_again(string method, int taken, int quorum)
    {
        // 20 % of the messages are lost: with a quorum of all none is left out for good, and the update is the same.
        var problem = QuadraticOf(Targets(5));
        Participation patient = new() { Workers = taken, Timeout = Seconds(3), Quorum = quorum };
        var lossy = PlanOf(MethodOf(method, patient), problem, 2000).WithDelay(0.25) with
        {
            Faults = [new DropFault(new() { Probability = 0.2 })],
        };
        var record = Simulator.Run(lossy);

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.True(record.Counts.Updates > 100, $"{record.Counts.Updates}");
        if (taken == 5)
        {
            var without = Simulator.Run(PlanOf(MethodOf(method, new()), problem, 200));
            AssertClose(without.Estimate, record.Estimate, 1e-9);
        }
    }

    static Dictionary<string, double> Counts(RunRecord record) => record.Metrics
        .Where(m => m.Metric.StartsWith("participation", StringComparison.Ordinal))
        .GroupBy(m => m.Metric).ToDictionary(g => g.Key, g => g.Last().Value);

    [Theory]
    [InlineData(Minibatch, LateAnswers.Drop)]
    [InlineData(Minibatch, LateAnswers.Fold)]
    [InlineData(Local, LateAnswers.Drop)]
    [InlineData(Local, LateAnswers.Fold)]
    public void Who_was_asked_answered_or_came_late_or_was_lost(string method, LateAnswers late)
    {
        const int workers = 400;
        Participation participation = new()
        {
            Workers = 10, OverSelection = 1.3, Timeout = Seconds(4), Quorum = 1, Late = late,
        };
        var plan = PlanOf(MethodOf(method, participation), QuadraticOf(Targets(workers)), 1000)
            .WithDelay(new ShiftedExponential(new() { Mean = 0.5 })).WithJitter(0, 2) with
        {
            Faults = [new DropFault(new() { Probability = 0.05 })],
            Diagnostics = [new Core.Diagnostics.ParticipationCounts(new())],
        };
        var record = Simulator.Run(plan);

        var counts = Counts(record);
        var (asked, answered, came) = (
            counts["participation-asked"], counts["participation-answered"], counts["participation-late"]);
        var down = record.Traffic.Single(t => t.Role == "server").Messages;
        var up = record.Traffic.Single(t => t.Role == "worker").Messages;
        // A message for each that is asked, and 13 are asked a round; what neither answered nor came late was lost, or
        // is given up or under way: few, as a worker is asked in one round of 30.
        Assert.Equal(asked, down);
        Assert.True(came > 100, $"{came}");
        Assert.InRange(asked - answered - came - record.Counts.Lost, 0, 13 + (0.02 * asked));
        Assert.InRange(up - answered - came, 0, record.Counts.Lost);
        if (method == Local)
            Assert.Equal(late == LateAnswers.Fold ? answered + came : answered, record.Counts.Updates);
        Assert.Equal(late == LateAnswers.Fold, record.Staleness.Max > 0);
    }

    [Fact]
    public void A_late_answer_is_in_the_mean_of_the_round_that_it_comes_in()
    {
        // Rounds of 2 s; worker 1 takes 3 s: it answers rounds 0, 2, 4, ... in the middle of the next.
        Participation participation = new() { Timeout = Seconds(2), Late = LateAnswers.Fold };
        var problem = QuadraticOf([[2.0], [6.0]]);
        var plan = PlanOf(MethodOf(Minibatch, participation, step: 0.5), problem, 4.5).WithSpeeds(1, 3);
        var record = Simulator.Run(plan with { LogUpdates = true });

        // x: 0, then -0.5 (0 - 2) = 1, then 1 - 0.5 ((1 - 2) + (0 - 6)) / 2 = 2.75.
        Assert.Equal(2, record.Counts.Updates);
        Assert.Equal([0, 1], record.UpdateLog.Select(u => u.Staleness));
        Assert.Equal(2.75, record.Estimate[0], 1e-12);
    }

    [Fact]
    public void The_mean_by_samples_is_over_those_that_answered()
    {
        // One full step of size 1 ends in the mean label over the samples of those that were asked.
        var problem = Built(new LeastSquares(new()
        {
            Data = new Numbered(), Sharding = new Growing(), Weights = PlaceWeights.Samples,
        }), 5);
        Participation participation = new() { Workers = 2 };
        HashSet<double> seen = [];
        for (var seed = 0; seed < 60; seed++)
        {
            var method = new MinibatchSgd(new()
            {
                Step = Step(1), BatchSize = 0, Participation = participation, Weights = PlaceWeights.Samples,
            });
            var plan = PlanOf(method, problem, 1.5) with { Seeds = Seeds.Of((ulong)seed) };
            seen.Add(Math.Round(Simulator.Run(plan).Estimate[0], 9));
        }
        // Two of 1 to 5, each as often as it is large.
        var pairs = Enumerable.Range(1, 5).SelectMany(a => Enumerable.Range(a + 1, 5 - a), (a, b) => (a, b));
        Assert.Equal(
            pairs.Select(p => Math.Round(((p.a * p.a) + (p.b * p.b)) / (double)(p.a + p.b), 9)).Distinct().Order(),
            seen.Order());
    }

    [Fact]
    public void A_server_that_restarts_goes_on_with_its_round()
    {
        Participation participation = new() { Workers = 3, Timeout = Seconds(4), Quorum = 3 };
        var plan = PlanOf(MethodOf(Local, participation), QuadraticOf(Targets(6)), 60) with
        {
            Faults = [new CrashFault(new() { Place = -1, At = Seconds(10.3), For = Seconds(4) })],
        };
        var record = Simulator.Run(plan.WithDelay(0.1));

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.InRange(record.Counts.Updates / 3, 44, 48);
    }

    [Theory]
    [InlineData(nameof(Participation.Fraction))]
    [InlineData(nameof(Participation.Quorum))]
    [InlineData(nameof(Participation.OverSelection))]
    [InlineData(nameof(Participation.By))]
    [InlineData(nameof(Participation.Late))]
    public void What_makes_no_sense_is_named(string option)
    {
        Participation wrong = option switch
        {
            nameof(Participation.Fraction) => new() { Workers = 2, Fraction = 0.5 },
            nameof(Participation.Quorum) => new() { Workers = 2, Quorum = 2 },
            nameof(Participation.OverSelection) => new() { OverSelection = 1.3 },
            nameof(Participation.By) => new() { By = SelectionRule.Samples },
            _ => new() { Workers = 2, Late = LateAnswers.Fold },
        };
        Assert.Single(wrong.Violations());
    }
}
