using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Tests.Support;

/// <summary>
/// One worker asks for computations, cancels some, and counts what comes back; the other options exercise waiting.
/// </summary>
[Method("tinkerer", Needs = Needs.Workers)]
public sealed class Tinkerer(WhileComputing whileComputing, bool cancel) : Method
{
    static readonly MessageKind<int> Note = new("note");

    public List<string> Trace { get; } = [];

    public override void Declare(Layout layout)
    {
        layout.Messages(Note);
        layout.Role("server", Count.One, new Server());
        layout.Role("worker", Count.PerWorker, new Worker(this, whileComputing, cancel));
    }

    struct State
    {
        public int Count;
    }

    sealed class Server : RoleProgram<State>
    {
        Peers _workers;

        public override void Declare(RoleLayout role) => _workers = role.Peers("worker");

        public override void OnStart(ref State s, Effects e)
        {
            for (var i = 0; i < 3; i++)
                e.SendToAll(_workers, Note.With(i));
        }
    }

    sealed class Worker(Tinkerer owner, WhileComputing whileComputing, bool cancel) : RoleProgram<State>
    {
        Vector _x;
        Vector _g;

        public override WhileComputing WhileComputing => whileComputing;

        public override void Declare(RoleLayout role) =>
            (_x, _g) = (role.Vector("x", Dim.Parameters, Estimate.Mean), role.Vector("g", Dim.Parameters));

        public override void OnMessage(ref State s, in Received m, Effects e)
        {
            var note = m.Body(Note);
            owner.Trace.Add($"note {note}");
            var id = e.Compute(Oracle.Gradient, _x, 1, _g);
            // What changes after the request must not reach the computation.
            e.Fill(note + 1, _x);
            if (cancel && note == 1)
                e.Cancel(id);
        }

        public override void OnComputed(ref State s, in Computed c, Effects e)
        {
            s.Count++;
            owner.Trace.Add($"computed {c.Id.Number}");
            e.Axpy(1, _g, _x);
        }
    }
}
