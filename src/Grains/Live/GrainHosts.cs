using AsyncOpt.Grains.Live.Agents;
using AsyncOpt.Simulation.Memory;
using Orleans.Runtime.Placement;

namespace AsyncOpt.Grains.Live;

/// <summary>The silos that host a live run, as its leader sees them.</summary>
sealed class GrainHosts(IGrainFactory grains, ISiloStatusOracle silos, LivePlace place) : ILiveCluster
{
    // A silo that was lost is known to be so after a while; until then it is asked again.
    static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(200);

    readonly List<Host> _hosts = [];
    int[] _hostOf = [];
    int _epoch;

    /// <inheritdoc/>
    public IReadOnlyList<ILiveHost> Hosts => _hosts;

    /// <summary>Opens the run on all silos, and brings its agents to life, neighbours beside each other.</summary>
    /// <param name="layout">The run's layout.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task Open(Core.Programs.Layout layout, CancellationToken cancellation)
    {
        var active = silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Order().ToArray();
        foreach (var silo in active)
            _hosts.Add(new Host(silo, grains.GetGrain<ILiveHostGrain>($"{place.Key}/{silo.ToParsableString()}")));
        await Task.WhenAll(_hosts.Select(h => h.Open(place))).WaitAsync(cancellation);
        _hostOf = new int[layout.Agents];
        foreach (var role in layout.Roles)
        {
            for (var i = 0; i < role.Agents; i++)
                _hostOf[role.First + i] = (int)((long)i * active.Length / role.Agents);
        }
        await Join().WaitAsync(cancellation);
    }

    // Everybody learns the map before anybody starts.
    Task Join()
    {
        var map = new LiveMap(_epoch, [.. _hosts.Select(h => h.Silo)], _hostOf);
        return Task.WhenAll(_hosts.Select(h => h.Join(map)));
    }

    /// <inheritdoc/>
    public async Task<int?> Recover(ILiveHost host, CancellationToken cancellation)
    {
        var lost = (Host)host;
        if (!IsDead(lost.Silo))
        {
            await Task.Delay(AskAgainAfter, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        }
        var rank = _hosts.IndexOf(lost);
        Leave(lost);
        if (_hosts.Count == 0)
            return 0;
        _epoch++;
        var orphans = 0;
        var hostOf = (int[])_hostOf.Clone(); // a map that was sent stays as it was
        for (var agent = 0; agent < hostOf.Length; agent++)
        {
            if (hostOf[agent] == rank)
                hostOf[agent] = orphans++ % _hosts.Count;
            else if (hostOf[agent] > rank)
                hostOf[agent]--;
        }
        _hostOf = hostOf;
        await Join();
        await Task.WhenAll(_hosts.Select(h => h.Start(revive: true)));
        return orphans;
    }

    /// <inheritdoc/>
    public void Leave(ILiveHost host) => _hosts.Remove((Host)host);

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
            catch (Exception e) when (e is OrleansException or TimeoutException)
            {
                // A silo that is lost has closed already.
            }
        }
    }

    bool IsDead(SiloAddress silo) => silos.GetApproximateSiloStatus(silo) is SiloStatus.Dead or SiloStatus.None;

    sealed class Host(SiloAddress silo, ILiveHostGrain grain) : ILiveHost
    {
        public SiloAddress Silo => silo;

        public string Name => $"silo {silo.Endpoint}";

        public Task Open(LivePlace place) => Ask(g => g.Open(place));

        public Task Join(LiveMap map) => Ask(g => g.Join(map));

        public Task Start() => Start(revive: false);

        public Task Start(bool revive) => Ask(g => g.Start(revive));

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
