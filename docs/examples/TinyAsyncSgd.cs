using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace Examples;

/// <summary>Asynchronous SGD at its smallest: <c>x := x - eta_n g</c> when the n-th gradient arrives.</summary>
/// <remarks>Staleness: updates of the server since it sent the model that the gradient was computed at.</remarks>
/// <param name="options">Step and batch.</param>
[Method("tiny-async-sgd", Needs = Needs.Workers, Source = "Agarwal and Duchi, NeurIPS 2011")]
public sealed class TinyAsyncSgd(TinyAsyncSgd.Options options) : Method
{
    /// <summary>Options of <see cref="TinyAsyncSgd"/>.</summary>
    public sealed record Options
    {
        /// <summary>The step size eta as a function of the server's updates.</summary>
        public required StepSchedule Step { get; init; }

        /// <summary>Samples per gradient; 0 for all samples of the worker.</summary>
        [Range(0, 1 << 20)]
        public int BatchSize { get; init; } = 1;
    }

    static readonly MessageKind Model = new("model", Dim.Parameters);
    static readonly MessageKind Gradient = new("gradient", Dim.Parameters);

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Role("server", Count.One, new Server(options));
        layout.Role("worker", Count.PerWorker, new Worker(options));
        layout.Messages(Model, Gradient);
    }

    struct ServerState
    {
        public long Version; // updates made
    }

    struct WorkerState
    {
        public bool IsComputing; // all else it needs rides on the messages
    }

    sealed class Server(Options options) : RoleProgram<ServerState>
    {
        Vector _x;
        Peers _workers;

        public override void Declare(RoleLayout role) => (_x, _workers) =
            (role.Vector("x", Dim.Parameters, Estimate.Single, Initial.Point), role.Peers("worker"));

        public override void OnStart(ref ServerState s, Effects e) =>
            e.SendToAll(_workers, Model, e.Snapshot(_x, s.Version));

        public override void OnMessage(ref ServerState s, in Received m, Effects e)
        {
            e.RecordUpdate(staleness: s.Version - m.Version, m);
            e.Axpy(-options.Step.At(s.Version), m.Vector, _x);
            s.Version++;
            e.Send(m.Sender, Model, e.Snapshot(_x, s.Version));
        }

        // Where a message was lost, the run can say who waits for whom.
        public override void Awaits(in ServerState s, Waits waits)
        {
            for (var i = 0; i < _workers.Count; i++)
                waits.For(Gradient, _workers[i]);
        }
    }

    sealed class Worker(Options options) : RoleProgram<WorkerState>
    {
        Vector _g;
        Peer _server;

        public override void Declare(RoleLayout role) =>
            (_g, _server) = (role.Vector("g", Dim.Parameters), role.Peer("server"));

        // The input is frozen here: whatever happens meanwhile, the gradient is that at the model received.
        public override void OnMessage(ref WorkerState s, in Received m, Effects e)
        {
            if (s.IsComputing)
                return; // a duplicate: it must not be answered twice
            s.IsComputing = true;
            e.Compute(Oracle.Gradient, m.Vector, options.BatchSize, _g);
        }

        public override void OnComputed(ref WorkerState s, in Computed c, Effects e)
        {
            s.IsComputing = false;
            e.Send(_server, Gradient, e.Snapshot(_g, c.Origin));
        }
    }
}
