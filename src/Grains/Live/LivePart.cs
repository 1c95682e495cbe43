using System.Collections.Concurrent;
using System.Globalization;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Live.Agents;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Replay;
using Orleans.Runtime.Placement;

namespace AsyncOpt.Grains.Live;

/// <summary>One silo's part of a live run: its agents, its way to the others, its log.</summary>
sealed class LivePart : ILiveTransport, IDisposable
{
    readonly SiloAddress _silo;
    readonly LiveParts _parts;
    readonly IGrainFactory _grains;
    readonly string _key;
    readonly TimingWheel _wheel;
    readonly Lateness _latenessBefore;
    readonly IAgentGrain?[] _peers;
    readonly ConcurrentBag<Action> _endings = [];
    readonly ReplayLogWriter? _log;
    readonly Dictionary<SiloAddress, Outbox> _outboxes = [];
    Routes? _routes;
    readonly string? _logFile;

    /// <param name="place">Which run, and how.</param>
    /// <param name="plan">The run's plan, of this silo.</param>
    /// <param name="clock">The run's clock, on this silo.</param>
    /// <param name="parts">Where the silo's wheel is.</param>
    /// <param name="silo">This silo.</param>
    /// <param name="grains">Finds agents.</param>
    public LivePart(
        LivePlace place, RunPlan plan, LiveClock clock, LiveParts parts, SiloAddress silo, IGrainFactory grains)
    {
        (Place, _silo, _parts) = (place, silo, parts);
        (_key, _grains, _wheel) = (place.Key, grains, parts.Wheel);
        _latenessBefore = _wheel.Lateness;
        var layout = Simulation.Simulator.LayOut(plan);
        layout.CheckMessages("the silo that leads the run", place.Messages);
        var agents = layout.Agents;
        _peers = new IAgentGrain?[agents];
        if (place.Specification is { } specification)
        {
            _logFile = Path.Combine(parts.Work.New(), "log");
            var header = ReplayLogHeader.Here(_key, specification, agents, plan.Precision) with
            {
                Messages = layout.MessageFormat,
            };
            _log = new ReplayLogWriter(File.Create(_logFile), header);
        }
        var options = new LiveOptions
        {
            Clock = clock,
            Threads = plan.ThreadsHere,
            Log = _log,
            Metrics = parts.Metrics,
            Tracing = parts.TracingOf(place.Trace),
        };
        Run = LiveRun.Of(plan, options, this, parts.Wheel);
    }

    /// <summary>How late the silo's wheel has been during the run, with all that lay on it.</summary>
    public Lateness Lateness => _wheel.Lateness.Since(_latenessBefore);

    /// <summary>Which run this is a part of.</summary>
    public LivePlace Place { get; }

    /// <summary>The agents here and what they share.</summary>
    public LiveRun Run { get; }

    /// <summary>Run and agent of a key.</summary>
    public static (string Run, int Agent) Parse(string key)
    {
        var at = key.LastIndexOf('/');
        return (key[..at], int.Parse(key.AsSpan(at + 1), CultureInfo.InvariantCulture));
    }

    /// <summary>The grain of an agent.</summary>
    public IAgentGrain Peer(int agent) => _peers[agent] ??=
        _grains.GetGrain<IAgentGrain>(string.Create(CultureInfo.InvariantCulture, $"{_key}/{agent}"));

    /// <summary>Learns who lives where.</summary>
    public void Learn(LiveMap map)
    {
        Run.Epoch = map.Epoch; // who comes to life by the map does so in its epoch
        Volatile.Write(ref _routes, new Routes(map, [.. map.Silos.Select(s => _silo.Equals(s) ? null : OutboxTo(s))]));
    }

    Outbox OutboxTo(SiloAddress silo)
    {
        if (_outboxes.TryGetValue(silo, out var known))
            return known;
        var host = _grains.GetGrain<ILiveHostGrain>(GrainHosts.KeyOf(_key, silo));
        return _outboxes[silo] = new Outbox(batch => HandOver(host, silo, batch).Ignore());
    }

