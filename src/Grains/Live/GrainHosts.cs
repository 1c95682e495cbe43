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
    readonly Dictionary<SiloAddress, int[]> _agentsOf = [];
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
        var shares = layout.Roles
            .SelectMany(role => Enumerable.Range(0, role.Agents).Select(i =>
                (Agent: role.First + i, Host: (int)((long)i * active.Length / role.Agents))))
            .ToLookup(a => a.Host, a => a.Agent);
        for (var h = 0; h < active.Length; h++)
            _agentsOf[active[h]] = [.. shares[h]];
        await Task.WhenAll(_hosts.Select(h => h.Grain.Join(_agentsOf[h.Silo], 0))).WaitAsync(cancellation);
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
        _hosts.Remove(lost);
        if (_hosts.Count == 0 || !_agentsOf.Remove(lost.Silo, out var agents))
            return 0;
        _epoch++;
        var shares = agents.Index().ToLookup(a => a.Index * _hosts.Count / agents.Length, a => a.Item);
        for (var h = 0; h < _hosts.Count; h++)
        {
            int[] share = [.. shares[h]];
            _agentsOf[_hosts[h].Silo] = [.. _agentsOf[_hosts[h].Silo], .. share];
            await _hosts[h].Grain.Join(share, _epoch);
        }
        await Task.WhenAll(_hosts.Select(h => h.Grain.Start(revive: true)));
        return agents.Length;
    }

    /// <summary>Ends the run on all silos; the logs of their agents.</summary>
    public async Task<IReadOnlyList<(string Silo, byte[] Log)>> Close()
    {
        var logs = new List<(string, byte[])>();
        foreach (var host in _hosts)
        {
            try
            {
                if (await host.Grain.Close().WaitAsync(AnswerMax) is { } log)
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

        public ILiveHostGrain Grain => grain;

        public string Name => $"silo {silo.Endpoint}";

        public async Task Open(LivePlace place)
        {
            // The hint goes with this call alone: what is set in an asynchronous method ends with it.
            RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
            await grain.Open(place);
        }

        public Task Start() => grain.Start(revive: false);

        public async Task<LiveReport> Report()
        {
            Telemetry.Quiet(); // many times a second
            return (await grain.Report().WaitAsync(AnswerMax)).Open();
        }

        public async Task<byte[]> Sample(bool isLast) => await grain.Sample(isLast);

        public async Task<byte[]> Recorded() => await grain.Recorded().WaitAsync(AnswerMax);

        public Task Flush() => grain.Flush();

        public async Task<Lateness> Lateness()
        {
            var (fired, mean, max) = await grain.Lateness().WaitAsync(AnswerMax);
            return new Lateness(fired, mean, max);
        }
    }
}
