using System.Diagnostics;
using System.Text.Json;

namespace AsyncOpt.Benchmarks.Measure;

/// <summary>What one workload costs, measured in a process of its own: what other rows left behind is not in it.</summary>
/// <param name="EventsPerSecond">Events per second of wall time.</param>
/// <param name="AllocatedPerEvent">Bytes allocated per event in the steady state.</param>
/// <param name="EngineBytes">What the engine accounts for: agents, vectors, snapshots, pending events.</param>
/// <param name="ResidentBytes">What the process grew by since problem and topology were built, garbage collected.</param>
/// <param name="PeakBytes">The most memory that the process ever had.</param>
sealed record Probe(
    double EventsPerSecond, double AllocatedPerEvent, double EngineBytes, double ResidentBytes, double PeakBytes)
{
    /// <summary>The name of the hidden command that measures in this process.</summary>
    public const string Command = "probe";

    // Sampling instants, not events, allocate some two thousand bytes each; a single object per 1,000 events would be more.
    const double Nothing = 0.02;

    /// <summary>Measures in this process.</summary>
    /// <param name="workload">Makes a workload of so many agents.</param>
    /// <param name="agents">How many agents.</param>
    public static Probe Here(Func<int, Workload> workload, int agents)
    {
        EngineRun.Of(workload(Math.Min(agents, 1000)));
        var made = workload(agents);
        var before = Resident();
        var resident = 0L;
        var run = EngineRun.Of(made, () => resident = Resident());
        using var process = Process.GetCurrentProcess();
        return new(
            run.Events / run.Seconds,
            run.AllocatedPerEvent < Nothing ? 0 : run.AllocatedPerEvent,
            run.Record.EngineBytes,
            resident - before,
            process.PeakWorkingSet64);
    }

    /// <summary>Starts this program once more to measure there.</summary>
    /// <param name="workload">The workload's name.</param>
    /// <param name="agents">How many agents.</param>
    public static Probe Elsewhere(string workload, int agents) =>
        JsonSerializer.Deserialize<Probe>(OwnProcess.Run(Command, workload, $"{agents}"))!;

    /// <summary>The probe as one line that <see cref="Elsewhere"/> reads.</summary>
    public string Json() => JsonSerializer.Serialize(this);

    static long Resident()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }
}
