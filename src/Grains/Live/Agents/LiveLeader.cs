using System.Diagnostics;
using System.Numerics;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Judging;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>A host of a live run, as its leader sees it.</summary>
interface ILiveHost
{
    /// <summary>What messages call it.</summary>
    string Name { get; }

    /// <summary>Starts the agents there that have not been started.</summary>
    Task Start();

    Task<LiveReport> Report();

    Task<Stream> Sample(bool isLast);

    /// <summary>What was recorded since the last answer; that answer again for who has not got it.</summary>
    /// <param name="taken">How many answers the leader has.</param>
    Task<Stream> Recorded(int taken);

    Task Flush();

    Task<Lateness> Lateness();
}

/// <summary>The hosts of a live run.</summary>
interface ILiveCluster
{
    /// <summary>Those that are there.</summary>
    IReadOnlyList<ILiveHost> Hosts { get; }

    /// <summary>
    /// A host did not answer. For those that are lost, and those that are lost meanwhile, new epochs begin: their
    /// agents come to life on the others, and start anew. If none is known to be lost, waits a little.
    /// </summary>
    /// <returns>Those that were lost.</returns>
    /// <exception cref="LiveRunException">The others cannot go on with the agents.</exception>
    Task<IReadOnlyList<LostHost>> Recover(CancellationToken cancellation);

    /// <summary>Goes on without a host that is not lost and does not answer.</summary>
    void Leave(ILiveHost host);
}

/// <summary>A host that was lost.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Agents">How many agents were there.</param>
readonly record struct LostHost(string Name, int Agents);

