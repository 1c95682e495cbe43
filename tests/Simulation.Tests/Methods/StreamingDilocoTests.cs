using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods;

public class StreamingDilocoTests
{
    const int Workers = 4, Dimension = 7;
    const double Rate = 0.05, OuterRate = 0.7;

    static StreamingDiloco.Options Options(
        int steps, int fragments, int overlap = 0, double own = 0, Optimizer? inner = null) => new()
        {
            Inner = inner ?? new AdamW(new()),
            Rate = Step(Rate),
            Steps = steps,
            Outer = new Nesterov(new()),
            OuterRate = Step(OuterRate),
            Fragments = fragments,
            Overlap = overlap,
            OwnShare = own,
        };

    static Quadratic Problem() => QuadraticOf(Targets(Workers, Dimension), noise: 0.5);

    // A local step takes a second at equal workers; with messages of no time, step k ends at k seconds.
    static RunPlan On(Core.Programs.Method method, double time, params double[] perStep) =>
        PlanOf(method, Problem(), time) with
        {
            Compute = new(
                VirtualTime.Zero, VirtualTime.Zero, perStep.Length > 0 ? perStep : [1, 1, 1, 1])
            {
                PerStep = Seconds(1),
            },
        };

    static RunPlan On(StreamingDiloco.Options options, double time, params double[] perStep) =>
        On(new StreamingDiloco(options), time, perStep);

    public static TheoryData<Optimizer> Inner => [new Sgd(), new AdamW(new())];

    [Theory]
    [MemberData(nameof(Inner))]
    public void With_one_fragment_taken_in_whole_at_once_it_is_diloco_bit_for_bit(Optimizer inner)
    {
        var diloco = new LocalSgd(new()
        {
            Inner = inner, Rate = Step(Rate), Steps = 5, Outer = new Nesterov(new()), OuterRate = Step(OuterRate),
        });
        double[] speeds = [0.58, 0.75, 1.51, 3.33];
        var expected = Simulator.Run(On(diloco, (10 * 5 * 3.33) + 1, speeds));
        var record = Simulator.Run(On(Options(5, 1, inner: inner), (10 * 5 * 3.33) + 1, speeds));

        Assert.Equal(10 * Workers, record.Counts.Updates);
        Assert.Equal(expected.Estimate, record.Estimate);
        Assert.NotEqual(0, record.Estimate[0]);
    }

    // Algorithm 2, step by step, until so many fragments are synchronized: they have the coordinates from d p / P to
    // d (p + 1) / P.
    static double[] Serial(StreamingDiloco.Options options, long synchronized)
    {
        var problem = Problem();
        var (parts, h) = (options.Fragments, options.Steps);
        double[] x = new double[Dimension], outer0 = new double[Dimension], outer1 = new double[Dimension];
        double[][] New() => [.. Enumerable.Range(0, Workers).Select(_ => new double[Dimension])];
        var (y, a, b) = (New(), New(), New());
        var fresh = new double[Dimension];
        for (var t = 1; synchronized > 0; t++)
        {
            for (var w = 0; w < Workers; w++)
            {
                options.Inner.Step(new()
                {
                    X = y[w],
                    Gradient = Gradient(problem, w, y[w], w, t - 1),
                    State0 = a[w],
                    State1 = b[w],
                    Rate = Rate,
                    Number = t,
                    Blocks = [],
                });
            }
            for (var p = 0; p < parts; p++)
            {
                var (from, to) = (Dimension * p / parts, Dimension * (p + 1) / parts);
                var first = h * (p + 1) / parts;
                if (t >= first && (t - first) % h == 0 && synchronized-- > 0)
                {
                    double[] mean = [.. Enumerable.Range(from, to - from).Select(c => x[c] - y.Average(own => own[c]))];
                    var (point, state0, state1) = (x[from..to], outer0[from..to], outer1[from..to]);
                    options.Outer.Step(new()
                    {
                        X = point, Gradient = mean, State0 = state0, State1 = state1, Rate = OuterRate,
                        Number = 1 + ((t - first) / h), Blocks = [],
                    });
                    point.CopyTo(x, from);
                    state0.CopyTo(outer0, from);
                    state1.CopyTo(outer1, from);
                }
                if (t >= first + options.Overlap && (t - first - options.Overlap) % h == 0)
                {
                    // x_p has not changed since it was made: the next is H - tau steps away.
                    foreach (var own in y)
                    {
                        for (var c = from; c < to; c++)
                            own[c] = (options.OwnShare * own[c]) + ((1 - options.OwnShare) * x[c]);
                    }
                }
            }
        }
        return x;
    }

    [Theory]
    [InlineData(7, 3, 2, 0.5, false)]
    [InlineData(7, 3, 6, 0.25, false)]
    [InlineData(6, 6, 1, 0, true)]
    [InlineData(5, 1, 4, 0.5, true)]
    public void Is_the_serial_loop_over_steps_whatever_the_speeds_and_delays(
        int steps, int fragments, int overlap, double own, bool withAdam)
    {
        // The steps of Adam differ by their numbers.
        var options = Options(steps, fragments, overlap, own);
        options = withAdam ? options with { Outer = new Adam(new()) } : options;
        foreach (var speeds in (double[][])[[1, 1, 1, 1], [0.58, 0.75, 1.51, 3.33]])
        {
            var record = Simulator.Run(On(options, 200.2, speeds).WithDelay(0.3));
            var synchronized = record.Traffic[0].Messages / Workers;

            Assert.InRange(synchronized, 10, long.MaxValue);
            Assert.Equal(0, record.Staleness.Max);
            AssertClose(Serial(options, synchronized), record.Estimate, 1e-12);
        }
    }

