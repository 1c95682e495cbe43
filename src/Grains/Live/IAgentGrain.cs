using AsyncOpt.Grains.Live.Agents;
using Orleans.Concurrency;

namespace AsyncOpt.Grains.Live;

/// <summary>Hosts one agent of a live run; its key is <c>run/attempt/agent</c>.</summary>
[Alias("asyncopt.agent")]
interface IAgentGrain : IGrainWithStringKey
{
    /// <summary>Takes a message: one way, says nothing of what became of it. Its ranks do.</summary>
    [OneWay, Alias("deliver")]
    ValueTask Deliver([Immutable] LiveMessage message);

    /// <summary>Comes to life where it is called from, if it lives nowhere yet.</summary>
    [Alias("join")]
    ValueTask Join();
}
