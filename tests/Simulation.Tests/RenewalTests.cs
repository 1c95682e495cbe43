using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Tests.Methods;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Closed forms of what begins anew: a walk at a node to which it returns, work after what was saved.</summary>
public class RenewalTests
{
    [Fact]
    public void A_walk_returns_to_a_node_as_seldom_as_Kac_says()
    {
        // A simple walk is at node i for the share d_i / sum of degrees of the time: a node of many edges, and one of few.
        var graph = Walks.Scattered;
        var problem = new Visited(graph.Nodes);

        Simulator.Run(PlanOf(Walks.Srw(), problem, 60_000.5, graph));

        var byDegree = Enumerable.Range(0, graph.Nodes).OrderBy(graph.OutDegree).ToList();
        foreach (var (node, which) in new[] { (byDegree[^1], "most"), (byDegree[0], "fewest") })
        {
            int[] visits = [.. problem.Visits.Index().Where(v => v.Item == node).Select(v => v.Index)];
            double[] returns = [.. visits.Zip(visits.Skip(1), (a, b) => (double)(b - a))];
            ModelsPage.Row(
                "srw", $"steps to return to the node with the {which} edges",
                (double)graph.Edges / graph.OutDegree(node), returns.Average(), ErrorOf(returns));
        }
    }

    [Theory]
    [InlineData(5, 1, 2)]
    [InlineData(1, 1, 2)]
    [InlineData(10, 1, 0)]
    public void Work_that_is_saved_piece_by_piece_takes_as_long_as_Daly_says(double piece, double save, double restart)
    {
        const double Mean = 10;
        const int Workers = 200, Pieces = 40;
        var plan = Plans.Of(new Saving(piece, save, restart), Workers, 2500, Plans.Zero) with
        {
            LogUpdates = true,
            Metrics = false,
            TimelineAgents = 0,
            // Down for no time at all: what a restart takes is work of the program, and may fail again.
            Faults =
            [
                new CrashFault(new()
                {
                    MeanUp = Seconds(Mean), MeanDown = Seconds(1e-6), State = CrashedState.Lost,
                }),
            ],
        };

        var record = Simulator.Run(plan);

        Assert.True(record.Counts.Crashes > 1000);
        var times = new List<double>();
        foreach (var worker in record.UpdateLog.GroupBy(u => u.Agent))
        {
            // The first so many of each, so that those which take long are not left out.
            double[] saved = [0, .. worker.Select(u => u.Time / 1e9).Take(Pieces)];
            Assert.Equal(Pieces + 1, saved.Length);
            times.AddRange(saved.Zip(saved.Skip(1), (a, b) => b - a));
        }
        Assert.Equal(Workers * Pieces, times.Count);
        ModelsPage.Row(
            "crash", FormattableString.Invariant(
                $"s for a piece of {piece} s, saved in {save} s, restart {restart} s, failures every 10 s"),
            Mean * Math.Exp(restart / Mean) * (Math.Exp((piece + save) / Mean) - 1), times.Average(),
            ErrorOf([.. times]));
    }

    static double ErrorOf(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length);
    }

    /// <summary>Writes down where gradients are computed, in the order of a token that does one after the other.</summary>
    sealed class Visited(int places) : Problem
    {
        public List<int> Visits { get; } = [];

        public override int Parameters => 1;

        public override int Places => places;

        public override IReadOnlyList<OracleForm> Oracles => [new(Oracle.Gradient, Visit)];

        public override string Fingerprint => "visited";

        public override void Build(ProblemContext context)
        {
        }

        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient)
        {
            gradient.Clear();
            return 0;
        }

        void Visit(in OracleCall<double> call)
        {
            call.Output.Clear();
            Visits.Add(call.Place);
        }
    }

    /// <summary>
    /// Workers do pieces of work and save each at the server, which takes time; a worker that has lost its state asks
    /// the server how far it was, and restarts, which takes time, too.
    /// </summary>
    [Method("saving", Needs = Needs.Workers, Tolerates = Tolerance.All | Tolerance.StateLoss)]
    sealed class Saving(double piece, double save, double restart) : Method
    {
        static readonly MessageKind<long> Saved = new("saved");
        static readonly MessageKind<long> HowFar = new("how far");

        public override IReadOnlyList<Oracle> Oracles => [];

        public override void Declare(Layout layout)
        {
            layout.Messages(Saved, HowFar);
            layout.Role("server", Count.One, new Server());
            layout.Role("worker", Count.PerWorker, new Worker(piece, save, restart));
        }

        struct ServerState
        {
            public long Came;
        }

        struct WorkerState
        {
            public long Pieces;
        }

        sealed class Server : RoleProgram<ServerState>
        {
            Table _saved;
            Peers _workers;

            public override void Declare(RoleLayout role) =>
                (_saved, _workers) = (role.Table(Dim.Nodes), role.Peers("worker"));

            public override void OnMessage(ref ServerState s, in Received m, Effects e)
            {
                s.Came++;
                ref var saved = ref e.Numbers(_saved)[m.Sender.Id - _workers.First];
                if (m.Kind == Saved)
                    saved = m.Body(Saved);
                else
                    e.Send(m.Sender, HowFar, (long)saved);
            }
        }

        sealed class Worker(double piece, double save, double restart) : RoleProgram<WorkerState>
        {
            const int Restarted = 0, Worked = 1, SavedIt = 2;
            Peer _server;

            public override void Declare(RoleLayout role) => _server = role.Peer("server");

            public override void OnStart(ref WorkerState s, Effects e) => e.SetTimer(Seconds(piece), Worked);

            public override void OnStateLost(ref WorkerState s, Effects e) => e.Send(_server, HowFar, 0);

            public override void OnMessage(ref WorkerState s, in Received m, Effects e)
            {
                s.Pieces = m.Body(HowFar);
                e.SetTimer(Seconds(restart), Restarted);
            }

            public override void OnTimer(ref WorkerState s, in TimerFired t, Effects e)
            {
                switch (t.Tag)
                {
                    case Restarted:
                        e.SetTimer(Seconds(piece), Worked);
                        return;
                    case Worked:
                        e.SetTimer(Seconds(save), SavedIt);
                        return;
                }
                s.Pieces++;
                e.RecordUpdate(0, default(Origin));
                e.Send(_server, Saved, s.Pieces);
                e.SetTimer(Seconds(piece), Worked);
            }
        }
    }
}