    async Task HandOver(ILiveHostGrain host, SiloAddress silo, LiveMessage[] batch)
    {
        // What goes to a silo that is lost, or stops, has ended with its agents.
        if (Run.IsClosed || !_parts.TakesMessages(silo))
            return;
        Telemetry.Quiet();
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
        await host.Deliver(batch);
    }

    /// <summary>Where an agent lives; null while nobody has told this silo.</summary>
    public SiloAddress? SiloOf(int agent) =>
        Volatile.Read(ref _routes) is { Map: var map } && (uint)agent < (uint)map.HostOf.Length
            ? map.Silos[map.HostOf[agent]]
            : null;

    /// <summary>Agents that should live here and do not.</summary>
    public IEnumerable<int> Missing() => Enumerable.Range(0, _peers.Length)
        .Where(agent => _silo.Equals(SiloOf(agent)) && !Run.Has(agent));

    /// <summary>
    /// Makes an agent of this silo; one that has lost no more than its activation goes on with its memory.
    /// </summary>
    /// <param name="id">Its number in the run.</param>
    /// <param name="turns">Its activation's turns.</param>
    /// <param name="end">Ends its activation.</param>
    /// <returns>
    /// Null where the agent does not live here, as far as this silo knows: a message may come before the map.
    /// </returns>
    public LiveAgent? Add(int id, Turns turns, Action end)
    {
        if (!_silo.Equals(SiloOf(id)))
            return null;
        var agent = Run.Add(id, turns.Post);
        turns.Of(agent);
        _endings.Add(end);
        agent.GoOn();
        return agent;
    }

    /// <inheritdoc/>
    public void Send(LiveMessage message)
    {
        if ((uint)message.Receiver >= (uint)_peers.Length)
            return;
        if (Volatile.Read(ref _routes)?.OutboxOf(message.Receiver) is { } outbox)
            outbox.Add(message);
        else
            Deliver(message);
    }

    /// <summary>Messages of another silo came for agents of this one.</summary>
    public void Deliver(LiveMessage[] messages)
    {
        foreach (var message in messages)
        {
            if ((uint)message.Receiver < (uint)_peers.Length)
                Deliver(message);
        }
    }

    void Deliver(LiveMessage message)
    {
        if (Run.IsClosed)
            return;
        // Who sent it says the message itself.
        if (Telemetry.Source.HasListeners())
            Telemetry.Quietly((this, message), static sent => sent.Item1.Call(sent.message));
        else
            Call(message);
    }

    void Call(LiveMessage message) => Peer(message.Receiver).Deliver(message).AsTask().Ignore();

    /// <summary>Lets the activations of the agents go.</summary>
    public void EndActivations()
    {
        foreach (var end in _endings)
            end();
    }

    /// <summary>The log, complete; null where none is written.</summary>
    public SegmentedStream? CloseLog()
    {
        if (_log is null)
            return null;
        _log.Complete();
        _log.Dispose();
        var log = new SegmentedStream();
        using var file = File.OpenRead(_logFile!);
        file.CopyTo(log);
        return log;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Run.Dispose();
        try
        {
            _log?.Dispose();
        }
        catch (Exception e) when (e is StorageException || StorageException.Is(e))
        {
            // A log that could not be written has ended the run already.
        }
        if (_logFile is not null)
            WorkFolder.Delete(Path.GetDirectoryName(_logFile)!);
    }

    /// <summary>Who lives where, and the ways there.</summary>
    /// <param name="Map">Who lives where.</param>
    /// <param name="Outboxes">By the rank of a silo in the map, what goes there; null for this silo.</param>
    sealed record Routes(LiveMap Map, Outbox?[] Outboxes)
    {
        public Outbox? OutboxOf(int agent) => Outboxes[Map.HostOf[agent]];
    }
}
