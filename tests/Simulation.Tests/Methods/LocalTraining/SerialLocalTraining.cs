using AsyncOpt.Core.Problems;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods.LocalTraining;

/// <summary>
/// Asynchronous local training as a plain loop that knows when every job ends, as the paper's algorithm 2 does: plain
/// steps on the workers' own shards, links without delay. No two jobs may end at the same time.
/// </summary>
/// <param name="problem">Where the gradients come from.</param>
/// <param name="perStep">Seconds a step takes each worker.</param>
/// <param name="steps">The steps of each worker's jobs.</param>
/// <param name="rate">The rate of the steps.</param>
/// <param name="grace">The grace, in seconds.</param>
sealed class SerialLocalTraining(Problem problem, double[] perStep, int[] steps, double rate, double grace)
{
    /// <summary>How the server takes in an update.</summary>
    /// <param name="x">The model, changed in place.</param>
    /// <param name="then">The model that the worker started from.</param>
    /// <param name="y">The model that the worker came to.</param>
    /// <param name="staleness">The staleness.</param>
    /// <returns>Whether the model has changed.</returns>
    public delegate bool Server(double[] x, double[] then, double[] y, long staleness);

    public sealed record Arrival(long Time, int Worker, long Staleness);

    /// <summary>The model after so many updates, and when whose came.</summary>
    public (double[] Model, List<Arrival> Arrivals) Run(int updates, Server server)
    {
        var workers = perStep.Length;
        var x = new double[problem.Parameters];
        long version = 0, wall = 0, window = long.MaxValue;
        var graceTime = (long)(grace * 1e9);
        var then = new double[workers][];
        var fetched = new long[workers];
        var ends = new long[workers];
        var made = new int[workers];
        var arrivals = new List<Arrival>();
        var done = new List<int>();
        void Start(int worker)
        {
            then[worker] = [.. x];
            fetched[worker] = version;
            ends[worker] = wall + (long)(steps[worker] * (decimal)perStep[worker] * 1_000_000_000);
        }
        for (var worker = 0; worker < workers; worker++)
            Start(worker);
        while (arrivals.Count < updates)
        {
            var next = Array.IndexOf(ends, ends.Min());
            if (done.Count > 0 && (ends[next] == long.MaxValue || ends[next] - window > graceTime))
            {
                done.ForEach(Start);
                done.Clear();
                window = long.MaxValue;
                continue;
            }
            window = Math.Min(window, ends[next]);
            wall = ends[next];
            ends[next] = long.MaxValue;
            done.Add(next);
            double[] y = [.. then[next]];
            for (var h = 0; h < steps[next]; h++)
                Axpy(-rate, Gradient(problem, next, y, next, made[next]++), y);
            arrivals.Add(new(wall, next, version - fetched[next]));
            if (server(x, then[next], y, version - fetched[next]))
                version++;
        }
        return (x, arrivals);
    }
}
