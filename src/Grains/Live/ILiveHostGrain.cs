using AsyncOpt.Grains.Live.Agents;
using Orleans.Concurrency;

namespace AsyncOpt.Grains.Live;

/// <summary>
/// A silo's part of a live run, for its leader; its key is <c>run/attempt/silo</c>, and it is placed on that silo.
/// </summary>
[Alias("asyncopt.live-host")]
interface ILiveHostGrain : IGrainWithStringKey
{
    /// <summary>
    /// How long may take what grows with the run: a bound on hangs. Where a silo is lost, calls to it end with it.
    /// </summary>
    private const string LongMax = "00:15:00";

    /// <summary>Begins the silo's part: without agents yet.</summary>
    [Alias("open"), ResponseTimeout(LongMax)]
    Task Open(LivePlace place);

    /// <summary>Learns who lives where, and brings to life those of this silo that do not live yet.</summary>
    [Alias("join"), ResponseTimeout(LongMax)]
    Task Join(LiveMap map);

    /// <summary>Starts the agents here that have not been started.</summary>
    [Alias("start"), ResponseTimeout(LongMax)]
    Task Start();

    /// <summary>
    /// Takes messages from agents of another silo to those of this one: one way, says nothing of what became of them.
    /// </summary>
    [OneWay, Alias("deliver")]
    ValueTask Deliver([Immutable] LiveMessage[] messages);

    [Alias("report")]
    Task<WireReport> Report();

    [Alias("sample"), ResponseTimeout(LongMax)]
    Task<LiveAnswer> Sample(bool isLast);

    [Alias("recorded"), ResponseTimeout(LongMax)]
    Task<LiveAnswer> Recorded(int taken);

    /// <summary>The log of its agents, whole; null where none was written.</summary>
    [Alias("log"), ResponseTimeout(LongMax)]
    Task<LiveAnswer?> Log();

    /// <summary>A further part of the last answer.</summary>
    [Alias("more")]
    Task<ReadOnlyMemory<byte>> More(int part);

    [Alias("flush")]
    Task Flush();

    [Alias("lateness")]
    Task<WireLateness> Lateness();

    /// <summary>Ends the silo's part.</summary>
    [Alias("close"), ResponseTimeout(LongMax)]
    Task Close();
}

/// <summary>What grows with the run is told in parts, so that no message grows without bound.</summary>
/// <param name="Parts">In how many.</param>
/// <param name="First">The first of them.</param>
[GenerateSerializer, Immutable, Alias("asyncopt.live-answer")]
sealed record LiveAnswer([property: Id(0)] int Parts, [property: Id(1)] ReadOnlyMemory<byte> First);

/// <summary>Which run a silo takes part in, and how.</summary>
/// <param name="Run">The run's name.</param>
/// <param name="Key">The run and the attempt.</param>
/// <param name="TimeFactor">Wall seconds per virtual second.</param>
/// <param name="Began">When the run began: silos of one run need clocks that agree.</param>
/// <param name="Specification">What a log says its run is; null for no log.</param>
/// <param name="Trace">The run's span, as a W3C <c>traceparent</c>; null for none.</param>
/// <param name="Messages">What the run's messages carry, as its leader lays them out.</param>
[GenerateSerializer, Immutable, Alias("asyncopt.live-place")]
sealed record LivePlace(
    [property: Id(0)] string Run, [property: Id(1)] string Key, [property: Id(2)] double TimeFactor,
    [property: Id(3)] DateTimeOffset Began, [property: Id(4)] string? Specification,
    [property: Id(5)] string? Trace, [property: Id(6)] string Messages);

/// <summary>Which agent of a run lives on which silo.</summary>
/// <param name="Epoch">Since which epoch.</param>
/// <param name="Silos">The silos.</param>
/// <param name="HostOf">For each agent, the rank of its silo.</param>
[GenerateSerializer, Immutable, Alias("asyncopt.live-map")]
sealed record LiveMap(
    [property: Id(0)] int Epoch, [property: Id(1)] SiloAddress[] Silos, [property: Id(2)] int[] HostOf);

/// <summary>A report between silos: a JSON of <see cref="LiveReport"/> would cost more than what it reports.</summary>
[GenerateSerializer, Immutable, Alias("asyncopt.live-report")]
sealed record WireReport(
    [property: Id(0)] long[] Counts, [property: Id(1)] bool IsStopped, [property: Id(2)] string? Failure)
{
    public static WireReport Of(LiveReport r) => new(
        [
            r.Epoch, r.Agents, r.Sent, r.Received, r.Lost, r.Repeated, r.Refused, r.Timers, r.Computations, r.Waiting,
            r.Early, r.Handled, r.Delayed,
        ],
        r.IsStopped, r.Failure);

    public LiveReport Open() => new()
    {
        Epoch = (int)Counts[0],
        Agents = (int)Counts[1],
        Sent = Counts[2],
        Received = Counts[3],
        Lost = Counts[4],
        Repeated = Counts[5],
        Refused = Counts[6],
        Timers = Counts[7],
        Computations = Counts[8],
        Waiting = Counts[9],
        Early = Counts[10],
        Handled = Counts[11],
        Delayed = Counts[12],
        IsStopped = IsStopped,
        Failure = Failure,
    };
}

/// <summary>How late a silo's wheel was.</summary>
[GenerateSerializer, Immutable, Alias("asyncopt.lateness")]
readonly record struct WireLateness(
    [property: Id(0)] long Fired, [property: Id(1)] double Mean, [property: Id(2)] double Max,
    [property: Id(3)] double Asked);
