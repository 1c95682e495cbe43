using AsyncOpt.Core.Programs;

namespace AsyncOpt.Contract.Tests;

/// <summary>What <see cref="BrokenMethod"/> does wrong.</summary>
public enum Flaw
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>All workers count in one field of their program.</summary>
    Field,

    /// <summary>Steps have a length that is not drawn from the run's seed.</summary>
    Chance,

    /// <summary>Each message makes an object.</summary>
    Garbage,

    /// <summary>Steps are far too long.</summary>
    Length,

    /// <summary>A message that comes twice is answered twice.</summary>
    Echo,

    /// <summary>Nobody says that the server waits.</summary>
    Silence,

    /// <summary>Nothing is sent.</summary>
    Solitude,

    /// <summary>A message is refused.</summary>
    Refusal,

    /// <summary>A result is read after the handler that it was for.</summary>
    Hindsight,
}

/// <summary>Asynchronous SGD with a flaw of choice, for showing that the contract finds it.</summary>
[Method("broken", Needs = Needs.Workers)]
public sealed class BrokenMethod(BrokenMethod.Options options) : Method
{
    static readonly MessageKind Model = new("model", Dim.Parameters);
    static readonly MessageKind Gradient = new("gradient", Dim.Parameters);
    static object? _last;

    public sealed record Options
    {
        public required Flaw Flaw { get; init; }
    }

    public override void Declare(Layout layout)
    {
        layout.Role("server", Count.One, new Server(options.Flaw));
        layout.Role("worker", Count.PerWorker, new Worker(options.Flaw));
        layout.Messages(Model, Gradient);
    }

    struct State
    {
        public long Version;
        public bool IsComputing;
    }

    sealed class Server(Flaw flaw) : RoleProgram<State>
    {
        Vector _x;
        Peers _workers;

        public override void Declare(RoleLayout role) => (_x, _workers) =
            (role.Vector("x", Dim.Parameters, Estimate.Single, Initial.Point), role.Peers("worker"));

        public override void OnStart(ref State s, Effects e)
        {
            if (flaw != Flaw.Solitude)
                e.SendToAll(_workers, Model, e.Snapshot(_x, 0));
        }

        public override void OnMessage(ref State s, in Received m, Effects e)
        {
            e.RecordUpdate(s.Version - m.Version, m);
            e.Axpy(-Step, m.Vector, _x);
            s.Version++;
            if (flaw == Flaw.Garbage)
                _last = new object();
            if (flaw == Flaw.Refusal && s.Version == 30)
                throw new InvalidOperationException("thirty are enough");
            e.Send(m.Sender, Model, e.Snapshot(_x, s.Version));
        }

        double Step => flaw switch
        {
            Flaw.Chance => 0.05 * Random.Shared.NextDouble(),
            Flaw.Length => 1e6,
            Flaw.Echo => 0,
            _ => 0.05,
        };

        public override void Awaits(in State s, Waits waits)
        {
            for (var i = 0; flaw != Flaw.Silence && i < _workers.Count; i++)
                waits.For(Gradient, _workers[i]);
        }
    }

    sealed class Worker(Flaw flaw) : RoleProgram<State>
    {
        Vector _g;
        Peer _server;
        int _count;

        public override void Declare(RoleLayout role) =>
            (_g, _server) = (
                flaw == Flaw.Hindsight ? role.Result("g", Dim.Parameters) : role.Vector("g", Dim.Parameters),
                role.Peer("server"));

        public override void OnStart(ref State s, Effects e)
        {
            if (flaw == Flaw.Solitude)
                e.Compute(Oracle.Gradient, _g, 1, _g);
        }

        public override void OnMessage(ref State s, in Received m, Effects e)
        {
            if (s.IsComputing && flaw != Flaw.Echo)
                return;
            if (flaw == Flaw.Hindsight)
                e.Scale(0.5, _g);
            s.IsComputing = true;
            e.Compute(Oracle.Gradient, m.Vector, 1, _g);
        }

        public override void OnComputed(ref State s, in Computed c, Effects e)
        {
            s.IsComputing = false;
            if (flaw == Flaw.Field)
                e.Scale(1 + (0.01 * (_count++ % 7)), _g);
            if (flaw == Flaw.Solitude)
                e.Compute(Oracle.Gradient, _g, 1, _g);
            else
                e.Send(_server, Gradient, e.Snapshot(_g, c.Origin));
        }
    }
}
