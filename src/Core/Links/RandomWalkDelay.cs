using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Links;

/// <summary>
/// The delays of another model, times a factor that walks at random between two bounds, by itself on each link:
/// congestion that comes and goes.
/// </summary>
/// <remarks>
/// <para>
/// At time t the factor has made floor(t / step) normal steps and was reflected at the bounds. It begins anywhere
/// between them, and so has the uniform law at every time. With w = high - low and d = deviation / w, factors n steps
/// apart have covariance w^2 times the sum over odd k of 8 / (pi k)^4 exp(-k^2 pi^2 d^2 n / 2): the cosines of k pi
/// (factor - low) / w are the eigenfunctions of a reflected walk.
/// </para>
/// <para>The two directions of a link are two links. Whoever sends at the same time over a link has the same
/// factor.</para>
/// </remarks>
/// <param name="options">The other model and the walk.</param>
[Link("random-walk", Source = "reflected normal walk: Feller, An Introduction to Probability Theory II (1971), X.5")]
public sealed class RandomWalkDelay(RandomWalkDelay.Options options) : TimedDelay(options.Delay)
{
    ulong _seed;
    long _places;

    /// <summary>Options of <see cref="RandomWalkDelay"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The delays that are multiplied.</summary>
        public required LinkDelay Delay { get; init; }

        /// <summary>The least factor.</summary>
        [Range(0, 1e9)]
        public required double Low { get; init; }

        /// <summary>The greatest factor, above the least.</summary>
        [Range(0, 1e9)]
        public required double High { get; init; }

        /// <summary>The standard deviation of a step of the factor.</summary>
        [Range(1e-9, 1e9)]
        public required double Deviation { get; init; }

        /// <summary>The time from one step to the next.</summary>
        [Range(1e-3, 2e9)]
        public required VirtualTime Step { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (High <= Low)
                yield return $"high must be above low; low is {Low}, high is {High}";
        }
    }

    /// <inheritdoc/>
    public override void Build(LinkContext context)
    {
        base.Build(context);
        (_seed, _places) = (context.Seed, context.Places);
    }

    /// <inheritdoc/>
    protected override double LeastFactor => options.Low;

    /// <inheritdoc/>
    protected override double Factor(in MessageContext message)
    {
        // Places begin at -1, the server.
        var link = ((message.From + 1) * (_places + 1)) + message.To + 1;
        var first = new Draw(_seed, Purpose.LinkLevel, (ulong)link, 0);
        var width = options.High - options.Low;
        var steps = message.Now.Nanoseconds / options.Step.Nanoseconds;
        var free = first.Uniform() + (options.Deviation / width * NormalWalk.At(steps, in first));
        return options.Low + (width * Reflected(free));
    }

    /// <summary>Where a walk on the line is when 0 and 1 are mirrors.</summary>
    static double Reflected(double x)
    {
        var turn = x - (2 * Math.Floor(0.5 * x));
        return turn > 1 ? 2 - turn : turn;
    }
}
