using System.Collections.Concurrent;
using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting.Gateway;
using AsyncOpt.Simulation;

namespace AsyncOpt.Grains.Tests.Runs;

/// <summary>
/// Runs plans in one piece, as an embedded run does; a run whose arm is <c>held</c> waits until it is let go, one whose
/// arm is <c>broken</c> throws, one of arm <c>large</c> for want of memory.
/// </summary>
sealed class FakeExecutor : IRunExecutor
{
    readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();

    public RunMode Mode => RunMode.Virtual;

    /// <summary>The attempts that were begun, (run, attempt).</summary>
    public ConcurrentQueue<(string Run, int Attempt)> Begun { get; } = [];

    /// <summary>Lets a held run go.</summary>
    public void LetGo(string run) => GateOf(run).TrySetResult();

    public async Task<RunResult> Run(RunContext context, Action<RunProgress> progress, CancellationToken cancellation)
    {
        Begun.Enqueue((context.RunId, context.Attempt));
        if (context.Request.Arm == "broken")
            throw new InvalidOperationException("it broke");
        if (context.Request.Arm == "large")
            throw new InsufficientMemoryException(); // an OutOfMemoryException
        await context.Store.Write(context.RunId, "checkpoint-1", new byte[] { 1 }, cancellation);
        if (context.Request.Arm == "held")
        {
            progress(new RunProgress(0.5, 1, 10, 5, [("loss", 0.25)]));
            await GateOf(context.RunId).Task.WaitAsync(cancellation);
        }
        var record = Simulator.Run(context.Plan, new RunHooks { Progress = progress, Cancellation = cancellation });
        return new RunResult(record, [("note.txt", "attached"u8.ToArray())]);
    }

    TaskCompletionSource GateOf(string run) =>
        _gates.GetOrAdd(run, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
