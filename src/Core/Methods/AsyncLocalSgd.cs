using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// Asynchronous local SGD with a server: a worker trains for some steps from the model x it got, and answers with how
/// far it moved, g = x - y; the server applies each answer as it arrives, however stale, by one of several rules, and
/// gives the worker a new job. Asynchronous DiLoCo, delayed Nesterov with dynamic steps, FedBuff, FedAsync and
/// DC-ASGD are combinations of its options.
/// </summary>
/// <remarks>
/// <para>
/// Grace: the first answer opens a window; those that come until its end are applied one after the other, and all
/// workers of the window start again from the same model when it closes. Announced, the server knows from declared
/// speeds when each job will be done, and closes the window as soon as no more are due in it.
/// </para>
/// <para>
/// Staleness: changes of the model since the server sent it to that worker. Every answer that counts is one update,
/// also where it only goes to a buffer.
/// </para>
/// <para>
/// Often confused with: asynchronous SGD, where a worker sends a gradient; and FedAsync (<c>server: mixing</c>), where
/// the worker's model is averaged with the server's present one.
/// </para>
/// <para>
/// A lost message takes its worker out until it, or the server, restarts. With a timeout a worker that waits so long
/// for a job sends its answer again, which counts once, and is given a new job where the one before was lost; the
/// timeout must be longer than the way there and back and the grace, and does not depend on how long jobs take. Windows
/// wait no longer than their end, and not for a job that is late by more than the grace. Duplicates change nothing. A
/// worker that restarts asks for a new job; a server that restarts gives new jobs to all.
/// </para>
/// </remarks>
/// <param name="options">Inner and outer optimizer, steps, shards, rules, grace.</param>
[KnownAs("fedbuff", With = "server: buffer, staleness: polynomial, outer: sgd, shards: own",
    Source = "Nguyen et al., AISTATS 2022",
    Note = "its K is 'server: { name: buffer, size: 10 }'; without a size it is the number of workers")]
[KnownAs("fedasync", With = "server: mixing, staleness: polynomial, shards: own",
    Source = "Xie, Koyejo, Gupta, arXiv 1903.03934", Note = "its alpha is outer-rate")]
[KnownAs("async-diloco", With = "inner: adamw, outer: nesterov, server: immediate",
    Source = "Liu et al., arXiv 2401.09135, algorithm 2")]
[KnownAs("dn", With = "inner: adamw, outer: nesterov, server: delayed-nesterov",
    Source = "Liu et al., arXiv 2401.09135, algorithm 3")]
[KnownAs("dn-dylu", With = "inner: adamw, outer: nesterov, server: delayed-nesterov, dynamic-steps: true",
    Source = "Liu et al., arXiv 2401.09135, algorithms 3 and 4", Note = "the paper has 'grace: { time: 2.4s }' beside")]
[KnownAs("dc-asgd", With = "steps: 1, inner: sgd, outer: sgd, staleness: delay-compensation",
    Source = "Zheng et al., ICML 2017",
    Note = "DC-ASGD-a is 'staleness: { name: delay-compensation, adaptive: true }'")]
[Method("async-local-sgd", Needs = Needs.Workers,
    Tolerates = Tolerance.Crash | Tolerance.StateLoss, ToleratesWithTimeout = Tolerance.All,
    Source = "Liu et al., arXiv 2401.09135, algorithms 2 to 5",
    Differs = "steps of a shard are counted when they are assigned; a window with announced times does not know the "
        + "delays of links")]
public sealed class AsyncLocalSgd(AsyncLocalSgd.Options options) : Method, IOneTaskPerWorker
{
    /// <summary>When a window closes.</summary>
    public enum GraceMode
    {
        /// <summary>As soon as no running job is announced to end in it; at its end in any case.</summary>
        Announced,

        /// <summary>At its end.</summary>
        Timer,
    }

    /// <summary>How long a window is.</summary>
    public sealed record GraceOptions
    {
        /// <summary>From the first answer.</summary>
        [Range(0, 1e9)]
        public VirtualTime Time { get; init; }

        /// <summary>When it closes.</summary>
        public GraceMode Mode { get; init; }
    }

    /// <summary>Options of <see cref="AsyncLocalSgd"/>.</summary>
    public sealed record Options : LocalTrainingOptions, ICheckedOptions
    {
        /// <summary>On whose samples a job works.</summary>
        public ShardChoice Shards { get; init; } = ShardChoice.Sampled;

        /// <summary>What is done to an update because it is stale.</summary>
        public StalenessRule Staleness { get; init; } = new NoStalenessRule();

        /// <summary>How updates become a new model.</summary>
        public ServerRule Server { get; init; } = new ImmediateRule();

        /// <summary>A factor of every update.</summary>
        [Range(1e-12, 1e6)]
        public double Weight { get; init; } = 1;

        /// <summary>
        /// What updates count by the shard they were trained on: <c>equal</c>, or <c>samples</c>, a factor n_i / n for
        /// a shard of n_i samples, n their mean over all shards.
        /// </summary>
        public PlaceWeights Weights { get; init; }

