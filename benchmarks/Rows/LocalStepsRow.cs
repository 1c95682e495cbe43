using AsyncOpt.Benchmarks.Loops;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Methods;
using AsyncOpt.Benchmarks.Workloads;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Nets;
using AsyncOpt.Core.Runs;
using AsyncOpt.Testing;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>
/// Local training of nets, whole: batches drawn and gathered, forward, backward, optimizer, results committed and
/// hashed. 64 agents, batches of 32, 20 steps a round, float32, on all cores. Only the products of matrices count as
/// work: 2 B inputs outputs a layer forward, as many for its weights' gradient, and for its inputs' but in the first.
/// </summary>
static class LocalStepsRow
{
    const int Agents = 64, Batch = 32, Steps = 20, Square = 1024;
    const string Images = "images/mnist/mnist-10k-images-idx3-ubyte.gz", Labels = "images/mnist/mnist-10k-labels-idx1-ubyte.gz";

    const string Text = "text/moby-dick.txt.gz";

    public static IEnumerable<Comparison> Comparisons()
    {
        var images = new Lazy<Net>(() =>
        {
            var mlp = Problems.Built(
                new MlpClassification(new() { Data = new IdxSource(new() { Images = Images, Labels = Labels }) }), Agents);
            return new(mlp, Work(mlp.Layers, inputs: false));
        });
        yield return Compare("MLP 784-128-10, SGD", images, new Sgd(), 0.01) with { IsShort = true };
        yield return Compare("MLP 784-128-10, AdamW", images, new AdamW(new()), 1e-3);
        var words = new Lazy<Net>(() =>
        {
            var language = Problems.Built(
                new LanguageModel(new()
                {
                    Data = new TextSource(new() { File = Text, Unit = TextUnit.Word, Vocabulary = 2000, Context = 4 }),
                    Embedding = 32,
                    Hidden = [128],
                }),
                Agents);
            return new(language, Work(language.Layers, inputs: true));
        });
        yield return Compare("language model 4x32-128-2000, SGD", words, new Sgd(), 0.1);
        yield return Compare("language model 4x32-128-2000, AdamW", words, new AdamW(new()), 1e-3) with { IsShort = true };
    }

    static Comparison Compare(string what, Lazy<Net> net, Optimizer optimizer, double rate) =>
        new($"local steps whole, {what}, batch 32, 64 agents, float32, all cores", "GFLOP",
            new Contender("engine", () => net.Value.Work * Steps * EngineRun.Of(Rounds(net.Value.Problem, optimizer, rate)).Rate),
            [
                Python.OnCores($"numpy sgemm {Square}^3, all cores", 0.25, "sgemm.py", Environment.ProcessorCount, Square),
                new Contender("FMA on registers, all cores", FmaLoop.Rate),
            ]);

    static Workload Rounds(Problem problem, Optimizer optimizer, double rate)
    {
        var plan = Plans.Of(new LocalTrainer(optimizer, Steps, Batch, rate), Agents, 1, Problems.Constant(1), problem) with
        {
            Precision = Precision.Float32,
            InitialPoint = problem.InitialPoint(1),
        };
        return new(plan, 2, 8, p => p.Updates) { Threads = 0 };
    }

    sealed record Net(Problem Problem, double Work);

    // GFLOP of one step.
    static double Work(DenseLayers layers, bool inputs)
    {
        var products = 0.0;
        for (var l = 0; l < layers.Count; l++)
            products += (double)layers.Sizes[l] * layers.Sizes[l + 1] * (l > 0 || inputs ? 3 : 2);
        return 2e-9 * Batch * products;
    }
}
