using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// Synchronous local SGD with a server, and DiLoCo: in round r all n workers start from x, make H steps of the inner
/// optimizer on their samples, and answer with how far they moved; the server takes the mean of that as a gradient,
/// <c>x := Outer(x, (1/n) sum_i (x - y_i))</c>. Staleness is always 0.
/// </summary>
/// <remarks>
/// <para>
/// Outer sgd with rate 1 is plain local SGD, or federated averaging of all workers; outer nesterov with inner adamw is
/// DiLoCo; H = 1 with plain steps is minibatch SGD. One worker with outer sgd at rate 1 is the inner optimizer itself.
/// With <c>dynamic-steps</c> slower workers make fewer steps of a round. With <c>weights: samples</c> the mean is
/// <c>sum_i (n_i / sum_j n_j) (x - y_i)</c>; where all workers train on shards of their own, it is that over the n_i
/// samples of each. The problem's own <c>weights</c> say what F is.
/// </para>
/// <para>
/// Every worker's part counts as one update. Parts are summed in the order of their arrival, so that a round needs one
/// vector whatever n is; another order gives the same sum up to rounding.
/// </para>
/// <para>
/// A lost message stops the method: the server waits for that part. Duplicates change nothing. A worker or server that
/// restarts does its part of the round again, where that reaches the others.
/// </para>
/// </remarks>
/// <param name="options">Inner and outer optimizer, steps, shards.</param>
[KnownAs("fedavg", With = "outer: sgd, outer-rate: 1, weights: samples", Source = "McMahan et al., AISTATS 2017",
    Note = "all workers take part in every round")]
[KnownAs("fedavgm", With = "outer: momentum", Source = "Hsu, Qi, Brown, arXiv 1909.06335")]
[KnownAs("fedadam", With = "outer: adam", Source = "Reddi et al., ICLR 2021",
    Note = "with the bias correction of Adam, which the paper leaves out")]
[KnownAs("diloco", With = "inner: adamw, outer: nesterov", Source = "Douillard et al., arXiv 2311.08105",
    Note = "the paper's outer-rate is 0.7")]
[KnownAs("fedprox", Note = "without its proximal term, which local steps here do not have")]
[KnownAs("scaffold", Note = "without its control variates, which local steps here do not have")]
[Method("local-sgd", Needs = Needs.Workers,
    Source = "Stich, ICLR 2019; DiLoCo: Douillard et al., arXiv 2311.08105, algorithm 1; dynamic steps: Liu et al., "
        + "arXiv 2401.09135, eq. 6")]
public sealed class LocalSgd(LocalSgd.Options options) : Method
{
    /// <summary>Options of <see cref="LocalSgd"/>.</summary>
    public sealed record Options : LocalTrainingOptions
    {
        /// <summary>On whose samples a worker trains.</summary>
        public ShardChoice Shards { get; init; }

        /// <summary>
        /// What each part counts in the mean: <c>equal</c>, or <c>samples</c>, n_i / sum_j n_j for a shard of n_i
        /// samples, as in federated averaging (McMahan et al., AISTATS 2017).
        /// </summary>
        public PlaceWeights Weights { get; init; }
    }

    static readonly LocalMessages Kinds = new(sendsModel: false);

    readonly LocalSteps _oracle = new(options.Inner, options.Rate);

    /// <inheritdoc/>
    public override IReadOnlyList<Oracle> Oracles => [_oracle];

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Role("server", Count.One, new Server(options));
        layout.Role("worker", Count.PerWorker, new LocalWorker(
            _oracle, options.BatchSize, Kinds, ownShards: options.Shards == ShardChoice.Own));
        layout.Messages(Kinds.Job, Kinds.Update, Kinds.Request);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) =>
        options.Inner is Sgd ? StepChecks.Warnings(options.Rate, context) : [];

    struct ServerState
    {
        public long Round;
        public int Received; // distinct workers in this round
        public OuterState Outer;
    }

    sealed class Server(Options options) : RoleProgram<ServerState>
    {
        readonly Jobs _jobs = new(options, options.Shards);
        readonly OuterOptimizer _outer = new(options.Outer, options.OuterRate);
        Vector _x, _sum;
        double[] _factors = []; // of each shard's parts; their mean is 1
        Table _last;          // for each worker, 1 + the last round it answered
        Table _shard, _first; // of the worker's job of this round
        Table _steps;
        Peers _workers;

        public override void Declare(RoleLayout role)
        {
            _x = role.Vector("x", Dim.Parameters, Estimate.Single, Initial.Point);
            _sum = role.Vector("sum", Dim.Parameters);
            _outer.Declare(role);
            _jobs.Declare(role);
            (_last, _shard, _first, _steps) = (
                role.Table(Dim.Nodes), role.Table(Dim.Nodes), role.Table(Dim.Nodes), role.Table(Dim.Nodes));
            _workers = role.Peers("worker");
            _factors = PlaceWeightFactors.Of(options.Weights, role);
        }

        public override void OnStart(ref ServerState s, Effects e) => StartRound(ref s, e);

        public override void OnMessage(ref ServerState s, in Received m, Effects e)
        {
            var worker = m.Sender.Id - _workers.First;
            if (m.Kind == Kinds.Request)
            {
                if (e.Numbers(_last)[worker] <= s.Round)
                    Assign(in s, e, worker);
                return;
            }
            ref var last = ref e.Numbers(_last)[worker];
            if (m.Version < s.Round || last > s.Round)
                return; // a duplicate
            last = s.Round + 1;
            e.RecordUpdate(s.Round - m.Version, m);
            e.Axpy(_factors[(int)e.Numbers(_shard)[worker]], m.Vector, _sum);
            if (++s.Received < _workers.Count)
                return;

            e.Scale(1.0 / _workers.Count, _sum);
            _outer.Step(ref s.Outer, e, _sum, _x);
            e.Fill(0, _sum);
            s.Received = 0;
            s.Round++;
            StartRound(ref s, e);
        }

        public override void OnRestart(ref ServerState s, Effects e)
        {
            for (var worker = 0; worker < _workers.Count; worker++)
            {
                if (e.Numbers(_last)[worker] <= s.Round)
                    Assign(in s, e, worker);
            }
        }

        public override void Awaits(in ServerState s, Waits waits)
        {
            for (var i = 0; i < _workers.Count; i++)
                waits.For(Kinds.Update, _workers[i]);
        }

        void StartRound(ref ServerState s, Effects e)
        {
            for (var worker = 0; worker < _workers.Count; worker++)
            {
                var job = _jobs.Next(e, worker);
                e.Numbers(_shard)[worker] = job.Shard;
                e.Numbers(_steps)[worker] = job.Steps;
                e.Numbers(_first)[worker] = job.First;
                Assign(in s, e, worker);
            }
        }

        void Assign(in ServerState s, Effects e, int worker)
        {
            var job = new Job(
                (int)e.Numbers(_shard)[worker], (int)e.Numbers(_steps)[worker], (long)e.Numbers(_first)[worker]);
            e.Send(_workers[worker], Kinds.Job, new Assignment(job, s.Round + 1), e.Snapshot(_x, s.Round));
        }
    }
}
