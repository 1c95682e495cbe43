using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Tests.Support;

/// <summary>
/// Every second each worker sends how many it has sent, from 1, or zeros; the server adds up those of a second and writes
/// down the square of the sum.
/// </summary>
/// <param name="sendsZeros">Whether workers send zeros.</param>
[Method("sums", Needs = Needs.Workers)]
public sealed class Sums(bool sendsZeros = false) : Method
{
    static readonly MessageKind Number = new("number", Dim.Parameters);

    /// <summary>The squares, second by second.</summary>
    public List<double> Squares { get; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<Oracle> Oracles => [];

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Messages(Number);
        layout.Role("server", Count.One, new Server(this));
        layout.Role("worker", Count.PerWorker, new Worker(sendsZeros));
    }

    struct State
    {
        public int Came;
    }

    sealed class Server(Sums owner) : RoleProgram<State>
    {
        Vector _sum;
        Peers _workers;

        public override void Declare(RoleLayout role) =>
            (_sum, _workers) = (role.Vector("sum", Dim.Parameters, Estimate.Single), role.Peers("worker"));

        public override void OnMessage(ref State s, in Received m, Effects e)
        {
            e.Axpy(1, m.Vector, _sum);
            if (++s.Came < _workers.Count)
                return;
            e.Compute(new Computation(Oracle.SquaredNorm, 1) { Input = _sum });
            e.Fill(0, _sum);
            s.Came = 0;
        }

        public override void OnComputed(ref State s, in Computed c, Effects e) => owner.Squares.Add(c.Scalar);
    }

    sealed class Worker(bool sendsZeros) : RoleProgram<State>
    {
        Vector _number, _one;
        Peer _server;

        public override void Declare(RoleLayout role)
        {
            (_number, _one) = (role.Vector("number", Dim.Parameters), role.Vector("one", Dim.Parameters));
            _server = role.Peer("server");
        }

        public override void OnStart(ref State s, Effects e)
        {
            if (!sendsZeros)
                e.Fill(1, _one);
            e.SetTimer(Seconds(1));
        }

        public override void OnTimer(ref State s, in TimerFired t, Effects e)
        {
            e.Axpy(1, _one, _number);
            e.Send(_server, Number, e.Snapshot(_number));
            e.SetTimer(Seconds(1));
        }
    }
}
