using System.Diagnostics;
using System.Reflection;
using AsyncOpt.Client.Display;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Checkpoints;
using AsyncOpt.Simulation;

namespace AsyncOpt.Client.Running;

/// <summary>Makes runs in this process, and writes their folders.</summary>
/// <param name="runner">The host.</param>
/// <param name="settings">How runs are made.</param>
/// <param name="interruption">What may end them before they are over.</param>
sealed class EmbeddedJobs(IRunner runner, RunSettings settings, Interruption interruption) : IJobRunner
{
    readonly Lock _lock = new();

    /// <summary>What the runs made here took, all together, without data and optima.</summary>
    public WallParts Parts { get; private set; } = WallParts.None;

    /// <summary>How many runs went at the same time.</summary>
    public int SideBySide { get; private set; } = 1;

    public RunRecord Run(Job job, int sideBySide, IRunProgress progress, CancellationToken cancellation)
    {
        // Only metrics need the optimum.
        var plan = settings.Metrics
            ? job.Arm.Plan(job.Repetition, progress.Say, cancellation)
            : job.Arm.PlanWithoutOptimum(job.Repetition);
        plan = plan.OfRepetition(job.Repetition) with
        {
            Partitions = settings.Partitions ?? plan.Partitions,
            Threads = settings.Threads ?? Threads(plan, sideBySide),
            Metrics = settings.Metrics && plan.Metrics,
            Device = settings.Device ?? plan.Device,
        };
        var clock = Stopwatch.StartNew();
        var (record, from) = FromCheckpoint(job, plan, progress, cancellation);
        if (settings.Partitions > record.Partitions)
        {
            var why = $"--partitions {settings.Partitions} is more than the run can be cut into: it was made in "
                + $"{record.Partitions}";
            record = record with { Warnings = [.. record.Warnings, why] };
        }
        var (ran, (data, optimum)) = (clock.Elapsed.TotalSeconds, job.Arm.SecondsOf(plan));
        var facts = Facts(job, plan, sideBySide) with { Resumed = from is null ? [] : ResumedAt(from) };
        var engine = Math.Max(0, ran + (from?.RunSeconds ?? 0) - record.ComputationSeconds - record.EvaluationSeconds);
        var parts = RunFolder.Write(
            job.Folder,
            facts with
            {
                Parts = new(
                    data, optimum, engine, record.ComputationSeconds, record.EvaluationSeconds,
                    clock.Elapsed.TotalSeconds - ran),
            },
            record, survives: settings.Checkpoints is not null)!;
        lock (_lock)
            (Parts, SideBySide) = (Parts.And(parts), Math.Max(SideBySide, sideBySide));
        return record;
    }

    // From the newest checkpoint that is good; from the beginning where there is none, which is said.
    (RunRecord Record, CheckpointHead? From) FromCheckpoint(
        Job job, RunPlan plan, IRunProgress progress, CancellationToken cancellation)
    {
        var place = new RunCheckpoints(job.Folder);
        var run = Identity(job.Experiment, job.Arm, job.Repetition);
        var refused = new List<string>();
        foreach (var from in place.Good(run, refused.Add).Append<StoredCheckpoint?>(null))
        {
            try
            {
                var record = Run(plan, place, new CheckpointHead { Run = run }, from, progress, cancellation);
                return (record with { Warnings = [.. record.Warnings, .. Refused(refused, from)] }, from?.Head);
            }
            catch (UnusableCheckpointException e) when (from is not null)
            {
                refused.Add($"{from.Path}: {e.Message}");
            }
        }
        throw new UnreachableException();
    }

    RunRecord Run(
        RunPlan plan, RunCheckpoints place, CheckpointHead head, StoredCheckpoint? from, IRunProgress progress,
        CancellationToken cancellation)
    {
        using var state = from?.Open();
        var hooks = new RunHooks { Progress = progress.Report, Cancelled = () => interruption.Reason };
        if (from is not null)
        {
            progress.Say($"goes on from {Pretty.Duration(from.Head.VirtualTime / 1e9)} of virtual time");
            head = head with { Resumed = ResumedAt(from.Head) };
            hooks = hooks with
            {
                ResumeFrom = state,
                SpentBefore = new(from.Head.RunSeconds, from.Head.EvaluationSeconds, from.Head.ComputationSeconds),
            };
        }
        // With checkpoints a run ends at one.
        return runner.Run(plan, settings.Checkpoints is { } when
            ? hooks with { Checkpoints = new JobCheckpoints(place, when, head, interruption) }
            : hooks with { Cancellation = cancellation });
    }

    static IReadOnlyList<long> ResumedAt(CheckpointHead from) => [.. from.Resumed, from.VirtualTime];

    static IEnumerable<string> Refused(List<string> refused, StoredCheckpoint? from) => refused.Select(what =>
        what + (from is null
            ? ": no checkpoint was left, and the run began anew"
            : $": the run went on from the one before it, at {from.Head.VirtualTime / 1e9} s"));

    // All cores, where the file asks for no number: shared out, as runs beside each other use them better than batches.
    static int Threads(RunPlan plan, int sideBySide) =>
        plan.Threads > 0 ? plan.Threads : Math.Max(1, Environment.ProcessorCount / sideBySide);

    static RunFacts Facts(Job job, RunPlan plan, int sideBySide) =>
        RunFacts.Of(
            (job.Experiment.Name, job.Arm.Name, job.Repetition), plan,
            job.Arm.SpecificationOf(plan, job.Repetition), CodeOf(job.Experiment)) with
        {
            SideBySide = sideBySide,
            Topology = job.Arm.TopologyFacts(plan),
            Warnings = job.Arm.Warnings,
        };

    public bool ReadsHere => true;

    public RunIdentity Identity(Experiment experiment, Arm arm, int repetition)
    {
        var device = settings.Device ?? arm.File.Device;
        return new RunIdentity
        {
            Specification = RunIdentity.ByContent(arm.SpecificationOf(repetition), arm.Inputs),
            Build = Build(experiment),
            Numerics = NumericsClass.Here(arm.File.Precision),
            OnProcessor = device == DeviceChoice.Auto ? null : device == DeviceChoice.Cpu,
            Metrics = settings.Metrics,
        };
    }

    /// <summary>16 hexadecimal digits that change with the code of AsyncOpt or of a plug-in.</summary>
    public static string Build(Experiment experiment) => Code.Build(CodeOf(experiment));

    static IEnumerable<Assembly> CodeOf(Experiment experiment) =>
        experiment.Catalogue.Entries.Select(e => e.Type.Assembly);
}
