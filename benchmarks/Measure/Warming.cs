using System.Text.Json;
using AsyncOpt.Benchmarks.Workloads;

namespace AsyncOpt.Benchmarks.Measure;

/// <summary>How a process of its own warms up: what compiling costs.</summary>
/// <param name="First">The rate of its first run, in units of work per second.</param>
/// <param name="Settled">The rate of its last run, once the rate had settled.</param>
/// <param name="Runs">How many runs that took.</param>
sealed record Warming(double First, double Settled, int Runs)
{
    /// <summary>The name of the hidden command that measures in this process.</summary>
    public const string Command = "warm-up";

    /// <summary>Measures in this process, which has run nothing yet.</summary>
    /// <param name="workload">The workload's name.</param>
    /// <param name="agents">How many agents.</param>
    public static Warming Here(string workload, int agents) =>
        Of(Settling.Run(() => EngineRun.Of(Named.All[workload](agents)).Rate));

    /// <summary>What rates say, in the order of the runs.</summary>
    public static Warming Of(IReadOnlyList<double> rates) => new(rates[0], rates[^1], rates.Count);

    /// <summary>Starts this program once more to measure there.</summary>
    /// <param name="workload">The workload's name.</param>
    /// <param name="agents">How many agents.</param>
    public static Warming Elsewhere(string workload, int agents) =>
        JsonSerializer.Deserialize<Warming>(OwnProcess.Run(Command, workload, $"{agents}"))!;

    /// <summary>One line that <see cref="Elsewhere"/> reads.</summary>
    public string Json() => JsonSerializer.Serialize(this);
}