    [Theory]
    [InlineData(0, 3.0)]
    [InlineData(1, 2.0)]
    public void An_overlap_as_long_as_the_way_hides_it(int overlap, double period)
    {
        // Each 2 steps of a second a fragment goes; there and back takes a second.
        var plan = On(Options(4, 2, overlap, 0.5), 100).WithDelay(0.5) with { LogUpdates = true };
        var times = Simulator.Run(plan).UpdateLog.Select(u => u.Time / 1e9).Distinct().Take(8);

        Assert.Equal(Enumerable.Range(0, 8).Select(k => 2.5 + (k * period)), times);
    }

    [Fact]
    public void Messages_carry_a_fragment_and_all_of_them_as_much_as_those_of_diloco()
    {
        // 10 synchronizations of each of 7 fragments, of one number each, with 16 and 4 bytes beside it.
        var record = Simulator.Run(On(Options(7, 7, 0, 0), 70.5));

        Assert.Equal(10 * 7 * Workers, record.Counts.Updates);
        Assert.Equal(10 * 7 * Workers * (8 + 16), record.Traffic[1].Bytes);
        Assert.Equal(10 * 7 * Workers * (8 + 4), record.Traffic[0].Bytes);
    }

    [Fact]
    public void Workers_that_keep_all_their_own_train_alone()
    {
        var probe = new OwnModels();
        Simulator.Run(On(Options(4, 2, 1, 1, new Sgd()), 40.5) with { Diagnostics = [probe] });

        var problem = Problem();
        for (var w = 0; w < Workers; w++)
        {
            var y = new double[Dimension];
            for (var k = 0; k < 40; k++)
                Axpy(-Rate, Gradient(problem, w, y, w, k), y);
            AssertClose(y, probe.Y[w], 1e-13);
        }
    }

    [Fact]
    public void Duplicates_change_no_bit()
    {
        var plan = On(Options(7, 3, 2, 0.5), 300, 0.58, 0.75, 1.51, 3.33).WithDelay(0.3);
        var record = Simulator.Run(plan with { Faults = [new DuplicateFault(new() { Probability = 0.5 })] });

        Assert.InRange(record.Counts.Duplicated, 50, long.MaxValue);
        Assert.Equal(Simulator.Run(plan).Estimate, record.Estimate);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    public void What_a_crash_cost_is_made_up_for(int place)
    {
        // Crashes at many points of the schedule, so that pending work, changes and fragments are lost.
        var plan = On(Options(7, 3, 2, 0.5), 1000, 1, 1, 1, 1.5).WithDelay(0.3);
        var crashes = Enumerable.Range(0, 20).Select(k => new CrashFault(new()
        {
            Place = place, At = Seconds(10 + (7.3 * k)), For = Seconds(0.5 + (0.1 * k)),
        }));
        var record = Simulator.Run(plan with { Faults = [.. crashes] });

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.InRange(record.Counts.Lost, 5, long.MaxValue);
        // Each synchronization has a part of every worker; those of some fragments may be on their way.
        var most = record.Counts.Updates / Workers;
        Assert.InRange(most, 200, 300);
        Assert.Contains(
            Enumerable.Range((int)most - 2, 3).Select(k => Serial(Options(7, 3, 2, 0.5), k)),
            x => x.Zip(record.Estimate, (a, b) => Math.Abs(a - b)).Max() < 1e-11);
    }

    [Fact]
    public void A_lost_message_ends_in_a_stall_that_names_it()
    {
        var plan = On(Options(7, 3, 2, 0.5), 1000);
        var record = Simulator.Run(plan with { Faults = [new DropFault(new() { Probability = 0.02 })] });

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Matches("'(change|fragment)'", record.Reason);
    }

    [Fact]
    public void Refuses_a_schedule_that_cannot_be_kept()
    {
        static IEnumerable<string> Errors(StreamingDiloco.Options options) =>
            new StreamingDiloco(options).Errors(new(4, null, null, null, 0));

        Assert.Single(Errors(Options(4, 5)));
        Assert.Single(Errors(Options(4, 2, 4)));
        Assert.Single(Errors(Options(4, 2) with { Outer = new Lamb(new()) }));
        Assert.Empty(Errors(Options(4, 4, 3, 1)));
    }

    /// <summary>The workers' own models at the end.</summary>
    [Diagnostic("own-models")]
    sealed class OwnModels() : Diagnostic(new MetricOptions())
    {
        public double[][] Y { get; private set; } = [];

        public override IReadOnlyList<string> Metrics(RunPlan plan) => [];

        public override void Evaluate(DiagnosticCut cut, Action<string, double> metric) =>
            Y = [.. Enumerable.Range(0, Workers).Select(i =>
            {
                var y = new double[Dimension];
                cut.Read("worker", "y", i, y);
                return y;
            })];
    }
}
