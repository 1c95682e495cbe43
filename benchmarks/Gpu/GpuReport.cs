using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Kernels.Gpu;

namespace AsyncOpt.Benchmarks.Gpu;

/// <summary>What a device does of what it can do at most, as a table.</summary>
/// <param name="device">The device.</param>
/// <param name="isCard">Whether it is a card; what emulates one gets less to do.</param>
sealed class GpuReport(GpuDevice device, bool isCard)
{
    readonly double _scale = isCard ? 1 : 1.0 / (1 << 16);

    /// <summary>Measures and prints.</summary>
    /// <param name="name">What the device is called.</param>
    public void Write(string name)
    {
        var limits = Limits.Of(device, _scale);
        Console.WriteLine(name);
        Console.WriteLine(isCard ? "" : "Emulated: the numbers mean nothing.");
        Console.WriteLine(
            $"empty launch {limits.Launch * 1e6:F1} us; copy {limits.Bandwidth / 1e9:F1} GB/s; registers "
            + $"{limits.Single / 1e9:F1} GFLOP/s float32, {limits.Double / 1e9:F1} float64");
        Console.WriteLine();
        Console.WriteLine("| case | width | kernel | whole way | rate | limit | ratio |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        var resident = new RoundsCase(Few(1_000_000));
        foreach (var isSingle in (bool[])[true, false])
        {
            Show(Launches(), isSingle, limits.Launch, "us");
            foreach (var agents in (int[])[10_000, 1_000_000])
                Show(Gradients(Few(agents), isSingle), isSingle, limits.Bandwidth, "GB/s");
            Show(Perceptron(Few(2048)), isSingle, isSingle ? limits.Single : limits.Double, "GFLOP/s");
            ShowRounds(resident, isSingle, limits);
        }
    }

    int Few(int agents) => isCard ? agents : Math.Max(4, (int)(agents * _scale));

    void Show(Case item, bool isSingle, double limit, string unit)
    {
        var (kernel, whole) = isSingle ? item.Measure<float>(device) : item.Measure<double>(device);
        // Of launches, times compare; of the others, rates.
        var isTime = unit == "us";
        Line(item.Name, isSingle, kernel, whole, isTime ? kernel : item.Work / kernel, limit, unit);
    }

    // The whole way is a round of a run: handlers, counts and waves are there, too.
    void ShowRounds(RoundsCase resident, bool isSingle, Limits limits)
    {
        var kernels = isSingle ? resident.Kernels<float>(device) : resident.Kernels<double>(device);
        var precision = isSingle ? Precision.Float32 : Precision.Float64;
        var more = isCard ? 200 : 4;
        var whole = resident.Whole(precision, device, more);
        var name = $"memory-bound: a round of D-SGD on a ring of {Few(1_000_000)} agents, d = 22, resident";
        Line(name, isSingle, kernels, whole, resident.BytesOf(isSingle) / kernels, limits.Bandwidth, "GB/s");
        var here = resident.Whole(precision, null, isCard ? 20 : 4);
        Console.WriteLine($"| the same on the processor, {Environment.ProcessorCount} cores | {WidthOf(isSingle)} | | {here * 1e3:G3} ms "
            + $"| | | {here / whole:F2} of the device's time |");
    }

    static void Line(string name, bool isSingle, double kernel, double whole, double rate, double limit, string unit)
    {
        var (unitScale, ratio) = unit == "us" ? (1e-6, limit / rate) : (1e9, rate / limit);
        Console.WriteLine($"| {name} | {WidthOf(isSingle)} | {kernel * 1e3:G3} ms | {whole * 1e3:G3} ms "
            + $"| {rate / unitScale:F1} {unit} | {limit / unitScale:F1} {unit} | {ratio:F2} |");
    }

    static string WidthOf(bool isSingle) => isSingle ? "float32" : "float64";

    // One request of hardly any work.
    static Case Launches() => new("launch-bound: 1 gradient, d = 22", Logistic(1), Oracle.Gradient, 1, 1, 1, 0);

    // Point in, gradient out, and the features of one sample: bytes of memory that must move.
    static Case Gradients(int agents, bool isSingle) => new(
        $"memory-bound: {agents} gradients, d = 22", Logistic(agents), Oracle.Gradient, agents, 1, 1,
        3.0 * 22 * agents * (isSingle ? 4 : 8));

    // Per weight and sample: 2 operations forward, 2 for its gradient; and 2 for the derivatives below, of all but the
    // first layer.
    Case Perceptron(int agents)
    {
        int[] sizes = isCard ? [784, 128, 10] : [12, 8, 3];
        var problem = Built(new MlpClassification(new()
        {
            Data = new SyntheticClassification(new() { Samples = 4096, Dimension = sizes[0], Classes = sizes[2] }),
            Hidden = [sizes[1]],
        }), 16);
        const int batch = 32, steps = 4;
        var work = ((4.0 * sizes[0] * sizes[1]) + (6.0 * sizes[1] * sizes[2])) * batch * steps * agents;
        var oracle = new LocalSteps(new Sgd(), ConstantSchedule.Of(0.01));
        return new($"compute-bound: {agents} x {steps} local steps, MLP {string.Join('-', sizes)}, batch {batch}", problem, oracle, agents,
            batch, steps, work);
    }

    static Problem Logistic(int agents) => Built(new LogisticRegression(new()
    {
        Data = new SyntheticClassification(new() { Samples = Math.Max(1000, agents), Dimension = 22 }),
    }), Math.Max(1, Math.Min(agents, 1000)));

    static Problem Built(Problem problem, int places)
    {
        problem.Build(new(places, 1, path => path));
        return problem;
    }
}
