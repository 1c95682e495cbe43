using System.Collections.Concurrent;
using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Live.Agents;
using AsyncOpt.Simulation.Replay;

namespace AsyncOpt.Testing;

/// <summary>
/// Live hosts within a process, each with some of a run's agents: a mailbox for every agent, emptied by threads of the
/// pool. Stands for a cluster where there is none.
/// </summary>
sealed class Loopback : ILiveTransport, ILiveCluster, IDisposable
{
    readonly List<LiveRun> _runs = [];
    readonly List<ReplayLogWriter> _logs = [];
    readonly List<ILiveHost> _hosts = [];
    readonly ConcurrentDictionary<int, Inbox> _boxes = new();
    readonly TimingWheel _wheel = new();
    readonly int _activationTurns;

    public Loopback(
        RunPlan plan, double factor, int hosts = 1, Func<int, ReplayLogWriter?>? log = null,
        Func<LiveOptions, LiveOptions>? change = null, int activationTurns = int.MaxValue)
    {
        _activationTurns = activationTurns;
        Clock = new LiveClock(factor, TimeSpan.Zero);
        for (var h = 0; h < hosts; h++)
        {
            var options = new LiveOptions { Clock = Clock, Threads = 2, Log = log?.Invoke(h) };
            options = change?.Invoke(options) ?? options;
            if (options.Log is { } writer)
                _logs.Add(writer);
            var run = LiveRun.Of(plan, options, this, _wheel);
            _runs.Add(run);
            _hosts.Add(new Host(this, $"host {h}", run));
            for (var agent = h; agent < run.Layout.Agents; agent += hosts)
                Host1(run, agent);
        }
    }

    /// <summary>What becomes of a message; by default it goes to its receiver.</summary>
    public Func<LiveMessage, IEnumerable<LiveMessage>>? Meddle { get; init; }

    public IReadOnlyList<ILiveHost> Hosts => _hosts;

    public LiveClock Clock { get; }

    public LiveRun Run(int host) => _runs[host];

    public void Send(LiveMessage message)
    {
        foreach (var sent in Meddle?.Invoke(message) ?? [message])
        {
            if (_boxes.TryGetValue(sent.Receiver, out var box))
                box.Post(sent);
        }
    }

    public Task<IReadOnlyList<LostHost>> Recover(CancellationToken cancellation)
    {
        var lost = _hosts.Cast<Host>().Where(h => h.IsDead).ToList();
        _hosts.RemoveAll(lost.Contains);
        var losses = new List<LostHost>();
        foreach (var host in lost)
        {
            var agents = _boxes.Values.Where(b => b.Run == host.Run).Select(b => b.Agent.Id).Order().ToList();
            losses.Add(new LostHost(host.Name, agents.Count));
            foreach (var left in _hosts.Cast<Host>())
                left.Run.Epoch++;
            for (var i = 0; i < agents.Count && _hosts.Count > 0; i++)
                Host1(((Host)_hosts[i % _hosts.Count]).Run, agents[i]);
        }
        foreach (var left in lost.Count > 0 ? _hosts.Cast<Host>() : [])
            left.Run.Start();
        return Task.FromResult<IReadOnlyList<LostHost>>(losses);
    }

    public void Leave(ILiveHost host) => _hosts.Remove(host);

    /// <summary>A host lives and does not answer for a while.</summary>
    public void Silence(int host, int answers) => Volatile.Write(ref ((Host)_hosts[host]).Silent, answers);

    /// <summary>What a host tells of what was recorded does not arrive for a while.</summary>
    public void LoseNews(int host, int answers) => Volatile.Write(ref ((Host)_hosts[host]).NewsLost, answers);

    /// <summary>A host dies: its agents are gone, and what they knew.</summary>
    public void Kill(int host)
    {
        var dying = (Host)_hosts[host];
        dying.IsDead = true;
        foreach (var box in _boxes.Values.Where(b => b.Run == dying.Run))
            box.IsDead = true;
    }

    public void Dispose()
    {
        foreach (var log in _logs)
        {
            log.Complete();
            log.Dispose();
        }
        foreach (var run in _runs)
            run.Dispose();
        _wheel.Dispose();
    }

    void Host1(LiveRun run, int agent)
    {
        var box = new Inbox { Run = run, ActivationTurns = _activationTurns };
        box.Agent = run.Add(agent, box.Post);
        _boxes[agent] = box;
    }

    sealed class Host(Loopback loopback, string name, LiveRun run) : ILiveHost
    {
        public volatile bool IsDead;

        /// <summary>How many answers it does not give.</summary>
        public int Silent;

        /// <summary>How many answers to what was recorded are lost once they are given.</summary>
        public int NewsLost;

        public LiveRun Run => run;

        public string Name => name;

        public Task Start() => Alive(() =>
        {
            run.Start();
            return true;
        });

        public Task<LiveReport> Report() => Alive(() => run.Report());

        public async Task<Stream> Sample(bool isLast) =>
            IsDead ? throw new IOException("dead") : await run.Sample(isLast);

        public Task<Stream> Recorded(int taken) => Alive<Stream>(() =>
        {
            var news = run.Recorded(taken);
            return Interlocked.Decrement(ref NewsLost) >= 0 ? throw new IOException("lost on its way") : news;
        });

        public Task Flush() => Alive(() =>
        {
            run.Flush();
            return true;
        });

        public Task<Lateness> Lateness() => Alive(() => loopback._wheel.Lateness);

        Task<T> Alive<T>(Func<T> answer) =>
            IsDead || Interlocked.Decrement(ref Silent) >= 0
                ? Task.FromException<T>(new IOException("dead or silent"))
                : Task.FromResult(answer());
    }

    sealed class Inbox
    {
        readonly ConcurrentQueue<LiveEvent> _events = new();
        readonly SerialWork _work;

        public Inbox() => _work = new(Work);

        public required LiveRun Run { get; init; }

        public LiveAgent Agent { get; set; } = null!;

        public volatile bool IsDead;

        /// <summary>
        /// After so many turns the agent's activation is lost, and with it a turn it had asked for; the next one goes
        /// on.
        /// </summary>
        public required int ActivationTurns { get; init; }

        int _turns;

        public void Post(LiveEvent e)
        {
            _events.Enqueue(e);
            _work.Ask();
        }

        void Work()
        {
            while (!IsDead && _events.TryDequeue(out var e))
            {
                var isLost = ++_turns % ActivationTurns == 0;
                if (isLost)
                    Agent.GoOn();
                if (e is LiveMessage message)
                    Agent.Receive(message);
                else if (isLost && e is LivePending)
                    continue; // asked for again
                else
                    Agent.Turn(e);
            }
        }
    }
}
