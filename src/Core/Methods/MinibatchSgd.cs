using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Methods.Rounds;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// Synchronous minibatch SGD with a server: in round r it sends x to all n workers, waits for all their gradients at
/// that x, and steps along their mean. <c>x := x - (eta_r / n) (g_1 + ... + g_n)</c>. Staleness is always 0.
/// It is the centralized control (C-SGD) of <c>d-sgd</c>: worker i takes the batches that node i takes there.
/// </summary>
/// <remarks>
/// <para>
/// With <c>weights: samples</c> the mean is <c>sum_i (n_i / sum_j n_j) g_i</c> for n_i samples at worker i. The
/// gradients are summed in the order of their arrival, so that a round needs one vector whatever n is; another order
/// gives the same sum up to rounding. Another optimizer than plain SGD steps at the server, on the mean gradient.
/// </para>
/// <para>
/// Often confused with: asynchronous SGD with a buffer of n, which takes gradients of older models too; and with local
/// SGD, which averages models.
/// </para>
/// <para>
/// With <c>participation</c> a round asks some workers only, takes the first answers, or ends by a timeout; the mean is
/// then that over those that answered, <c>sum_i w_i g_i / sum_i w_i</c> with w_i = 1 or n_i. With <c>late: fold</c>
/// late gradients are in it, too; staleness, otherwise 0, is that of the oldest.
/// </para>
/// <para>
/// A lost message stops the method, as the server waits for that gradient, unless rounds have a timeout. Duplicates
/// change nothing. A worker or server that restarts does its part of the round again, where that reaches the others.
/// </para>
/// </remarks>
/// <param name="options">Step size, batch, who takes part.</param>
[KnownAs("parameter-server", Note = "synchronous, a round waits for all workers")]
[Method("minibatch-sgd", Needs = Needs.Workers, Aliases = ["c-sgd", "synchronous-sgd"],
    Tolerates = Tolerance.None, ToleratesWithTimeout = Tolerance.All | Tolerance.StateLoss,
    Timeout = "participation.timeout",
    Source = "Dekel et al., JMLR 13 (2012), distributed minibatches")]
public sealed class MinibatchSgd(MinibatchSgd.Options options) : Method, ICurvatureLimited
{
    /// <summary>Options of <see cref="MinibatchSgd"/>.</summary>
    public sealed record Options
    {
        /// <summary>The step size eta as a function of the round.</summary>
        public required StepSchedule Step { get; init; }

        /// <summary>What the server makes of the mean gradient.</summary>
        public Optimizer Optimizer { get; init; } = new Sgd();

        /// <summary>Samples per worker and round; 0 for all samples of the worker.</summary>
        [Range(0, 1 << 20)]
        public int BatchSize { get; init; } = 1;

        /// <summary>
        /// What each worker's gradient counts in the mean: <c>equal</c>, or <c>samples</c>, n_i / sum_j n_j.
        /// </summary>
        public PlaceWeights Weights { get; init; }

        /// <summary>Which workers take part in a round, and how long it waits for them.</summary>
        public Participation Participation { get; init; } = new();

        /// <summary>After how many rounds the run ends; without, as the experiment says.</summary>
        [Range(1L, 1L << 48)]
        public long? Iterations { get; init; }
    }

    static readonly MessageKind Model = new("model", Dim.Parameters);
    static readonly MessageKind Gradient = new("gradient", Dim.Parameters) { IsChange = true };

