using AsyncOpt.Live;
using Orleans.Runtime.Placement;

namespace AsyncOpt.Grains.Live;

/// <summary>The silos that host a live run, as its leader sees them.</summary>
sealed class GrainHosts(IGrainFactory grains, ISiloStatusOracle silos, LivePlace place) : ILiveCluster
{
    // A silo that was lost is known to be so after a while.
    static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(10), LossMax = TimeSpan.FromSeconds(60),
        LookEvery = TimeSpan.FromMilliseconds(200);

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
        var looks = LossMax / LookEvery;
        for (var look = 0; !IsDead(lost.Silo); look++)
        {
            if (look > looks)
                return null;
            await Task.Delay(LookEvery, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellation.IsCancellationRequested)
                break;
        }
        var rank = _hosts.IndexOf(lost);
        _hosts.Remove(lost);
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

    /// <summary>Ends the run on all silos; the logs of their agents.</summary>
    public async Task<IReadOnlyList<(string Silo, byte[] Log)>> Close()
    {
        var logs = new List<(string, byte[])>();
        foreach (var host in _hosts)
        {
            try
            {
                if (await host.Close().WaitAsync(AnswerMax) is { } log)
                    logs.Add((host.Silo.ToParsableString(), log));
            }
            catch (Exception e) when (e is OrleansException or TimeoutException)
            {
                // A silo that is lost has closed already.
            }
        }
        return logs;
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

        public async Task<LiveReport> Report() => (await Ask(g => g.Report()).WaitAsync(AnswerMax)).Open();

        public Task<byte[]> Sample(bool isLast) => Ask(g => g.Sample(isLast));

        public Task<byte[]> Recorded() => Ask(g => g.Recorded()).WaitAsync(AnswerMax);

        public Task Flush() => Ask(g => g.Flush());

        public Task<byte[]?> Close() => Ask(g => g.Close());

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
            var (fired, mean, max) = await Ask(g => g.Lateness()).WaitAsync(AnswerMax);
            return new Lateness(fired, mean, max);
        }
    }
}
