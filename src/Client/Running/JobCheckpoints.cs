using System.Diagnostics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Reporting.Checkpoints;
using AsyncOpt.Simulation;

namespace AsyncOpt.Client.Running;

/// <summary>Keeps the checkpoints of a job in its run folder, and ends its run where it is interrupted.</summary>
/// <param name="place">Where they are kept.</param>
/// <param name="settings">When they are taken.</param>
/// <param name="head">What they say of the run, but for the time.</param>
/// <param name="interruption">What may end the run.</param>
sealed class JobCheckpoints(
    RunCheckpoints place, CheckpointSettings settings, CheckpointHead head, Interruption interruption) : ICheckpoints
{
    readonly Stopwatch _since = Stopwatch.StartNew();

    public VirtualTime? Every => settings.Virtual;

    public bool IsDue => settings.Wall is { } wall && _since.Elapsed.TotalSeconds >= wall;

    public string? Ending => interruption.Token.IsCancellationRequested ? interruption.Reason : null;

    public void Save(VirtualTime time, WallSpent spent, Action<Stream> write)
    {
        var now = head with
        {
            VirtualTime = time.Nanoseconds,
            RunSeconds = spent.Run,
            EvaluationSeconds = spent.Evaluation,
            ComputationSeconds = spent.Computation,
        };
        place.Save(now, settings.Kept, write);
        // From its end: what takes long to write is not written all the time.
        _since.Restart();
    }
}
