using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Optimizers;
using MathNet.Numerics.LinearAlgebra;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods.LocalTraining;

/// <summary>
/// The largest stable outer rate on a/2 x^2 with single plain steps of rate h and a constant delay d, so that
/// g_t = h a x_(t-d): the spectral radius of the linear recurrence against what the simulator does.
/// </summary>
public class StabilityTests
{
    const double Beta = 0.9, Gain = 0.1; // h a

    // x_t, ..., x_(t-d), m, and the sum of delayed Nesterov.
    static Matrix<double> Step(int delay, double rate, Func<Matrix<double>, int, Matrix<double>> momentum)
    {
        var n = delay + 3;
        var step = Matrix<double>.Build.DenseIdentity(n);
        step.ClearSubMatrix(0, delay + 1, 0, n);
        for (var k = 1; k <= delay; k++)
            step[k, k - 1] = 1;
        step[0, 0] = 1;
        return momentum(step, n);
    }

    // m := b m + g, x := x - rate (b m + g).
    static Matrix<double> Nesterov(int delay, double rate) => Step(delay, rate, (step, n) =>
    {
        step[n - 1, n - 1] = 0; // no sum
        step[n - 2, n - 2] = Beta;
        step[n - 2, delay] = Gain;
        step[0, n - 2] = -rate * Beta * Beta;
        step[0, delay] += -rate * (1 + Beta) * Gain;
        return step;
    });

    // A whole period of N = d + 1 updates: D grows by g, x moves by g / N, and at the end by b m.
    static Matrix<double> Delayed(int delay, double rate)
    {
        var period = delay + 1;
        var plain = Step(delay, rate, (step, n) =>
        {
            step[n - 1, delay] = Gain;
            step[0, delay] += -rate * Gain / period;
            return step;
        });
        var last = Step(delay, rate, (step, n) =>
        {
            step[n - 2, n - 2] = Beta;
            step[n - 2, n - 1] = 1.0 / period;
            step[n - 2, delay] = Gain / period;
            step[n - 1, n - 1] = 0;
            step[0, n - 2] = -rate * Beta * Beta;
            step[0, n - 1] = -rate * Beta / period;
            step[0, delay] += -rate * (1 + Beta) * Gain / period;
            return step;
        });
        return last * plain.Power(period - 1);
    }

    static double Limit(Func<double, Matrix<double>> recurrence)
    {
        double low = 0, high = 100;
        for (var i = 0; i < 60; i++)
        {
            var rate = (low + high) / 2;
            var radius = recurrence(rate).Evd().EigenValues.Max(value => value.Magnitude);
            (low, high) = radius < 1 ? (rate, high) : (low, rate);
        }
        return low;
    }

    // The server takes 1 s for each message, and workers need less than the others' turns: a round of turns in which
    // every update is stale by all the others.
    static double Distance(ServerRule rule, int delay, double rate, int updates)
    {
        var workers = delay + 1;
        var method = new AsyncLocalSgd(new()
        {
            Rate = MethodPlans.Step(Gain),
            Steps = 1,
            Outer = new Nesterov(new() { Beta = Beta }),
            OuterRate = MethodPlans.Step(rate),
            Server = rule,
        });
        var problem = QuadraticOf([.. Enumerable.Repeat((double[])[0], workers)]);
        var record = Simulator.Run(PlanOf(method, problem, 0.5 + updates).WithSpeeds(
            [.. Enumerable.Repeat(0.5, workers)]) with
        {
            Service = new Dictionary<string, Law> { ["server"] = new Constant(new() { Value = 1 }) },
            InitialPoint = [1],
        });
        Assert.InRange(record.Counts.Updates, updates - 2, updates);
        Assert.Equal(delay, record.Staleness.Max);
        return Math.Abs(record.Estimate[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_simulator_diverges_above_the_limit_and_converges_below(int delay)
    {
        var limit = Limit(rate => Nesterov(delay, rate));
        var delayed = Limit(rate => Delayed(delay, rate));

        Assert.True(Distance(new ImmediateRule(), delay, 0.85 * limit, 2000) < 1e-5);
        Assert.True(Distance(new ImmediateRule(), delay, 1.1 * limit, 2000) > 1e3);
        Assert.True(Distance(new DelayedNesterovRule(new()), delay, 0.85 * delayed, 2000) < 1e-5);
        Assert.True(Distance(new DelayedNesterovRule(new()), delay, 1.1 * delayed, 2000) > 1e3);
        Assert.True(delayed > 4 * limit, $"delayed Nesterov to {delayed}, Nesterov to {limit}");
    }
}
