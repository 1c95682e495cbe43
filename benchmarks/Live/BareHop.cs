using System.Globalization;
using Orleans.Concurrency;
using Orleans.Placement;

namespace AsyncOpt.Benchmarks.Live;

/// <summary>A grain that passes a ball on to the next in a ring, and nothing else: what Orleans itself costs.</summary>
interface IBareHopGrain : IGrainWithStringKey
{
    [OneWay]
    ValueTask Hop(Ball ball);
}

/// <summary>What is passed on.</summary>
/// <param name="Number">Which ball it is.</param>
[GenerateSerializer, Immutable]
public sealed record Ball([property: Id(0)] int Number);

/// <summary>Counts the hops of all grains of the process, each its own.</summary>
sealed class HopCounts
{
    public long[] Of { get; } = new long[2 * BareHopGrain.Ring * 8];

    public long Total => Of.Sum();

    /// <summary>Whether balls fly; one that comes when they do not is dropped.</summary>
    public volatile bool Fly;
}

/// <inheritdoc/>
[RandomPlacement]
sealed class BareHopGrain(HopCounts counts) : Grain, IBareHopGrain
{
    /// <summary>Grains in a ring. The grains from this number on are a ring of their own, over two silos.</summary>
    public const int Ring = 1000;

    IBareHopGrain _next = null!;
    int _place;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var number = int.Parse(this.GetPrimaryKeyString(), CultureInfo.InvariantCulture);
        _place = number * 8; // a cache line of its own
        var next = (number / Ring * Ring) + ((number + 1) % Ring);
        _next = GrainFactory.GetGrain<IBareHopGrain>(next.ToString(CultureInfo.InvariantCulture));
        return Task.CompletedTask;
    }

    public ValueTask Hop(Ball ball)
    {
        counts.Of[_place]++;
        return counts.Fly ? _next.Hop(ball) : default;
    }
}
