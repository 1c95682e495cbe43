using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Kernels.Devices;
using AsyncOpt.Kernels.Gpu;
using AsyncOpt.Simulation;
using AsyncOpt.Testing;

namespace AsyncOpt.Benchmarks.Gpu;

/// <summary>Synchronous decentralized SGD on a ring, logistic regression, one sample an agent, d = 22.</summary>
sealed class RoundsCase
{
    const int Dimension = 22, X = 0, Gradients = 1, Spare = 2;

    readonly int _agents;
    readonly LogisticRegression _problem;
    readonly Topology _ring;
    readonly MixingMatrix _weights;

    /// <summary>Makes problem and ring.</summary>
    public RoundsCase(int agents)
    {
        _agents = agents;
        _problem = new(new() { Data = new SyntheticClassification(new() { Samples = agents, Dimension = Dimension }) });
        _problem.Build(new(agents, 1, path => path));
        _ring = new RingTopology(new() { Nodes = agents }).Build(GraphContext.OfSeed(1));
        _weights = MixingMatrix.OfWeight(_ring, 1.0 / 3);
    }

    /// <summary>
    /// Bytes of the device's memory that a round must read and write: the iterate, its sample and the gradient to make
    /// one; the gradient to hash it; the iterate to mix it, to step it and to hash it; and the chains.
    /// </summary>
    public double BytesOf(bool isSingle) =>
        _agents * ((11.0 * Dimension * (isSingle ? sizeof(float) : sizeof(double))) + (8 * sizeof(long)));

    /// <summary>Seconds of a round's kernels, with the wait for its tally.</summary>
    public double Kernels<T>(GpuDevice device)
        where T : unmanaged
    {
        const int rounds = 4;
        using var arrays = device.RoundsOf<T>(_problem, _ring, 3)!;
        for (var a = 0; a < 3; a++)
            arrays.Send(a, new T[_agents * Dimension]);
        var (x, spare, number) = (X, Spare, 0);
        var ties = new Ties(1);
        var sgd = new Sgd();
        arrays.Publish(x, 0);
        void Round()
        {
            arrays.Gradient(x, Gradients, new(1, 0, number, 1));
            arrays.Chain(new(number, ties, 0)
            {
                Results = Gradients,
                Completions = new((uint)number, (uint)number),
                HasMessages = true,
                Messages = new((uint)number + 1, (uint)number),
            });
            arrays.Mix(_weights, x, spare);
            (x, spare) = (spare, x);
            arrays.Step(new(sgd, 0.1, ++number, Gradients, x, -1, -1));
            arrays.Publish(x, number);
            _ = arrays.Tally();
        }
        Round();
        return Limits.Best(() =>
        {
            for (var r = 0; r < rounds; r++)
                Round();
        }) / rounds;
    }

    /// <summary>Seconds of a round of a whole run: what a longer run takes more than a short one.</summary>
    /// <param name="precision">The width.</param>
    /// <param name="device">Where; null for the processor.</param>
    /// <param name="rounds">How many rounds more.</param>
    public double Whole(Precision precision, IBatchDevice? device, int rounds)
    {
        double Seconds(int count)
        {
            var plan = Plans.Of(
                new DSgd(new() { Step = ConstantSchedule.Of(0.1) }), _agents, count, Plans.Second, _problem) with
            {
                Topology = _ring,
                Mixing = new UniformMixing().Schedule(_ring),
                Precision = precision,
                Partitions = 1,
                Threads = Environment.ProcessorCount,
                Metrics = false,
            };
            var record = Simulator.Run(plan, new RunHooks { Device = device });
            return record.Counts.Cohorts > 0
                ? record.WallSeconds
                : throw new InvalidOperationException(string.Join("; ", record.Warnings));
        }
        var fewest = Math.Min(Seconds(4), Seconds(4));
        return Math.Max(1e-9, Math.Min(Seconds(4 + rounds), Seconds(4 + rounds)) - fewest) / rounds;
    }
}
