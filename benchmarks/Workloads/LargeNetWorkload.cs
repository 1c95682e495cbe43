using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Testing;

namespace AsyncOpt.Benchmarks.Workloads;

/// <summary>
/// Asynchronous SGD on a net of 986,210 float32 parameters, 784-1000-200-10, on 10,000 images of Fashion-MNIST, batches
/// of 8: the links take 10 ms, a gradient 50 to 150 ms.
/// </summary>
/// <param name="workers">Workers.</param>
sealed class LargeNetWorkload(int workers)
{
    const string Images = "images/fashion-mnist/t10k-images-idx3-ubyte.gz";
    const string Labels = "images/fashion-mnist/t10k-labels-idx1-ubyte.gz";

    const double Link = 0.01, Task = 0.1, Round = Task + 2 * Link;

    readonly Lazy<MlpClassification> _problem = new(() => Problems.Built(
        new MlpClassification(new()
        {
            Data = new IdxSource(new() { Images = Images, Labels = Labels }),
            Hidden = [1000, 200],
        }),
        workers));

    /// <summary>Samples of a gradient.</summary>
    public const int Batch = 8;

    /// <summary>The net, built.</summary>
    public MlpClassification Problem => _problem.Value;

    /// <summary>A workload whose unit is an update of the server.</summary>
    /// <param name="updates">Updates that are timed, about; two rounds of all workers warm up.</param>
    /// <param name="threads">Threads of the engine.</param>
    public Workload Of(long updates, int threads = 1)
    {
        var method = new AsyncSgd(new() { Step = ConstantSchedule.Of(0.1 / workers), BatchSize = Batch });
        var plan = Plans.Of(method, workers, 1, Problems.Constant(Link), Problem) with
        {
            Compute = Plans.Equal(workers, Task) with { Jitter = new Uniform(new() { Low = 0.5, High = 1.5 }) },
            Precision = Precision.Float32,
            InitialPoint = Problem.InitialPoint(1),
        };
        var timed = Math.Max(1, Math.Round((double)updates / workers / 2));
        return new(plan, 2 * Round, timed * 2 * Round, p => p.Updates) { Threads = threads };
    }
}
