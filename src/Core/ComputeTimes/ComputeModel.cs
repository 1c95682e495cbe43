using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.ComputeTimes;

/// <summary>Names a way of giving agents their speeds in experiment files.</summary>
/// <param name="name">The name, for instance <c>drawn</c>.</param>
public sealed class SpeedsAttribute(string name) : EntryAttribute(name);

/// <summary>
/// How much slower or faster than the base each place is: a factor on its compute time, fixed for the run.
/// </summary>
[EntryKind("speeds")]
public abstract class Speeds
{
    /// <summary>The factor of each place, > 0; 2 takes twice as long.</summary>
    public abstract double[] Factors(SpeedContext context);
}

/// <summary>What speeds are built from, beside their options.</summary>
/// <param name="Places">The number of workers or nodes.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Locate">Finds a data file by name or path.</param>
public sealed record SpeedContext(int Places, ulong Seed, Func<string, string> Locate)
{
    /// <summary>What places are called in messages: tokens have speeds too.</summary>
    public string Called { get; init; } = "places";

    /// <summary>The nodes' names in the file they came from, by node; null where they have only numbers.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Receives what was taken for what, one sentence each, for the user.</summary>
    public ICollection<string> Notes { get; init; } = new List<string>();
}

/// <summary>
/// The virtual time a computation takes:
/// (perTask + perStep * steps + perSample * samples) * factor(who) * jitter(k-th task of the agent) * slowdowns.
/// </summary>
/// <param name="PerTask">Time per computation.</param>
/// <param name="PerSample">Time per sample.</param>
/// <param name="Factors">One factor per place.</param>
/// <param name="Jitter">Law of the factor drawn per task; null for none.</param>
/// <param name="TokenFactors">One factor per token; null when a token is as fast as the node it stands on.</param>
public sealed record ComputeModel(
    VirtualTime PerTask, VirtualTime PerSample, double[] Factors, Law? Jitter = null, double[]? TokenFactors = null)
{
    const int SlowdownShift = 40;

    /// <summary>Time per step of local training; a gradient is one step.</summary>
    public VirtualTime PerStep { get; init; }

    /// <summary>What makes single computations slower, one after the other.</summary>
    public IReadOnlyList<Slowdown> Slowdowns { get; init; } = [];

    /// <summary>Whether all computations of a kind at places of one factor take equally long.</summary>
    public bool IsConstant => Jitter is null && Slowdowns.Count == 0;

    /// <summary>What was taken for what when factors were read, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What slowdowns multiply the time of a computation by.</summary>
    /// <param name="computation">The computation.</param>
    /// <param name="seed">The run's seed.</param>
    public double SlowedBy(in ComputeContext computation, ulong seed)
    {
        var factor = 1.0;
        for (var i = 0; i < Slowdowns.Count; i++)
        {
            // Each has draws of its own, so that adding one changes nothing for the others.
            var k = (ulong)computation.Number | ((ulong)i << SlowdownShift);
            var draw = new Draw(seed, Purpose.Slowdown, (ulong)computation.Agent, k);
            factor *= Slowdowns[i].Factor(in computation, in draw);
        }
        return factor;
    }

    /// <summary>The duration of one computation.</summary>
    /// <param name="factor">The factor of the place or token, times the jitter.</param>
    /// <param name="steps">The number of steps; 1 for everything but local training.</param>
    /// <param name="samples">The number of samples, over all steps.</param>
    public VirtualTime Duration(double factor, int steps, long samples) => Work(steps, samples).Times(factor);

    /// <summary>The mean time of a computation in seconds, without slowdowns.</summary>
    /// <param name="place">Where.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="samples">The number of samples, over all steps, or its mean.</param>
    public double MeanSeconds(int place, int steps, double samples) =>
        (PerTask.Seconds + (PerStep.Seconds * steps) + (PerSample.Seconds * samples)) * Factors[place]
            * (Jitter?.Mean ?? 1);

    // What it takes where the factor is 1, as long as that is within the range of times.
    VirtualTime Work(int steps, long samples)
    {
        if ((PerStep.Nanoseconds | PerSample.Nanoseconds) == 0)
            return PerTask;
        var work = (Int128)PerTask.Nanoseconds + ((Int128)PerStep.Nanoseconds * steps)
            + ((Int128)PerSample.Nanoseconds * samples);
        return work < VirtualTime.Max.Nanoseconds ? new((long)work) : VirtualTime.Max;
    }
}
