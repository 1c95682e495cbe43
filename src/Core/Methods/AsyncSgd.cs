using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// Asynchronous SGD with a server: it applies each gradient on arrival, however stale, and sends the new model to that
/// worker alone. <c>x := x - eta_n f g</c> for the n-th gradient g, computed at an older x, with f = 1, or with
/// <c>adaptive: delay</c> f = M / max(M, delay) for M workers.
/// </summary>
/// <remarks>
/// <para>
/// Staleness, which is also the delay of the adaptive step: updates of the server since it sent the model that the
/// gradient was computed at.
/// </para>
/// <para>
/// Often confused with: local SGD, where a worker sends a changed model instead of a gradient; and Hogwild, where
/// workers write to a shared vector without a server.
/// </para>
/// <para>
/// A lost message takes its worker out until it restarts, and a duplicated gradient is applied twice. With a timeout a
/// worker that waits so long for a model sends its gradient again; the server knows by the version which it has
/// applied, applies none twice, and answers with its present model. The timeout must be longer than the way there and
/// back; it does not depend on how long workers compute. A worker that restarts computes again at the model it received
/// last; a server that restarts sends its model to all.
/// </para>
/// </remarks>
/// <param name="options">Step size, batch, timeout.</param>
[KnownAs("delay-adaptive-sgd", With = "adaptive: delay", Source = "Mishchenko et al., arXiv 2206.07638")]
[KnownAs("parameter-server", Note = "asynchronous, every gradient on arrival")]
[KnownAs("hogwild", Note = "workers send gradients to a server, as no memory is shared here")]
[Method("async-sgd", Needs = Needs.Workers,
    Tolerates = Tolerance.Crash, ToleratesWithTimeout = Tolerance.All | Tolerance.StateLoss,
    Source = "Agarwal and Duchi, NeurIPS 2011; adaptive step: Mishchenko et al., arXiv 2206.07638, "
        + "eta M / max(M, delay)")]
public sealed class AsyncSgd(AsyncSgd.Options options) : Method, IOneTaskPerWorker
{
    /// <summary>How the step depends on the delay.</summary>
    public enum Adaptation
    {
        /// <summary>Not at all.</summary>
        None,

        /// <summary>It shrinks like M / max(M, delay).</summary>
        Delay,
    }

    /// <summary>Options of <see cref="AsyncSgd"/>.</summary>
    public sealed record Options
    {
        /// <summary>The step size eta as a function of the server's updates.</summary>
        public required StepSchedule Step { get; init; }

        /// <summary>Samples per gradient; 0 for all samples of the worker.</summary>
        [Range(0, 1 << 20)]
        public int BatchSize { get; init; } = 1;

        /// <summary>How the step depends on the delay.</summary>
        public Adaptation Adaptive { get; init; }

        /// <summary>
        /// How long a worker waits for a model after it has sent its gradient, before it sends it again; without, for
        /// ever.
        /// </summary>
        [Range(1e-9, 1e9)]
        public VirtualTime? Timeout { get; init; }
    }

    static readonly MessageKind Model = new("model", Dim.Parameters);

    // A worker has no model yet, and has waited for it.
    static readonly MessageKind Request = new("request");
    static readonly MessageKind Gradient = new("gradient", Dim.Parameters) { IsChange = true };

    /// <inheritdoc/>
    public override bool HasTimeout => options.Timeout is not null;

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Role("server", Count.One, new Server(options));
        layout.Role("worker", Count.PerWorker, new Worker(options));
        layout.Messages(Model, Gradient);
        if (options.Timeout is not null)
            layout.Messages(Request);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => StepChecks.Warnings(options.Step, context);

    /// <summary>Whether the step does not depend on the delay.</summary>
    internal bool HasPlainSteps => options.Adaptive == Adaptation.None;

    /// <inheritdoc/>
    public IReadOnlyList<WorkerTask> Tasks(RunPlan plan) =>
    [
        .. Enumerable.Range(0, plan.Places).Select(worker => new WorkerTask(
            1, options.BatchSize > 0 ? options.BatchSize : plan.Problem.Sampler?.ShardSize(worker) ?? 0)),
    ];

    /// <inheritdoc/>
    public int UpdatesPerChange(int workers) => 1;

    /// <inheritdoc/>
    public IEnumerable<Condition> TaskConditions(RunPlan plan) => [];

    /// <summary>The factor of the step: M / max(M, delay) where it adapts to the delay, else 1.</summary>
    /// <param name="adaptation">Whether it does.</param>
    /// <param name="workers">M, at least 1.</param>
    /// <param name="delay">The staleness of the gradient.</param>
    internal static double Factor(Adaptation adaptation, int workers, long delay) =>
        adaptation == Adaptation.Delay && delay > workers ? (double)workers / delay : 1;