/// <summary>How a leader watches a live run.</summary>
sealed record LeaderOptions
{
    /// <summary>How often hosts report.</summary>
    public TimeSpan Round { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long nothing must happen until messages that have not come count as lost.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>A live run cannot go on.</summary>
public sealed class LiveRunException : Exception
{
    /// <inheritdoc />
    public LiveRunException(string message)
        : base(message)
    {
    }

    /// <inheritdoc />
    public LiveRunException(string message, Exception cause)
        : base(message, cause)
    {
    }
}

/// <summary>
/// Leads a live run from its start to its end: asks the hosts for reports, samples the metrics when their time has
/// come, judges as every host's judge does, and ends the run.
/// </summary>
static class LiveLeader
{
    /// <summary>Runs a plan on a cluster.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="clock">The clock of the run.</param>
    /// <param name="cluster">Who hosts its agents.</param>
    /// <param name="options">How it is watched.</param>
    /// <param name="progress">Called at every sampling instant.</param>
    /// <param name="cancellation">Ends the run with what it has so far.</param>
    /// <exception cref="LiveRunException">A program failed, or no host is left.</exception>
    public static Task<RunRecord> Run(
        RunPlan plan, LiveClock clock, ILiveCluster cluster, LeaderOptions options, Action<RunProgress>? progress,
        CancellationToken cancellation) =>
        plan.Precision == Precision.Float32
            ? Run<float>(plan, clock, cluster, options, progress, cancellation)
            : Run<double>(plan, clock, cluster, options, progress, cancellation);

    static async Task<RunRecord> Run<T>(
        RunPlan plan, LiveClock clock, ILiveCluster cluster, LeaderOptions options, Action<RunProgress>? progress,
        CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var leader = new LiveLeader<T>(plan, clock, cluster, options, progress);
        return await leader.Run(cancellation).ConfigureAwait(false);
    }
}

/// <summary>The leader of one live run.</summary>
sealed class LiveLeader<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly RunPlan _plan;
    readonly ILiveCluster _cluster;
    readonly LeaderOptions _options;
    readonly World<T> _world;
    readonly Dictionary<string, Recording> _recordOfHost = new(StringComparer.Ordinal);
    readonly List<Recording> _records = [];
    readonly List<string> _warnings = [];
    readonly RunJudge<T> _judge;
    readonly RestDetector _rest;
    readonly LiveClock _clock;
    int _taken; // answers to what was recorded, of each host

    public LiveLeader(
        RunPlan plan, LiveClock clock, ILiveCluster cluster, LeaderOptions options, Action<RunProgress>? progress)
    {
        (_plan, _clock, _cluster, _options) = (plan, clock, cluster, options);
        var layout = Simulator.LayOut(plan);
        _world = new World<T>(plan, layout);
        _judge = new RunJudge<T>(plan, progress, _world, _records);
        _rest = new RestDetector(options.Patience);
    }

    public void Dispose()
    {
        foreach (var record in _records)
            record.Dispose();
        _world.Dispose();
    }

    public async Task<RunRecord> Run(CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        foreach (var host in _cluster.Hosts)
        {
            var record = new Recording(_plan, _world.Layout);
            _recordOfHost.Add(host.Name, record);
            _records.Add(record);
        }
        _judge.Sample(0, isLast: false);
        await Ask(h => Done(h.Start()), cancellation).ConfigureAwait(false);
        var next = _judge.InstantAfter(0);
        while (true)
        {
            await Pause(next, cancellation).ConfigureAwait(false);
            var report = LiveReport.Sum(await Ask(h => h.Report(), cancellation).ConfigureAwait(false));
            if (report.Failure is { } failure)
                throw new LiveRunException(failure);
            var rest = _rest.Observe(report, Stopwatch.GetElapsedTime(start));
            if (rest == Rest.Stuck)
                await Ask(h => Done(h.Flush()), cancellation).ConfigureAwait(false);
            var now = _clock.Now;
            var mustEnd = rest == Rest.Quiescent || report.IsStopped || cancellation.IsCancellationRequested;
            if (!mustEnd && now < next)
                continue;
            if (await Sample(now, mustEnd, rest, cancellation).ConfigureAwait(false) is { } record)
                return record;
            next = _judge.InstantAfter(now);
        }
    }

    /// <summary>Takes the metrics; the record of the run if it ends here.</summary>
    async Task<RunRecord?> Sample(long now, bool mustEnd, Rest rest, CancellationToken cancellation)
    {
        using var span = LiveTelemetry.Source.StartActivity("sample");
        span?.SetTag("asyncopt.time.virtual", now / 1e9);
        await TakeRecords(cancellation).ConfigureAwait(false);
        span?.SetTag("asyncopt.updates", _records.Sum(r => r.Updates));
        var isLast = mustEnd || _judge.BudgetSpent(now) is not null;
        await TakeMemory(isLast, cancellation).ConfigureAwait(false);
        if (isLast)
            await TakeRecords(cancellation).ConfigureAwait(false);
        _judge.Sample(now, isLast);
        var end = cancellation.IsCancellationRequested
            ? (Outcome.Cancelled, "the user cancelled it")
            : _judge.End(now, isRunnable: rest != Rest.Quiescent);
        if (end is not var (outcome, reason))
            return null;
        if (!isLast)
            await TakeMemory(isLast: true, cancellation).ConfigureAwait(false);
        var record = _judge.Finish(outcome, reason, now);
        return record with
        {
            Partitions = _cluster.Hosts.Count,
            Threads = _plan.Threads,
            EngineBytes = 0,
            Warnings = [.. record.Warnings, .. await Warnings(cancellation).ConfigureAwait(false)],
        };
    }

    async Task<IReadOnlyList<string>> Warnings(CancellationToken cancellation)
    {
        var report = LiveReport.Sum(await Ask(h => h.Report(), cancellation).ConfigureAwait(false));
        if (_rest.GivenUp > 0)
            _warnings.Add(Counted.Of(_rest.GivenUp, "message was", "messages were")
                + $" sent and never came: the transport lost {(_rest.GivenUp == 1 ? "it" : "them")}");
        if (report.Repeated > 0)
            _warnings.Add(Counted.Of(report.Repeated, "message")
                + $" came more than once and {(report.Repeated == 1 ? "was" : "were")} dropped");
        if (report.Refused > 0)
            _warnings.Add(Counted.Of(
                report.Refused, "message was not what its kind declares and was refused",
                "messages were not what their kind declares and were refused"));
        var lateness = Lateness.Of([.. await Ask(h => h.Lateness(), cancellation).ConfigureAwait(false)]);
        if (lateness.Fired > 0 && _clock.Factor > 0)
            _warnings.Add(lateness.Sentence(_clock.Factor));
        return _warnings;
    }

    Task Pause(long next, CancellationToken cancellation)
    {
        var left = _clock.Factor > 0
            ? _clock.Wall(next - _clock.Now)
            : TimeSpan.FromSeconds((next - _clock.Now) / 1e9);
        var pause = left < _options.Round ? left : _options.Round;
        return pause <= TimeSpan.Zero || cancellation.IsCancellationRequested
            ? Task.CompletedTask
            : Task.Delay(pause, CancellationToken.None);
    }

    async Task TakeRecords(CancellationToken cancellation)
    {
        var all = await Ask(async h => (h.Name, Bytes: await h.Recorded(_taken).ConfigureAwait(false)), cancellation)
            .ConfigureAwait(false);
        foreach (var (name, bytes) in all)
        {
            using var from = new BinaryReader(bytes);
            _recordOfHost[name].LoadSum(from);
        }
        _taken++;
    }

    async Task TakeMemory(bool isLast, CancellationToken cancellation)
    {
        foreach (var bytes in await Ask(h => h.Sample(isLast), cancellation).ConfigureAwait(false))
            AgentImage.Load(bytes, _world);
    }

    static async Task<bool> Done(Task asked)
    {
        await asked.ConfigureAwait(false);
        return true;
    }

    /// <summary>Asks all hosts; those that are lost are replaced, and the others are asked once more.</summary>
    async Task<List<TAnswer>> Ask<TAnswer>(Func<ILiveHost, Task<TAnswer>> ask, CancellationToken cancellation)
    {
        while (true)
        {
            var hosts = _cluster.Hosts;
            if (hosts.Count == 0)
                throw new LiveRunException("no silo is left to host the run's agents");
            var asked = hosts.Select(h => (Host: h, Answer: ask(h))).ToList();
            var silent = new List<ILiveHost>();
            var answers = new List<TAnswer>();
            foreach (var (host, answer) in asked)
            {
                try
                {
                    answers.Add(await answer.ConfigureAwait(false));
                }
#pragma warning disable CA1031 // Whatever keeps a host from answering, the cluster finds out whether it is lost.
                catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
                {
                    silent.Add(host);
                }
            }
            if (silent.Count == 0)
                return answers;
            var lost = await _cluster.Recover(cancellation).ConfigureAwait(false);
            foreach (var (name, agents) in lost)
                _warnings.Add($"{name} was lost at {_clock.Now / 1e9:0.###} s: "
                    + $"{Counted.Of(agents, "agent")} came back anew, "
                    + "what was done since the last sample is not counted");
            if (lost.Count == 0 && cancellation.IsCancellationRequested)
                silent.ForEach(Abandon);
        }
    }

    void Abandon(ILiveHost host)
    {
        _cluster.Leave(host);
        _warnings.Add($"{host.Name} did not answer when the run was cancelled: what its agents had done "
            + "since their last sample is not counted");
    }
}