    /// <inheritdoc/>
    public override bool HasTimeout => options.Participation.Timeout is not null;

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Role("server", Count.One, new Server(options));
        layout.Role("worker", Count.PerWorker, new Worker(options));
        layout.Messages(Model, Gradient);
    }

    /// <inheritdoc/>
    public StepSchedule Step => options.Step;

    /// <inheritdoc/>
    public int BatchSize => options.BatchSize;

    /// <inheritdoc/>
    public bool HasModelPerPlace => false;

    /// <inheritdoc/>
    public double? CurvatureLimit(MethodContext context, long updates) =>
        CurvatureLimits.Factor(options.Optimizer, DSgd.Order.Awc, mixing: null) / options.Step.At(updates);

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) => options.Participation.Errors(context.Places);

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) =>
        options.Optimizer is Sgd ? StepChecks.Warnings(options.Step, context) : [];

    struct ServerState
    {
        public RoundState Round;
        public long Stalest; // of the round's answers
        public Origin Last;  // of its last answer, where a round may end without one
        public Peer From;
    }

    struct WorkerState
    {
        public long Round;
        public ComputationId Pending;
        public bool HasModel, Computing;

        /// <summary>Whether a newer model waits for the end of the computation.</summary>
        public bool HasNext;
    }

    sealed class Server(Options options) : RoleProgram<ServerState>
    {
        readonly ServerRounds _rounds = new(options.Participation);
        Vector _x, _sum, _state0, _state1;
        Peers _workers;
        double[] _factors = []; // of each worker's gradients; their mean is 1

        public override void Declare(RoleLayout role)
        {
            _x = role.Vector("x", Dim.Parameters, Estimate.Single, Initial.Point);
            _sum = role.Vector("sum", Dim.Parameters);
            if (options.Optimizer.States > 0)
                _state0 = role.Vector("optimizer state 1", Dim.Parameters);
            if (options.Optimizer.States > 1)
                _state1 = role.Vector("optimizer state 2", Dim.Parameters);
            _workers = role.Peers("worker");
            _rounds.Declare(role, _workers.Count);
            _factors = PlaceWeightFactors.Of(options.Weights, role);
        }

        public override void OnStart(ref ServerState s, Effects e)
        {
            _rounds.Begin(ref s.Round, e);
            Ask(in s.Round, e);
        }

        public override void OnMessage(ref ServerState s, in Received m, Effects e)
        {
            var worker = m.Sender.Id - _workers.First;
            var answer = _rounds.Take(ref s.Round, e, worker, m.Version, _factors[worker]);
            if (answer is AnswerKind.Counts or AnswerKind.Folded)
            {
                e.Axpy(_factors[worker], m.Vector, _sum);
                s.Stalest = Math.Max(s.Stalest, s.Round.Number - m.Version);
                if (_rounds.HasTimeout)
                    (s.Last, s.From) = (m.Origin, m.Sender);
            }
            else
            {
                ServerRounds.Refuse(answer, in m, e);
            }
            if (answer is AnswerKind.Known or AnswerKind.Dropped && IsBehind(in s, in m, e, worker))
                e.Send(m.Sender, Model, e.Snapshot(_x, s.Round.Number));
            if (answer == AnswerKind.Counts && _rounds.IsOver(in s.Round))
                Finish(ref s, m.Origin, m.Sender, e);
        }

        // Who answers an old round fell behind by a crash; where rounds have a timeout, it is asked again anyway.
        bool IsBehind(in ServerState s, in Received m, Effects e, int worker) =>
            m.Version < s.Round.Number && !_rounds.HasTimeout && _rounds.IsAsked(in s.Round, e, worker);

        public override void OnTimer(ref ServerState s, in TimerFired t, Effects e)
        {
            if (_rounds.OnTimeout(ref s.Round, e))
                Finish(ref s, s.Last, s.From, e);
            else
                Ask(in s.Round, e);
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
                if (_rounds.IsAsked(in s.Round, e, worker))
                    e.Send(_workers[worker], Model, e.Snapshot(_x, s.Round.Number));
            }
            _rounds.Resume(ref s.Round, e);
        }

        void Ask(in RoundState round, Effects e)
        {
            var model = e.Snapshot(_x, round.Number);
            for (var i = 0; i < round.Drawn; i++)
                e.Send(_workers[_rounds.Ask(in round, e, i, out _)], Model, model);
        }

        // The round's update rests on the answer that came last.
        void Finish(ref ServerState s, in Origin last, Peer from, Effects e)
        {
            e.RecordUpdate(s.Stalest, in last, from);
            Step(s.Round.Number, _rounds.Mass(in s.Round), e);
            e.Fill(0, _sum);
            _rounds.End(ref s.Round, e);
            s.Stalest = 0;
            if (s.Round.Number == options.Iterations)
            {
                e.Stop();
                return;
            }
            _rounds.Begin(ref s.Round, e);
            Ask(in s.Round, e);
        }

        void Step(long round, double mass, Effects e)
        {
            var rate = options.Step.At(round);
            if (options.Optimizer is Sgd)
            {
                e.Axpy(-rate / mass, _sum, _x);
                return;
            }
            e.Scale(1.0 / mass, _sum);
            e.Step(options.Optimizer, rate, round + 1, _sum, _x, _state0, _state1);
        }

        public override void Awaits(in ServerState s, Waits waits)
        {
            for (var i = 0; i < _workers.Count; i++)
                waits.For(Gradient, _workers[i]);
        }
    }

    sealed class Worker(Options options) : RoleProgram<WorkerState>
    {
        Slot _x;
        Vector _g;
        Peer _server;

        public override void Declare(RoleLayout role) =>
            (_x, _g, _server) = (role.Slot(Model), role.Result("g", Dim.Parameters), role.Peer("server"));

        public override void OnMessage(ref WorkerState s, in Received m, Effects e)
        {
            if (s.HasModel && (m.Version < s.Round || (m.Version == s.Round && s.Computing)))
                return; // a duplicate
            if (s.Computing && options.Participation.Late == LateAnswers.Drop)
                e.Cancel(s.Pending);
            s.HasNext = s.Computing && options.Participation.Late == LateAnswers.Fold;
            e.Hold(_x, m);
            (s.HasModel, s.Round) = (true, m.Version);
            if (!s.HasNext)
                Begin(ref s, e);
        }

        public override void OnComputed(ref WorkerState s, in Computed c, Effects e)
        {
            s.Computing = false;
            e.Send(_server, Gradient, e.Snapshot(_g, c.Origin));
            if (s.HasNext)
                Begin(ref s, e);
        }

        public override void OnRestart(ref WorkerState s, Effects e)
        {
            s.Computing = false;
            if (s.HasModel)
                Begin(ref s, e);
        }

        public override void Awaits(in WorkerState s, Waits waits)
        {
            if (!s.Computing)
                waits.For(Model, _server);
        }

        void Begin(ref WorkerState s, Effects e)
        {
            (s.Computing, s.HasNext) = (true, false);
            s.Pending = e.Compute(new Computation(Oracle.Gradient, options.BatchSize)
            {
                Key = BatchKey.OfPlace(s.Round), // node and iteration of d-sgd: the same batches
                Input = _x,
                Output = _g,
            });
        }
    }
}
