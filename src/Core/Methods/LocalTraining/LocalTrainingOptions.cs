using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods.LocalTraining;

/// <summary>What all methods of local training are told.</summary>
public abstract record LocalTrainingOptions
{
    /// <summary>The optimizer of the local steps; its state stays at the worker, and is never reset or sent.</summary>
    public Optimizer Inner { get; init; } = new Sgd();

    /// <summary>The rate of local steps as a function of the steps made on a shard, by whomever.</summary>
    public required StepSchedule Rate { get; init; }

    /// <summary>Local steps of a job, H.</summary>
    [Range(1, 1 << 24)]
    public int Steps { get; init; } = 10;

    /// <summary>Samples per local step; 0 for all samples of the shard.</summary>
    [Range(0, 1 << 20)]
    public int BatchSize { get; init; } = 1;

    /// <summary>
    /// Whether slower workers make fewer steps, so that jobs take about equally long:
    /// floor(H v / v_max) with v the worker's declared steps per second.
    /// </summary>
    public bool DynamicSteps { get; init; }

    /// <summary>The fewest steps that dynamic steps come to.</summary>
    [Range(1, 1 << 24)]
    public int LeastSteps { get; init; } = 1;

    /// <summary>The optimizer of the server, whose gradient is how far workers moved.</summary>
    public Optimizer Outer { get; init; } = new Sgd();

    /// <summary>The rate of the outer optimizer as a function of its steps.</summary>
    public required StepSchedule OuterRate { get; init; }
}
