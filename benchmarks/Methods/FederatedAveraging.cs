using AsyncOpt.Core.Programs;

namespace AsyncOpt.Benchmarks.Methods;

/// <summary>
/// Federated averaging, for measuring only: in each round the server draws some clients, each makes a few local SGD
/// steps from the server's model, and the model becomes the mean of theirs.
/// </summary>
/// <param name="perRound">Clients drawn per round, without replacement.</param>
/// <param name="localSteps">Local steps of a client.</param>
/// <param name="batch">Samples per step.</param>
/// <param name="step">The step size.</param>
[Method("benchmark-fed-avg", Needs = Needs.Workers, Source = "McMahan et al., AISTATS 2017, algorithm 1")]
public sealed class FederatedAveraging(int perRound, int localSteps, int batch, double step) : Method
{
    static readonly MessageKind Model = new("model", Dim.Parameters);
    static readonly MessageKind Update = new("update", Dim.Parameters);

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Role("server", Count.One, new Server(perRound));
        layout.Role("client", Count.PerWorker, new Client(localSteps, batch, step));
        layout.Messages(Model, Update);
    }

    struct ServerState
    {
        public long Round;
        public int Received;
    }

    struct ClientState
    {
        public int Steps;
    }

    sealed class Server(int perRound) : RoleProgram<ServerState>
    {
        Vector _x, _sum;
        Table _drawn; // per client, the last round it was drawn in
        Peers _clients;

        public override void Declare(RoleLayout role)
        {
            _x = role.Vector("x", Dim.Parameters, Estimate.Single, Initial.Point);
            _sum = role.Vector("sum", Dim.Parameters);
            _drawn = role.Table(Dim.Nodes);
            _clients = role.Peers("client");
        }

        public override void OnStart(ref ServerState s, Effects e) => Begin(ref s, e);

        public override void OnMessage(ref ServerState s, in Received m, Effects e)
        {
            e.Axpy(1.0 / perRound, m.Vector, _sum);
            if (++s.Received < perRound)
                return;
            e.RecordUpdate(0, m.Origin);
            e.Copy(_sum, _x);
            e.Fill(0, _sum);
            Begin(ref s, e);
        }

        void Begin(ref ServerState s, Effects e)
        {
            s.Round++;
            s.Received = 0;
            var drawn = e.Numbers(_drawn);
            var model = e.Snapshot(_x, s.Round);
            for (var sent = 0; sent < perRound;)
            {
                var client = e.Below(_clients.Count);
                if (drawn[client] == s.Round)
                    continue;
                drawn[client] = s.Round;
                e.Send(_clients[client], Model, model);
                sent++;
            }
        }
    }

    sealed class Client(int localSteps, int batch, double step) : RoleProgram<ClientState>
    {
        Vector _x, _g;
        Peer _server;

        public override void Declare(RoleLayout role) => (_x, _g, _server) =
            (role.Vector("x", Dim.Parameters), role.Vector("g", Dim.Parameters), role.Peer("server"));

        public override void OnMessage(ref ClientState s, in Received m, Effects e)
        {
            e.Copy(m.Vector, _x);
            s.Steps = 0;
            e.Compute(Oracle.Gradient, _x, batch, _g);
        }

        public override void OnComputed(ref ClientState s, in Computed c, Effects e)
        {
            e.Axpy(-step, _g, _x);
            if (++s.Steps < localSteps)
                e.Compute(Oracle.Gradient, _x, batch, _g);
            else
                e.Send(_server, Update, e.Snapshot(_x));
        }
    }
}