    struct ServerState
    {
        public long Version; // updates made
    }

    struct WorkerState
    {
        public bool HasModel, Computing;
    }

    /// <summary>What a worker remembers beside that where it waits no longer than a timeout.</summary>
    struct Waiting
    {
        public long Held;       // the version of the model that it holds
        public Origin Gradient; // that it sent last
        public TimerId Timer;
        public bool HasSent;    // its gradient, and waits for the next model
    }

    sealed class Server(Options options) : RoleProgram<ServerState>
    {
        Vector _x;
        Table _last; // for each worker, 1 + the version of its last gradient
        Peers _workers;

        public override void Declare(RoleLayout role)
        {
            (_x, _workers) =
                (role.Vector("x", Dim.Parameters, Estimate.Single, Initial.Point), role.Peers("worker"));
            if (options.Timeout is not null)
                _last = role.Table(Dim.Nodes);
        }

        public override void OnStart(ref ServerState s, Effects e) =>
            e.SendToAll(_workers, Model, e.Snapshot(_x, s.Version));

        public override void OnMessage(ref ServerState s, in Received m, Effects e)
        {
            if (m.Kind == Request || (options.Timeout is not null && !IsNew(in m, e)))
            {
                if (m.Kind == Gradient)
                    e.RecordWaste(WasteReason.Duplicate, in m);
                e.Send(m.Sender, Model, e.Snapshot(_x, s.Version)); // the one before may be lost
                return;
            }
            var staleness = s.Version - m.Version;
            e.RecordUpdate(staleness, m);
            var step = options.Step.At(s.Version) * Factor(options.Adaptive, _workers.Count, staleness);
            e.Axpy(-step, m.Vector, _x);
            s.Version++;
            e.Send(m.Sender, Model, e.Snapshot(_x, s.Version));
        }

        // A worker computes once at a version.
        bool IsNew(in Received m, Effects e)
        {
            ref var last = ref e.Numbers(_last)[m.Sender.Id - _workers.First];
            if (m.Version < last)
                return false;
            last = m.Version + 1;
            return true;
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
        TableOf<Waiting> _waiting;
        Peer _server;

        bool HasTimeout => options.Timeout is not null;

        public override void Declare(RoleLayout role)
        {
            (_x, _server) = (role.Slot(Model), role.Peer("server"));
            _g = HasTimeout ? role.Vector("g", Dim.Parameters) : role.Result("g", Dim.Parameters);
            _waiting = HasTimeout ? new TableOf<Waiting>(role) : default;
        }

        public override void OnStart(ref WorkerState s, Effects e) => SetTimer(e);

        // A model that comes while the worker computes (a duplicate, or from a restarted server) is only kept:
        // each worker has one gradient on its way at a time.
        public override void OnMessage(ref WorkerState s, in Received m, Effects e)
        {
            if (HasTimeout && s.HasModel && m.Version <= _waiting.Of(e).Held)
            {
                e.RecordWaste(WasteReason.Duplicate, in m);
                return;
            }
            e.Hold(_x, m);
            s.HasModel = true;
            if (HasTimeout)
                _waiting.Of(e).Held = m.Version;
            if (!s.Computing)
                Begin(ref s, e);
        }

        public override void OnComputed(ref WorkerState s, in Computed c, Effects e)
        {
            s.Computing = false;
            e.Send(_server, Gradient, e.Snapshot(_g, c.Origin));
            if (HasTimeout)
                (_waiting.Of(e).HasSent, _waiting.Of(e).Gradient) = (true, c.Origin);
            SetTimer(e);
        }

        public override void OnTimer(ref WorkerState s, in TimerFired t, Effects e) => SendAgain(e);

        public override void OnRestart(ref WorkerState s, Effects e)
        {
            s.Computing = false;
            if (HasTimeout && (!s.HasModel || _waiting.Of(e).HasSent))
                SendAgain(e);
            else if (s.HasModel)
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
            if (HasTimeout)
            {
                _waiting.Of(e).HasSent = false;
                e.Cancel(_waiting.Of(e).Timer);
            }
            e.Compute(Oracle.Gradient, _x, options.BatchSize, _g);
        }

        void SendAgain(Effects e)
        {
            if (_waiting.Of(e).HasSent)
                e.Send(_server, Gradient, e.Snapshot(_g, _waiting.Of(e).Gradient));
            else
                e.Send(_server, Request);
            SetTimer(e);
        }

        void SetTimer(Effects e)
        {
            if (options.Timeout is { } timeout)
                _waiting.Of(e).Timer = e.SetTimer(timeout);
        }
    }
}
