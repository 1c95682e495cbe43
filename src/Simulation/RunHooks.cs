using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Kernels.Devices;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Dispatch;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation;

/// <summary>What the caller of a run may watch and stop.</summary>
public sealed record RunHooks
{
    /// <summary>Why most runs are cancelled.</summary>
    public const string ByUser = "the user cancelled it";

    /// <summary>Called at every sampling instant, on the running thread.</summary>
    public Action<RunProgress>? Progress { get; init; }

    /// <summary>Ends the run with what it has so far.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Says why it was ended so.</summary>
    public Func<string> Cancelled { get; init; } = () => ByUser;

    /// <summary>Keeps checkpoints while the run goes on; null for none.</summary>
    public ICheckpoints? Checkpoints { get; init; }

    /// <summary>Virtual time, in seconds, at which a checkpoint is written; the run goes on.</summary>
    public VirtualTime? CheckpointAt { get; init; }

    /// <summary>Receives the checkpoint.</summary>
    public Stream? CheckpointTo { get; init; }

    /// <summary>
    /// Hands events to programs one by one, also where they take rounds: for holding the one to the other.
    /// </summary>
    public bool OneByOne { get; init; }

    /// <summary>Evaluates what it has kernels for; null for the processor alone.</summary>
    public IBatchDevice? Device { get; init; }

    /// <summary>How many events a span must have to be handled agent after agent; 0 for any: for trying it with few.
    /// </summary>
    internal int SweepLeast { get; init; } = EventLoop<double>.SweepLeast;

    /// <summary>
    /// How many multiplications (coordinates times samples) a batch must have for several threads; 0 for any: for
    /// trying it with few.
    /// </summary>
    internal long ParallelLeast { get; init; } = BatchEvaluator<double>.ParallelLeast;

    /// <summary>Vectors of so many bytes move instead of being copied; 0 for any: for trying it with short ones.
    /// </summary>
    internal long MovingLeast { get; init; } = LongVectors<double>.MovingLeast;

    /// <summary>Results of so many bytes rest between handlers; 0 for any: for trying it with short ones.</summary>
    internal long RestingLeast { get; init; } = Resting.BytesLeast;

    /// <summary>Hears what agents send and handle.</summary>
    internal IEventObserver? Observer { get; init; }

    /// <summary>A checkpoint to go on from, of a run of the same plan with any number of partitions.</summary>
    public Stream? ResumeFrom { get; init; }

    /// <summary>What the run took before that checkpoint.</summary>
    public WallSpent SpentBefore { get; init; }
}
