using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Methods.Rounds;
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
/// With <c>participation</c> a round asks some workers only, takes the first answers, or ends by a timeout; the mean is
/// then that over those that answered, <c>sum_i w_i (x - y_i) / sum_i w_i</c> with w_i = 1 or n_i. With
/// <c>late: fold</c> late parts are in it, too, and staleness, otherwise 0, is the rounds since theirs began.
/// </para>
/// <para>
/// A lost message stops the method, as the server waits for that part, unless rounds have a timeout. Duplicates change
/// nothing. A worker or server that restarts does its part of the round again, where that reaches the others.
/// </para>
/// </remarks>
/// <param name="options">Inner and outer optimizer, steps, shards, who takes part.</param>
[KnownAs("fedavg", With = "outer: sgd, outer-rate: 1, weights: samples", Source = "McMahan et al., AISTATS 2017",
    Note = "its C is 'participation: { fraction: 0.1 }'; without, all workers take part in every round")]
[KnownAs("fedavgm", With = "outer: momentum", Source = "Hsu, Qi, Brown, arXiv 1909.06335")]
[KnownAs("fedadam", With = "outer: adam", Source = "Reddi et al., ICLR 2021",
    Note = "with the bias correction of Adam, which the paper leaves out")]
[KnownAs("diloco", With = "inner: adamw, outer: nesterov", Source = "Douillard et al., arXiv 2311.08105",
    Note = "the paper's outer-rate is 0.7")]
[KnownAs("fedprox", Note = "without its proximal term, which local steps here do not have")]
[KnownAs("scaffold", Note = "without its control variates, which local steps here do not have")]
[Method("local-sgd", Needs = Needs.Workers,
    Tolerates = Tolerance.StateLoss, ToleratesWithTimeout = Tolerance.All, Timeout = "participation.timeout",
    Source = "Stich, ICLR 2019; DiLoCo: Douillard et al., arXiv 2311.08105, algorithm 1; dynamic steps: Liu et al., "
        + "arXiv 2401.09135, eq. 6")]
public sealed class LocalSgd(LocalSgd.Options options) : Method
{
    /// <summary>Options of <see cref="LocalSgd"/>.</summary>
    public sealed record Options : LocalTrainingOptions, ICheckedOptions
    {
        /// <summary>On whose samples a worker trains.</summary>
        public ShardChoice Shards { get; init; }

        /// <summary>
        /// What each part counts in the mean: <c>equal</c>, or <c>samples</c>, n_i / sum_j n_j for a shard of n_i
        /// samples, as in federated averaging (McMahan et al., AISTATS 2017).
        /// </summary>
        public PlaceWeights Weights { get; init; }

