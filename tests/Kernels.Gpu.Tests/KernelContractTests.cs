using System.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Nets;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Kernels.Devices;

namespace AsyncOpt.Kernels.Gpu.Tests;

/// <summary>
/// What every kernel owes, on every device that is there: the plain form's results to rounding, as the SIMD form; the
/// same bits again; and for a request the same bits whatever else is in its batch.
/// </summary>
public class KernelContractTests
{
    // Relative to the largest coordinate of a problem's results. Sums of up to 600 terms in float32 differ by some
    // hundred units in the last place, and Adam's quotients of small gradients double that.
    const double Tolerance64 = 1e-11, Tolerance32 = 2e-4;

    static readonly StepSchedule Rate = new CosineSchedule(new() { Peak = 0.1, Final = 0.01, Steps = 12 });

    static Oracle[] Oracles =>
    [
        Oracle.Gradient, new LocalSteps(new Sgd(), Rate), new LocalSteps(new Momentum(new()), Rate),
        new LocalSteps(new Nesterov(new()), Rate), new LocalSteps(new Adam(new() { Epsilon = 1e-3 }), Rate),
        new LocalSteps(new AdamW(new() { Epsilon = 1e-3, WeightDecay = 0.1 }), Rate),
    ];

    public static TheoryData<string, string, bool> Cases()
    {
        var data = new TheoryData<string, string, bool>();
        foreach (var backend in Backends.Names)
            foreach (var problem in DeviceModels.Problems)
                foreach (var isGroup in (bool[])[false, true])
                    data.Add(backend, problem.Name, isGroup);
        return data;
    }

    [Fact]
    public void There_are_kernels() => Assert.NotEmpty(DeviceModels.Problems);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Agrees_with_the_plain_form_and_with_SIMD_and_has_bits_of_its_own(
        string backend, string problemName, bool isGroup)
    {
        var device = Backends.Open(backend).With(isGroup ? 0 : int.MaxValue);
        var type = DeviceModels.Problems.Single(p => p.Name == problemName);
        var kernels = 0;
        foreach (var (i, problem) in FastOracleCases.For(type).Where(IsSmall).Concat(Nets(type)).Index())
        {
            // Groups of threads that wait for each other are slower still there: every step once, with some problem.
            var isSlow = (isGroup || type == typeof(MlpClassification)) && device.Description.Kind == DeviceKind.Cpu;
            foreach (var oracle in isSlow ? [Oracles[i % Oracles.Length]] : Oracles)
                kernels += Check<double>(device, problem, oracle, Tolerance64) + Check<float>(device, problem, oracle, Tolerance32);
        }
        Assert.NotEqual(0, kernels);
        Assert.Equal(0, device.Models);
    }

    // ILGPU's CPU accelerator takes microseconds for a work item.
    static bool IsSmall(Problem problem) => problem is not SampleProblem { Features.Rows: > 100 };

    // Without hidden layers, and with two.
    static IEnumerable<Problem> Nets(Type type)
    {
        if (type != typeof(MlpClassification))
            yield break;
        foreach (var hidden in (int[][])[[], [9, 6]])
        {
            var net = new MlpClassification(new()
            {
                Data = new SyntheticClassification(new() { Samples = 30, Dimension = 5, Classes = 3 }),
                Hidden = hidden,
                Activation = Activation.Tanh,
                Regularization = 0.02,
            });
            net.Build(new(3, 1, path => path));
            yield return net;
        }
    }

    static int Check<T>(GpuDevice device, Problem problem, Oracle oracle, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var kernel = device.OracleOf<T>(problem, oracle);
        if (kernel is null)
            return 0;
        using var requests = new Requests<T>(problem, oracle);
        using var wide = new Requests<double>(problem, oracle);
        wide.Evaluate(Plain(problem, oracle));
        var expected = wide.Results();
        requests.Evaluate(new OracleTable<T>(problem)[oracle]);
        Agree(expected, requests.Results(), tolerance, $"SIMD, {oracle.Name}");
        requests.Evaluate(kernel);
        var results = requests.Results();
        Agree(expected, results, tolerance, $"{device.Description.Name}, {typeof(T).Name}, {oracle.Name}");
        SameBits(requests, kernel, results);
        return 1;
    }

    // Again; in another order; alone; some of them.
    static void SameBits<T>(Requests<T> requests, IDeviceOracle<T> kernel, double[] results)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        requests.Evaluate(kernel);
        Assert.Equal(results, requests.Results());
        requests.Evaluate(kernel, [.. Enumerable.Range(0, requests.Count).Reverse()]);
        Assert.Equal(results, requests.Results());
        for (var i = 0; i < requests.Count; i++)
            requests.Evaluate(kernel, i);
        Assert.Equal(results, requests.Results());
        requests.Evaluate(kernel, 3, 0);
        Assert.Equal(results, requests.Results());
    }

    // The plain gradient, and on it the plain optimizer: Kernels has a fast form of most of both.
    static FastOracle<double> Plain(Problem problem, Oracle oracle)
    {
        var gradient = new PlainOracle<double>(problem.Oracles.Single(o => o.Oracle.Name == Oracle.Gradient.Name));
        return oracle is LocalSteps steps ? new PlainTraining(steps, gradient, problem) : gradient;
    }

    static void Agree(double[] expected, double[] actual, double tolerance, string what)
    {
        var scale = expected.Max(Math.Abs);
        for (var k = 0; k < expected.Length; k++)
        {
            Assert.True(
                Math.Abs(expected[k] - actual[k]) <= tolerance * scale,
                $"{what}: coordinate {k} is {actual[k]:R} instead of {expected[k]:R}, scale {scale:R}");
        }
    }

    sealed class PlainTraining(LocalSteps steps, FastOracle<double> gradient, Problem problem) : FastOracle<double>
    {
        public override void Evaluate(in OracleCall<double> call)
        {
            call.Input.CopyTo(call.Output);
            call.Input1.CopyTo(call.Output1);
            call.Input2.CopyTo(call.Output2);
            var g = new double[problem.Parameters];
            for (var h = 0; h < call.Steps; h++)
            {
                gradient.Evaluate(new()
                {
                    Input = call.Output,
                    Output = g,
                    Scalars = call.Scalars,
                    Place = call.Place,
                    Samples = call.Samples.Length <= call.Batch ? call.Samples : call.Samples.Slice(h * call.Batch, call.Batch),
                });
                steps.Optimizer.Step(new()
                {
                    X = call.Output,
                    Gradient = g,
                    State0 = call.Output1,
                    State1 = call.Output2,
                    Rate = steps.Rate.At(call.RateStep + h),
                    Number = call.OptimizerStep + h + 1,
                    Blocks = problem.Blocks,
                });
            }
        }
    }
}
