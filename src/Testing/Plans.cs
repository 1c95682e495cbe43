using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Testing;

/// <summary>Plans for tests: everything has a plain default, and is replaced with <c>with</c>.</summary>
public static class Plans
{
    /// <summary>A run of a method on one thread, with computations of a second and nothing going wrong.</summary>
    /// <param name="method">The method.</param>
    /// <param name="places">How many workers or nodes, at least 1.</param>
    /// <param name="time">Virtual seconds to the end, where it is sampled.</param>
    /// <param name="delay">The law of every link's delay.</param>
    /// <param name="problem">The problem; null for one without oracles.</param>
    public static RunPlan Of(Method method, int places, double time, Law delay, Problem? problem = null) => new()
    {
        Method = method,
        Problem = problem ?? new NoProblem(places),
        Places = places,
        Links = new LinkModel(new LawDelay(delay)),
        Compute = Equal(places, 1),
        Seeds = Seeds.Of(7),
        SampleEvery = VirtualTime.FromSeconds(time),
        Stop = new StopRules { Time = VirtualTime.FromSeconds(time) },
        Threads = 1,
    };

    /// <summary>A second, always.</summary>
    public static Constant Second => new(new Constant.Options { Value = 1 });

    /// <summary>No time at all.</summary>
    public static Constant Zero => new(new Constant.Options { Value = 0 });

    /// <summary>All places are equally fast.</summary>
    /// <param name="places">How many there are.</param>
    /// <param name="perTask">Virtual seconds per computation.</param>
    public static ComputeModel Equal(int places, double perTask) =>
        new(VirtualTime.FromSeconds(perTask), VirtualTime.Zero, [.. Enumerable.Repeat(1.0, places)]);

    /// <summary>Every link has one law.</summary>
    /// <param name="law">The law.</param>
    public sealed class LawDelay(Law law) : LinkDelay
    {
        /// <inheritdoc/>
        public override VirtualTime FloorOverall => law.ShortestDuration;

        /// <inheritdoc/>
        public override bool IsRandom => law.IsRandom;

        /// <inheritdoc/>
        public override VirtualTime Floor(int from, int to) => law.ShortestDuration;

        /// <inheritdoc/>
        public override Law? CommonLaw => law.IsRandom ? law : null;

        /// <inheritdoc/>
        public override VirtualTime Sample(int from, int to, in Draw draw) => law.Duration(in draw);
    }
}
