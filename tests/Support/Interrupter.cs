using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Tests;

/// <summary>
/// Asynchronous SGD whose server tells workers to stop: when the model has had <paramref name="limit"/> updates since a
/// worker got it, the worker gives up its gradient and begins again at the new model (Ringmaster, with interruption).
/// </summary>
/// <param name="limit">Every gradient that is applied is staler by less than this; at least 1.</param>
/// <param name="step">eta.</param>
[Method("interrupter", Needs = Needs.Workers)]
public sealed class Interrupter(int limit, double step) : Method
{
    const double Told = double.PositiveInfinity;

    readonly MessageKind _model = new("model", Dim.Parameters);
    readonly MessageKind _stop = new("stop", Dim.Of(1)); // its version is that of the model to be given up
    readonly MessageKind _ready = new("ready");
    readonly MessageKind _gradient = new("gradient", Dim.Parameters);
    int _stopped, _tooLate;

    /// <summary>Computations that workers gave up because they were told to.</summary>
    public int Stopped => _stopped;

    /// <summary>Gradients that were on their way when their worker was told to stop.</summary>
    public int TooLate => _tooLate;

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Messages(_model, _stop, _ready, _gradient);
        layout.Role("server", Count.One, new Server(this, limit, step));
        layout.Role("worker", Count.PerWorker, new Worker(this));
    }

    struct ServerState
    {
        public long Version;
    }

    sealed class Server(Interrupter method, int limit, double step) : RoleProgram<ServerState>
    {
        Vector _x, _mark;
        Table _sent; // the version that each worker got last, or that it was told to give it up
        Peers _workers;

        public override void Declare(RoleLayout role)
        {
            _workers = role.Peers("worker");
            _x = role.Vector("x", Dim.Parameters, Estimate.Single, Initial.Point);
            _mark = role.Vector("mark", Dim.Of(1));
            _sent = role.Table(Dim.Of(_workers.Count));
        }

        public override void OnStart(ref ServerState s, Effects e)
        {
            for (var i = 0; i < _workers.Count; i++)
                Begin(in s, i, e);
        }

        public override void OnMessage(ref ServerState s, in Received m, Effects e)
        {
            var sender = m.Sender.Id - _workers.First;
            if (m.Kind == method._gradient && s.Version - m.Version >= limit)
                Interlocked.Increment(ref method._tooLate);
            else if (m.Kind == method._gradient)
                Apply(ref s, in m, sender, e);
            Begin(in s, sender, e);
        }

        void Apply(ref ServerState s, in Received m, int sender, Effects e)
        {
            e.RecordUpdate(s.Version - m.Version, m);
            e.Axpy(-step, m.Vector, _x);
            s.Version++;
            var sent = e.Numbers(_sent);
            for (var i = 0; i < sent.Length; i++)
            {
                if (i == sender || sent[i] == Told || s.Version - (long)sent[i] < limit)
                    continue;
                e.Send(_workers[i], method._stop, e.Snapshot(_mark, (long)sent[i]));
                sent[i] = Told;
            }
        }

        void Begin(in ServerState s, int worker, Effects e)
        {
            e.Numbers(_sent)[worker] = s.Version;
            e.Send(_workers[worker], method._model, e.Snapshot(_x, s.Version));
        }
    }

    struct WorkerState
    {
        public ComputationId Pending;
        public long Version; // of the model it computes at; -1 for none
    }

    sealed class Worker(Interrupter method) : RoleProgram<WorkerState>
    {
        Slot _x;
        Vector _g;
        Peer _server;

        public override void Declare(RoleLayout role) =>
            (_x, _g, _server) = (role.Slot(method._model), role.Vector("g", Dim.Parameters), role.Peer("server"));

        public override void OnMessage(ref WorkerState s, in Received m, Effects e)
        {
            if (m.Kind == method._model)
            {
                e.Hold(_x, m);
                s = new() { Pending = e.Compute(Oracle.Gradient, _x, 0, _g), Version = m.Version };
            }
            else if (s.Version == m.Version)
            {
                Interlocked.Increment(ref method._stopped);
                e.Cancel(s.Pending);
                s.Version = -1;
                e.Send(_server, method._ready, Snapshot.None);
            }
        }

        public override void OnComputed(ref WorkerState s, in Computed c, Effects e)
        {
            s.Version = -1;
            e.Send(_server, method._gradient, e.Snapshot(_g, c.Origin));
        }
    }

    /// <summary>At place p, f.grad(x) = x - p - 1; what <see cref="Spoil"/> says is added at other places than 0.</summary>
    public sealed class Targets(int places) : Problem
    {
        /// <summary>What the gradients of places other than 0 have beside.</summary>
        public double Spoil { get; init; }

        /// <inheritdoc/>
        public override int Parameters => 2;

        /// <inheritdoc/>
        public override int Places => places;

        /// <inheritdoc/>
        public override string Fingerprint => "targets";

        /// <inheritdoc/>
        public override IReadOnlyList<OracleForm> Oracles =>
        [
            new(Oracle.Gradient, (in OracleCall<double> c) =>
            {
                for (var i = 0; i < c.Input.Length; i++)
                    c.Output[i] = c.Input[i] - c.Place - 1 + (c.Place == 0 ? 0 : Spoil);
            }),
        ];

        /// <inheritdoc/>
        public override void Build(ProblemContext context)
        {
        }

        /// <inheritdoc/>
        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient) => 0;
    }
}