        /// <summary>Which workers take part in a round, and how long it waits for them.</summary>
        public Participation Participation { get; init; } = new();

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Participation.Late == LateAnswers.Fold && Weights == PlaceWeights.Samples && Shards != ShardChoice.Own)
            {
                yield return "the weight of a late answer is that of its worker's own shard; take late: drop, equal "
                    + "weights, or shards: own";
            }
        }
    }

    static readonly LocalMessages Kinds = new(sendsModel: false);

    readonly LocalSteps _oracle = new(options.Inner, options.Rate);

    /// <inheritdoc/>
    public override IReadOnlyList<Oracle> Oracles => [_oracle];

    /// <inheritdoc/>
    public override bool HasTimeout => options.Participation.Timeout is not null;

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Role("server", Count.One, new Server(options));
        layout.Role("worker", Count.PerWorker, new LocalWorker(
            _oracle, options.BatchSize, Kinds, ownShards: options.Shards == ShardChoice.Own,
            finishesJobs: options.Participation.Late == LateAnswers.Fold));
        layout.Messages(Kinds.Job, Kinds.Update, Kinds.Request);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) => options.Participation.Errors(context.Places);

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) =>
        options.Inner is Sgd ? StepChecks.Warnings(options.Rate, context) : [];

    struct ServerState
    {
        public RoundState Round;
        public OuterState Outer;
    }

    sealed class Server(Options options) : RoleProgram<ServerState>
    {
        readonly Jobs _jobs = new(options, options.Shards);
        readonly ServerRounds _rounds = new(options.Participation);
        readonly OuterOptimizer _outer = new(options.Outer, options.OuterRate);
        Vector _x, _sum;
        double[] _factors = []; // of each shard's parts; their mean is 1
        Table _shard, _first; // of the worker's job of this round
        Table _steps;
        Peers _workers;

        public override void Declare(RoleLayout role)
        {
            _x = role.Vector("x", Dim.Parameters, Estimate.Single, Initial.Point);
            _sum = role.Vector("sum", Dim.Parameters);
            _outer.Declare(role);
            _jobs.Declare(role);
            _workers = role.Peers("worker");
            _rounds.Declare(role, _workers.Count);
            (_shard, _first, _steps) = (role.Table(Dim.Nodes), role.Table(Dim.Nodes), role.Table(Dim.Nodes));
            _factors = PlaceWeightFactors.Of(options.Weights, role);
        }

        public override void OnStart(ref ServerState s, Effects e)
        {
            _rounds.Begin(ref s.Round, e);
            Ask(in s, e);
        }

        public override void OnMessage(ref ServerState s, in Received m, Effects e)
        {
            var worker = m.Sender.Id - _workers.First;
            if (m.Kind == Kinds.Request)
            {
                if (_rounds.IsAwaited(in s.Round, e, worker))
                    Assign(in s, e, worker);
                return;
            }
            var factor = _factors[(int)e.Numbers(_shard)[worker]];
            var answer = _rounds.Take(ref s.Round, e, worker, m.Version, factor);
            if (answer is not (AnswerKind.Counts or AnswerKind.Folded))
            {
                ServerRounds.Refuse(answer, in m, e);
                return;
            }
            e.RecordUpdate(s.Round.Number - m.Version, m);
            e.Axpy(factor, m.Vector, _sum);
            if (answer == AnswerKind.Counts && _rounds.IsOver(in s.Round))
                Finish(ref s, e);
        }

        public override void OnTimer(ref ServerState s, in TimerFired t, Effects e)
        {
            if (_rounds.OnTimeout(ref s.Round, e))
                Finish(ref s, e);
            else
                Ask(in s, e);
        }

        public override void OnRestart(ref ServerState s, Effects e)
        {
            if (!s.Round.HasBegun)
            {
                OnStart(ref s, e);
                return;
            }
            for (var worker = 0; worker < _workers.Count; worker++)
            {
                if (_rounds.IsAwaited(in s.Round, e, worker))
                    Assign(in s, e, worker);
            }
            _rounds.Resume(ref s.Round, e);
        }

        public override void Awaits(in ServerState s, Waits waits)
        {
            for (var i = 0; i < _workers.Count; i++)
                waits.For(Kinds.Update, _workers[i]);
        }

        void Finish(ref ServerState s, Effects e)
        {
            e.Scale(1.0 / _rounds.Mass(in s.Round), _sum);
            _outer.Step(ref s.Outer, e, _sum, _x);
            e.Fill(0, _sum);
            _rounds.End(ref s.Round, e);
            _rounds.Begin(ref s.Round, e);
            Ask(in s, e);
        }

        void Ask(in ServerState s, Effects e)
        {
            for (var i = 0; i < s.Round.Drawn; i++)
            {
                var worker = _rounds.Ask(in s.Round, e, i, out var isFirst);
                if (isFirst)
                    SetJob(_jobs.Next(e, worker), e, worker);
                Assign(in s, e, worker);
            }
        }

        void SetJob(Job job, Effects e, int worker) =>
            (e.Numbers(_shard)[worker], e.Numbers(_steps)[worker], e.Numbers(_first)[worker]) =
                (job.Shard, job.Steps, job.First);

        void Assign(in ServerState s, Effects e, int worker)
        {
            var job = new Job(
                (int)e.Numbers(_shard)[worker], (int)e.Numbers(_steps)[worker], (long)e.Numbers(_first)[worker]);
            var round = s.Round.Number;
            e.Send(_workers[worker], Kinds.Job, new Assignment(job, round + 1), e.Snapshot(_x, round));
        }
    }
}
