using AsyncOpt.Core;
using AsyncOpt.Grains.Live.Agents;
using AsyncOpt.Simulation.Memory;
using Orleans.Runtime.Placement;

namespace AsyncOpt.Grains.Live;

/// <summary>The silos that host a live run, as its leader sees them.</summary>
sealed class GrainHosts(IGrainFactory grains, ISiloStatusOracle silos, LivePlace place, TimeProvider time)
    : ILiveCluster
{
    // A silo that was lost is known to be so after a while; until then it is asked again.
    static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(200);

    // Silos learn of a loss one after the other, and those that have not yet ask the lost one. What fails for longer
    // than the news takes has another cause.
    static readonly TimeSpan NewsMax = TimeSpan.FromMinutes(5);

    readonly List<Host> _hosts = [];
    SiloAddress[] _silos = [];
    int[] _hostOf = []; // by agent, the rank of its silo
    int _epoch;

    /// <inheritdoc/>
    public IReadOnlyList<ILiveHost> Hosts => _hosts;

    /// <summary>The key of a silo's host.</summary>
    /// <param name="run">The run and the attempt.</param>
    /// <param name="silo">The silo.</param>
    public static string KeyOf(string run, SiloAddress silo) => $"{run}/{silo.ToParsableString()}";

    /// <summary>
    /// Opens the run on all silos, and brings its agents to life, neighbours beside each other. A silo that is lost
    /// meanwhile takes no part.
    /// </summary>
    /// <param name="layout">The run's layout.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="LiveRunException">No silo is left, or one cannot take part.</exception>
    public async Task Open(Core.Programs.Layout layout, CancellationToken cancellation)
    {
        _silos = [.. silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Order()];
        for (var rank = 0; rank < _silos.Length; rank++)
        {
            var grain = grains.GetGrain<ILiveHostGrain>(KeyOf(place.Key, _silos[rank]));
            _hosts.Add(new Host(rank, _silos[rank], grain));
        }
        Remove(await AskAll(h => h.Open(place), cancellation));
        _hostOf = new int[layout.Agents];
        foreach (var role in layout.Roles)
        {
            for (var i = 0; i < role.Agents && _hosts.Count > 0; i++)
                _hostOf[role.First + i] = _hosts[(int)((long)i * _hosts.Count / role.Agents)].Rank;
        }
        // Nothing has been sent yet: who is lost now needs no new epoch.
        while (_hosts.Count > 0 && await Join(cancellation) is { Count: > 0 } lost)
            Replace(lost);
        if (_hosts.Count == 0)
            throw new LiveRunException("no silo is left to host the run's agents");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LostHost>> Recover(CancellationToken cancellation)
    {
        var losses = new List<LostHost>();
        try
        {
            var lost = _hosts.Where(h => IsDead(h.Silo)).ToList();
            if (lost.Count == 0)
                await Task.Delay(AskAgainAfter, time, cancellation);
            while (lost.Count > 0)
            {
                losses.AddRange(Replace(lost));
                _epoch++;
                lost = await Join(cancellation);
                if (lost.Count == 0)
                    lost = await AskAll(h => h.Start(), cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The run ends with what is there.
        }
        return losses;
    }

    /// <inheritdoc/>
    public void Leave(ILiveHost host) => _hosts.Remove((Host)host);

    /// <summary>Everybody learns the map before anybody starts.</summary>
    /// <returns>Those that were lost meanwhile.</returns>
    Task<List<Host>> Join(CancellationToken cancellation)
    {
        var map = new LiveMap(_epoch, _silos, _hostOf);
        return AskAll(h => h.Join(map), cancellation);
    }

    /// <summary>Asks all hosts, and again those that do not answer, until they do or are known to be lost.</summary>
    /// <returns>Those that are lost.</returns>
    async Task<List<Host>> AskAll(Func<Host, Task> ask, CancellationToken cancellation)
    {
        var lost = new List<Host>();
        var left = _hosts.ToList();
        long? firstFailure = null;
        while (true)
        {
            var asked = left.Select(h => (Host: h, Answer: ask(h))).ToList();
            left.Clear();
            foreach (var (host, answer) in asked)
            {
                try
                {
                    await answer.WaitAsync(cancellation);
                }
#pragma warning disable CA1031 // Whatever keeps a host from answering, it may be a loss that is not known yet.
                catch (Exception e) when (
                    e is not (InputException or StorageException) && !cancellation.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    if (firstFailure is { } first && time.GetElapsedTime(first) > NewsMax)
                        throw new LiveRunException($"{host.Name} cannot take part in the run: {e.Message}", e);
                    left.Add(host);
                }
            }
            lost.AddRange(left.Where(h => IsDead(h.Silo)));
            left.RemoveAll(lost.Contains);
            if (left.Count == 0)
                return lost;
            firstFailure ??= time.GetTimestamp();
            await Task.Delay(AskAgainAfter, time, cancellation);
        }
    }

    void Remove(List<Host> lost) => _hosts.RemoveAll(lost.Contains);

    /// <summary>Gives the agents of lost silos to those that are left, in turn.</summary>
    List<LostHost> Replace(List<Host> lost)
    {
        Remove(lost);
        var losses = new List<LostHost>();
        var hostOf = (int[])_hostOf.Clone(); // a map that was sent stays as it was
        foreach (var host in lost)
        {
            var orphans = 0;
            for (var agent = 0; agent < hostOf.Length; agent++)
            {
                if (hostOf[agent] != host.Rank)
                    continue;
                if (_hosts.Count > 0)
                    hostOf[agent] = _hosts[orphans % _hosts.Count].Rank;
                orphans++;
            }
            losses.Add(new LostHost(host.Name, orphans));
        }
        _hostOf = hostOf;
        return losses;
    }

    /// <summary>The logs of their agents, of those silos that are there and wrote one.</summary>
    public async Task<IReadOnlyList<byte[]>> Logs()
    {
        var logs = new List<byte[]>();
        await ForAll(async host =>
        {
            if (await host.Log() is { } log)
                logs.Add(log);
        });
        return logs;
    }

    /// <summary>Ends the run on all silos.</summary>
    public Task Close() => ForAll(host => host.Close());

    async Task ForAll(Func<Host, Task> ask)
    {
        foreach (var host in _hosts)
        {
            try
            {
                await ask(host);
            }
            catch (Exception e) when (e is OrleansException or TimeoutException || IsDead(host.Silo))
            {
                // A silo that is lost has closed already.
            }
        }
    }

    bool IsDead(SiloAddress silo) => silos.GetApproximateSiloStatus(silo) is SiloStatus.Dead or SiloStatus.None;

    sealed class Host(int rank, SiloAddress silo, ILiveHostGrain grain) : ILiveHost
    {
        public int Rank => rank;

        public SiloAddress Silo => silo;

        public string Name => $"silo {silo.Endpoint}";

        public Task Open(LivePlace place) => Ask(g => g.Open(place));

        public Task Join(LiveMap map) => Ask(g => g.Join(map));

        public Task Start() => Ask(g => g.Start());

        public async Task<LiveReport> Report() => (await Ask(g => g.Report())).Open();

        public Task<Stream> Sample(bool isLast) => Whole(g => g.Sample(isLast)!)!;

        public Task<Stream> Recorded(int taken) => Whole(g => g.Recorded(taken)!)!;

        public async Task<byte[]?> Log()
        {
            if (await Whole(g => g.Log()) is not { } log)
                return null;
            var bytes = new byte[log.Length];
            log.ReadExactly(bytes);
            return bytes;
        }

        public Task Flush() => Ask(g => g.Flush());

        public Task Close() => Ask(g => g.Close());

        async Task<Stream?> Whole(Func<ILiveHostGrain, Task<LiveAnswer?>> ask)
        {
            if (await Ask(ask) is not { } answer)
                return null;
            var parts = new List<ReadOnlyMemory<byte>> { answer.First };
            while (parts.Count < answer.Parts)
                parts.Add(await Ask(g => g.More(parts.Count)));
            return new SegmentedStream(parts);
        }

        // Should the activation be lost with an entry of the directory, the next one is on the same silo: the hint goes
        // with every call, and ends with the method that sets it.
        async Task Ask(Func<ILiveHostGrain, Task> ask)
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
            await ask(grain);
        }

        async Task<TAnswer> Ask<TAnswer>(Func<ILiveHostGrain, Task<TAnswer>> ask)
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
            return await ask(grain);
        }

        public async Task<Lateness> Lateness()
        {
            var (fired, mean, max, asked) = await Ask(g => g.Lateness());
            return new Lateness(fired, mean, max, asked);
        }
    }
}
