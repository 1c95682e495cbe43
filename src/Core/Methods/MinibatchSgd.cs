using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
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
/// A lost message stops the method: the server waits for that gradient. Duplicates change nothing. A worker or server
/// that restarts does its part of the round again, where that reaches the others.
/// </para>
/// </remarks>
/// <param name="options">Step size and batch.</param>
[KnownAs("parameter-server", Note = "synchronous, a round waits for all workers")]
[Method("minibatch-sgd", Needs = Needs.Workers, Aliases = ["c-sgd", "synchronous-sgd"],
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

        /// <summary>After how many rounds the run ends; without, as the experiment says.</summary>
        [Range(1L, 1L << 48)]
        public long? Iterations { get; init; }
    }

    static readonly MessageKind Model = new("model", Dim.Parameters);
    static readonly MessageKind Gradient = new("gradient", Dim.Parameters) { IsChange = true };

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
    public override IEnumerable<string> Warnings(MethodContext context) =>
        options.Optimizer is Sgd ? StepChecks.Warnings(options.Step, context) : [];

    struct ServerState
    {
        public long Round;
        public int Received; // distinct workers in this round
    }

    struct WorkerState
    {
        public long Round;
        public ComputationId Pending;
        public bool HasModel, Computing;
    }

    sealed class Server(Options options) : RoleProgram<ServerState>
    {
        Vector _x, _sum, _state0, _state1;
        Table _last; // for each worker, 1 + the last round it answered
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
            _last = role.Table(Dim.Nodes);
            _workers = role.Peers("worker");
            _factors = PlaceWeightFactors.Of(options.Weights, role);
        }

        public override void OnStart(ref ServerState s, Effects e) =>
            e.SendToAll(_workers, Model, e.Snapshot(_x, s.Round));

        public override void OnMessage(ref ServerState s, in Received m, Effects e)
        {
            if (m.Version < s.Round)
            {
                e.Send(m.Sender, Model, e.Snapshot(_x, s.Round)); // it fell behind by a crash
                return;
            }
            var worker = m.Sender.Id - _workers.First;
            ref var last = ref e.Numbers(_last)[worker];
            if (last > s.Round)
                return; // a duplicate
            last = s.Round + 1;
            e.Axpy(_factors[worker], m.Vector, _sum);
            if (++s.Received < _workers.Count)
                return;

            e.RecordUpdate(s.Round - m.Version, m);
            Step(s.Round, e);
            e.Fill(0, _sum);
            s.Received = 0;
            s.Round++;
            if (s.Round == options.Iterations)
                e.Stop();
            else
                e.SendToAll(_workers, Model, e.Snapshot(_x, s.Round));
        }

        void Step(long round, Effects e)
        {
            var rate = options.Step.At(round);
            if (options.Optimizer is Sgd)
            {
                e.Axpy(-rate / _workers.Count, _sum, _x);
                return;
            }
            e.Scale(1.0 / _workers.Count, _sum);
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
            if (s.Computing)
                e.Cancel(s.Pending);
            e.Hold(_x, m);
            (s.HasModel, s.Round) = (true, m.Version);
            Begin(ref s, e);
        }

        public override void OnComputed(ref WorkerState s, in Computed c, Effects e)
        {
            s.Computing = false;
            e.Send(_server, Gradient, e.Snapshot(_g, c.Origin));
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
            s.Computing = true;
            s.Pending = e.Compute(new Computation(Oracle.Gradient, options.BatchSize)
            {
                Key = BatchKey.OfPlace(s.Round), // node and iteration of d-sgd: the same batches
                Input = _x,
                Output = _g,
            });
        }
    }
}
