using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Methods;
using AsyncOpt.Benchmarks.Workloads;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Runs;
using AsyncOpt.Testing;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>
/// The shape of federated logistic regression on MNIST: 1,000 clients, 10 a round, batches of 10. The clients share
/// 10,000 images, 10 each, and make 6 local steps, as many as an epoch over the 60 images of a full MNIST client has.
/// </summary>
static class FederatedRow
{
    const int Clients = 1000, PerRound = 10, LocalSteps = 6, Batch = 10;
    const double Step = 0.1;
    const string Images = "images/mnist/mnist-10k-images-idx3-ubyte.gz", Labels = "images/mnist/mnist-10k-labels-idx1-ubyte.gz";

    public static IEnumerable<Comparison> Comparisons()
    {
        var problem = new Lazy<Problem>(() => Problems.Built(
            new SoftmaxRegression(new() { Data = new IdxSource(new() { Images = Images, Labels = Labels }) }), Clients));
        foreach (var precision in (Precision[])[Precision.Float64, Precision.Float32])
        {
            var width = precision == Precision.Float64 ? "float64" : "float32";
            yield return new Comparison($"federated LR-MNIST, 1,000 clients, 10 a round, batch 10, {width}", "rounds",
                new Contender("engine", () => EngineRun.Of(Rounds(problem.Value, precision)).Rate),
                [
                    Python.Reference("plain numpy loop", 1, "federated.py", Places.Data(Images), Places.Data(Labels),
                        Clients, PerRound, LocalSteps, Batch, width, Step),
                ])
            {
                IsShort = true,
            };
        }
    }

    // Each local step and each message takes 1 ms: a round takes 8.
    static Workload Rounds(Problem problem, Precision precision)
    {
        const double Millisecond = 1e-3;
        var method = new FederatedAveraging(PerRound, LocalSteps, Batch, Step);
        var plan = Plans.Of(method, Clients, 1, Problems.Constant(Millisecond), problem) with
        {
            Compute = Plans.Equal(Clients, Millisecond),
            Precision = precision,
            Partitions = 1,
        };
        var round = (LocalSteps + 2) * Millisecond;
        return new(plan, 100 * round, 300 * round, p => p.Updates);
    }
}
