using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods.Bilevel;

/// <summary>Which blocks' lower solutions move in a round.</summary>
public enum Moves
{
    /// <summary>All: those that are not sampled move along their last directions.</summary>
    All,

    /// <summary>The sampled ones alone.</summary>
    Sampled,
}

/// <summary>The options of all methods that sample blocks.</summary>
public abstract record BlockOptions
{
    /// <summary>The step size eta of x as a function of the round.</summary>
    public required StepSchedule Step { get; init; }

    /// <summary>I: how many of the m blocks compute at once; 0 for all.</summary>
    [Range(0, 1 << 24)]
    public int Blocks { get; init; }

    /// <summary>B: samples per batch of a block; 0 for all.</summary>
    [Range(0, 1 << 20)]
    public int BatchSize { get; init; } = 1;

    /// <summary>
    /// How many answers a step of x waits for; 0 for those of all I blocks, which is the synchronous method. With
    /// fewer, x moves on while slow blocks still compute, and their answers count, stale, in the step that they arrive
    /// in.
    /// </summary>
    [Range(0, 1 << 24)]
    public int Quorum { get; init; }

    /// <summary>
    /// How long the coordinator waits for a block, at least, before it asks it again, for the present round; at most
    /// twice as long. Without, for ever.
    /// </summary>
    [Range(1e-9, 1e9)]
    public VirtualTime? Timeout { get; init; }

    /// <summary>I for m blocks.</summary>
    internal int Sampled(int blocks) => Blocks == 0 ? blocks : Math.Min(Blocks, blocks);

    /// <summary>What is impossible with m blocks.</summary>
    internal virtual IEnumerable<string> Errors(int blocks)
    {
        if (Blocks > blocks)
            yield return $"blocks: {Blocks} of {blocks} blocks cannot be sampled at once";
        if (Quorum > Sampled(blocks))
            yield return $"quorum: {Quorum} answers of {Sampled(blocks)} sampled blocks will never be there";
    }

    /// <summary>What is dubious in a run.</summary>
    internal IEnumerable<string> Warnings(MethodContext context) => StepChecks.Warnings(Step, context);
}

/// <summary>The options of block methods that keep a moving direction z of x.</summary>
public abstract record DirectionOptions : BlockOptions
{
    /// <summary>beta in (0, 1]: the weight of new block gradients in z.</summary>
    public StepSchedule Momentum { get; init; } = ConstantSchedule.Of(0.5);

    /// <summary>tau: the step size of y as a function of the round.</summary>
    public StepSchedule LowerStep { get; init; } = ConstantSchedule.Of(0.1);
}

/// <summary>The options of block methods that keep trackers of what they need of the lower problems.</summary>
public abstract record TrackerOptions : DirectionOptions
{
    /// <summary>a in (0, 1]: the weight of a new batch in a tracker.</summary>
    public StepSchedule Tracking { get; init; } = ConstantSchedule.Of(0.5);

    /// <summary>Which blocks' lower solutions move in a round.</summary>
    public Moves Moves { get; init; }
}