        /// <summary>How long the server waits for others after an answer.</summary>
        public GraceOptions Grace { get; init; } = new();

        /// <summary>
        /// How long a worker waits for a job after it has sent its answer, before it sends it again; without, for ever.
        /// </summary>
        [Range(1e-9, 1e9)]
        public VirtualTime? Timeout { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations() => Server.Violations(Outer, Staleness);
    }

    static readonly LocalMessages Models = new(sendsModel: true), Changes = new(sendsModel: false);

    readonly LocalSteps _oracle = new(options.Inner, options.Rate);

    /// <inheritdoc/>
    public override IReadOnlyList<Oracle> Oracles => [_oracle];

    /// <inheritdoc/>
    public override bool HasTimeout => options.Timeout is not null;

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        var kinds = options.Server.TakesModels ? Models : Changes;
        layout.Role("server", Count.One, new Server(options, kinds));
        layout.Role("worker", Count.PerWorker, new LocalWorker(
            _oracle, options.BatchSize, kinds, timeout: options.Timeout));
        layout.Messages(kinds.Job, kinds.Update, kinds.Request);
        if (options.Timeout is not null)
            layout.Messages(kinds.Again);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) => options.Server.Errors(context.Places);

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) =>
        options.Inner is Sgd ? StepChecks.Warnings(options.Rate, context) : [];

    /// <inheritdoc/>
    public IReadOnlyList<WorkerTask> Tasks(RunPlan plan)
    {
        int[] sizes = [.. Enumerable.Range(0, plan.Places).Select(i => plan.Problem.Sampler?.ShardSize(i) ?? 0)];
        double Samples(int worker) => options.BatchSize > 0 ? options.BatchSize
            : options.Shards == ShardChoice.Own ? sizes[worker]
            : sizes.Average(); // with batches of whole shards, all shards get as many steps
        var steps = Jobs.StepsOf(options, plan.Places, i => plan.Compute.Duration(
            plan.Compute.Factors[i], options.Steps, (long)(options.Steps * Samples(i))));
        return [.. steps.Select((count, i) => new WorkerTask(count, count * Samples(i)))];
    }

    /// <inheritdoc/>
    public int UpdatesPerChange(int workers) => options.Server.UpdatesPerChange(workers);

    /// <inheritdoc/>
    public IEnumerable<Condition> TaskConditions(RunPlan plan)
    {
        yield return new("the server starts a job as soon as an answer comes", options.Grace.Time == VirtualTime.Zero,
            $"grace {options.Grace.Time}");
        var isRandom = plan.Compute.Jitter is { IsRandom: true } || plan.Links.Delay.IsRandom;
        yield return new("no two answers come at one instant", isRandom ? true : null,
            isRandom ? "times are drawn" : "no time is drawn: jobs that end together start together");
        var keeps = options.Staleness.Weight(1L << 40) > 0;
        yield return new("no update is dropped", keeps, keeps ? "every staleness counts" : "stale updates are dropped");
    }

    struct ServerState
    {
        public long Version; // changes of the model
        public OuterState Outer;
        public int Waiting;  // workers whose answers the open window has
        public long End;     // of the open window, ns
        public long Now;     // of the last message, ns
        public TimerId Timer;
        public bool HasTimer;
    }

    sealed class Server(Options options, LocalMessages kinds) : RoleProgram<ServerState>
    {
        // The window's end, and the end of what happens at that instant.
        const int EndTag = 0, InstantTag = 1;

        readonly Jobs _jobs = new(options, options.Shards);
        readonly OuterOptimizer _outer = new(options.Outer, options.OuterRate);
        readonly long _grace = options.Grace.Time.Nanoseconds;
        ServerUpdate? _update;
        RoleLayout? _role;
        Vector _x, _g, _correction;
        SlotBank _sent;   // what each worker has
        Table _number;    // of each worker's last job
        Table _due;       // when each worker's job is announced to end, ns, exact to 104 days; NotRunning
        Table _restarts;  // of each worker
        Table _waiting;   // the workers of the window, in the order of their answers
        Table _shard;     // of each worker's job, where shards have weights
        Peers _workers;
        double[] _factors = []; // of each shard's updates; their mean is 1

        const double NotRunning = double.PositiveInfinity;

        public override void Declare(RoleLayout role)
        {
            _role = role;
            _workers = role.Peers("worker");
            _x = role.Vector("x", Dim.Parameters, Estimate.Single, Initial.Point);
            _update = options.Server.Bind(role, _x, _outer, _workers.Count);
            if (options.Staleness.Corrects || (!options.Server.TakesModels && MayWeigh))
                _g = role.Vector("g", Dim.Parameters);
            if (options.Staleness.Corrects)
            {
                options.Staleness.Declare(role, out _correction);
                _sent = role.Slots(kinds.Job, _workers.Count);
            }
            _jobs.Declare(role);
            (_number, _due, _restarts, _waiting) = (
                role.Table(Dim.Nodes), role.Table(Dim.Nodes), role.Table(Dim.Nodes), role.Table(Dim.Nodes));
            if (options.Weights == PlaceWeights.Equal)
                return;
            _shard = role.Table(Dim.Nodes);
            _factors = PlaceWeightFactors.Of(options.Weights, role);
        }

        bool MayWeigh => options.Weight != 1 || options.Weights != PlaceWeights.Equal
            || options.Staleness is not NoStalenessRule;

        public override void OnStart(ref ServerState s, Effects e)
        {
            (s.Waiting, s.HasTimer) = (0, false);
            for (var worker = 0; worker < _workers.Count; worker++)
                Start(in s, e, worker);
        }

        public override void OnMessage(ref ServerState s, in Received m, Effects e)
        {
            var worker = m.Sender.Id - _workers.First;
            s.Now = m.Origin.Now;
            var isRunning = e.Numbers(_due)[worker] != NotRunning;
            if (m.Kind == kinds.Request)
            {
                ref var restarts = ref e.Numbers(_restarts)[worker];
                var count = m.Body(kinds.Request);
                if (count <= restarts && count != LocalMessages.StateLost)
                    return; // a duplicate
                restarts = count;
                if (isRunning)
                    Start(in s, e, worker);
                return; // else it gets a job when the window closes
            }
            var isAgain = m.Kind == kinds.Again;
            var number = m.Body(isAgain ? kinds.Again : kinds.Update);
            if (isAgain && isRunning && number < e.Numbers(_number)[worker])
                Start(in s, e, worker); // the job before may be lost
            if (!isRunning || number != e.Numbers(_number)[worker])
            {
                var isOld = number < e.Numbers(_number)[worker];
                e.RecordWaste(isOld ? WasteReason.Late : WasteReason.Duplicate, in m); // late: its job was given up
                return;
            }
            Apply(ref s, in m, e, worker);
            e.Numbers(_due)[worker] = NotRunning;
            e.Numbers(_waiting)[s.Waiting++] = worker;
            if (s.Waiting == 1)
                s.End = s.Now + _grace;
            Wait(ref s, e);
        }

        public override void OnTimer(ref ServerState s, in TimerFired t, Effects e)
        {
            if (t.Tag == EndTag)
            {
                // What arrives at this very instant belongs to the window.
                s.Timer = e.SetTimer(VirtualTime.Zero, InstantTag);
                return;
            }
            s.HasTimer = false;
            s.Now = s.End;
            Close(ref s, e);
        }

        public override void Awaits(in ServerState s, Waits waits)
        {
            for (var i = 0; i < _workers.Count; i++)
                waits.For(kinds.Update, _workers[i]);
        }

        void Apply(ref ServerState s, in Received m, Effects e, int worker)
        {
            var staleness = s.Version - m.Version;
            var weight = options.Weight * options.Staleness.Weight(staleness);
            if (options.Weights != PlaceWeights.Equal)
                weight *= _factors[(int)e.Numbers(_shard)[worker]];
            if (weight == 0)
            {
                e.RecordWaste(WasteReason.Stale, in m);
                return;
            }
            e.RecordUpdate(staleness, m);
            Operand update = m.Vector;
            if (!options.Server.TakesModels && (weight != 1 || options.Staleness.Corrects))
            {
                e.Copy(update, _g);
                if (options.Staleness.Corrects)
                    options.Staleness.Correct(e, _x, _sent[worker], _g, _correction);
                if (weight != 1)
                    e.Scale(weight, _g);
                update = _g;
            }
            if (_update!.Apply(ref s.Outer, e, update, weight))
                s.Version++;
        }

        void Wait(ref ServerState s, Effects e)
        {
            if (options.Grace.Mode == GraceMode.Announced && !IsAnyDue(in s, e))
            {
                Close(ref s, e);
                return;
            }
            if (s.HasTimer)
                return;
            s.Timer = e.SetTimer(new(s.End - s.Now), _grace > 0 ? EndTag : InstantTag);
            s.HasTimer = true;
        }

        // Whether a job is to end in the window, or is late by no more than the grace.
        bool IsAnyDue(in ServerState s, Effects e)
        {
            foreach (var due in e.Numbers(_due))
            {
                if (due <= s.End && due >= s.Now - _grace)
                    return true;
            }
            return false;
        }

        void Close(ref ServerState s, Effects e)
        {
            if (s.HasTimer)
                e.Cancel(s.Timer);
            s.HasTimer = false;
            for (var i = 0; i < s.Waiting; i++)
                Start(in s, e, (int)e.Numbers(_waiting)[i]);
            s.Waiting = 0;
        }

        void Start(in ServerState s, Effects e, int worker)
        {
            var job = _jobs.Next(e, worker);
            if (options.Weights != PlaceWeights.Equal)
                e.Numbers(_shard)[worker] = job.Shard;
            var pace = _role!.Pace(worker, job.Steps, options.BatchSize, job.Shard);
            e.Numbers(_due)[worker] = s.Now + pace.Nanoseconds;
            var model = e.Snapshot(_x, s.Version);
            if (options.Staleness.Corrects)
                e.Hold(_sent[worker], model);
            var number = (long)++e.Numbers(_number)[worker];
            e.Send(_workers[worker], kinds.Job, new Assignment(job, number), model);
        }
    }
}
