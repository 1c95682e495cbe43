using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

/// <summary>
/// Rows of messages with two vectors and a body: node j sends (j + 1), 10 (j + 1) and 100 (j + 1), and each node sums
/// what has come after ten seconds.
/// </summary>
public class NeighbourRowsTests
{
    const int Nodes = 12;

    static readonly Topology Small = Graph(new WattsStrogatzTopology(new()
    {
        Nodes = Nodes, Neighbours = 4, Rewiring = 0.3,
    }));

    static RunPlan Plan(Topology graph, Misuse misuse = Misuse.None, int messages = 1) =>
        PlanOf(new Summing(misuse, messages), QuadraticOf(Targets(Nodes)), 20, graph).WithDelay(1) with { Mixing = null };

    static (RunRecord Record, Sums[] Sums) Run(RunPlan plan, RunHooks? hooks = null)
    {
        var probe = new Probe();
        var record = Simulator.Run(plan with { Diagnostics = [probe] }, hooks ?? new());
        return (record, probe.Last);
    }

    [Fact]
    public void Vectors_and_body_of_all_neighbours_are_summed()
    {
        foreach (var graph in (Topology[])[Small, Graph(new ExponentialTopology(new() { Nodes = Nodes }))])
        {
            var sums = Run(Plan(graph)).Sums;
            for (var i = 0; i < Nodes; i++)
            {
                double sum = graph.InNeighbours(i).ToArray().Sum(j => j + 1);
                Assert.Equal(new Sums(sum, 10 * sum, 100 * sum, graph.InDegree(i)), sums[i]);
            }
        }
    }

    [Fact]
    public void What_is_lost_is_left_out_and_vectors_and_body_arrive_together_or_not_at_all()
    {
        var (record, sums) = Run(Plan(Small) with { Faults = [new DropFault(new() { Probability = 0.5 })] });

        Assert.InRange(record.Counts.Lost, 10, Small.Edges - 10);
        Assert.All(sums, s => Assert.Equal((10 * s.First, 100 * s.First), (s.Second, s.Bodies)));
        Assert.Equal(Small.Edges - record.Counts.Lost, sums.Sum(s => s.Rows));
        for (var i = 0; i < Nodes; i++)
        {
            // The sum is one of so many different neighbours.
            var from = Small.InNeighbours(i).ToArray().Select(j => j + 1);
            Assert.Contains(sums[i].First, Subsets([.. from], (int)sums[i].Rows));
        }
    }

    static IEnumerable<double> Subsets(int[] numbers, int count) =>
        from mask in Enumerable.Range(0, 1 << numbers.Length)
        where System.Numerics.BitOperations.PopCount((uint)mask) == count
        select (double)numbers.Where((_, i) => (mask >> i & 1) == 1).Sum();

    [Fact]
    public void Duplicates_count_once()
    {
        var plain = Run(Plan(Small)).Sums;
        var (record, sums) = Run(Plan(Small) with { Faults = [new DuplicateFault(new() { Probability = 0.5 })] });

        Assert.InRange(record.Counts.Duplicated, 10, Small.Edges);
        Assert.Equal(plain, sums);
    }

    [Fact]
    public void The_latest_of_each_neighbour_is_kept_in_whatever_order_they_come()
    {
        // The k-th message of a node is k times the first. Delays of 0.1 s to some seconds: many overtake each other.
        var plan = Plan(Small, messages: 5).WithDelay(new ShiftedExponential(new() { Shift = 0.1, Mean = 0.5 }));
        var sums = Run(plan with { Faults = [new DuplicateFault(new() { Probability = 0.5 })] }).Sums;

        for (var i = 0; i < Nodes; i++)
        {
            double sum = 5 * Small.InNeighbours(i).ToArray().Sum(j => j + 1);
            Assert.Equal(new Sums(sum, 10 * sum, 100 * sum, Small.InDegree(i)), sums[i]);
        }
    }

    [Fact]
    public void Partitions_and_checkpoints_keep_what_is_held()
    {
        var plan = Plan(Small) with { Faults = [new DropFault(new() { Probability = 0.3 })] };
        var (expected, sums) = Run(plan);

        var cut = Run(plan with { Partitions = 3, ForcePartitions = true });
        Assert.Equal((expected.Hash, expected.Counts.Lost), (cut.Record.Hash, cut.Record.Counts.Lost));
        Assert.Equal(sums, cut.Sums);
        using var file = new MemoryStream();
        Run(plan, new RunHooks { CheckpointAt = Seconds(5), CheckpointTo = file });
        foreach (var partitions in (int[])[1, 3])
        {
            file.Position = 0;
            var resumed = Run(
                plan with { Partitions = partitions, ForcePartitions = true }, new RunHooks { ResumeFrom = file });
            Assert.Equal(expected.Hash, resumed.Record.Hash);
            Assert.Equal(sums, resumed.Sums);
        }
    }

    [Theory]
    [InlineData(Misuse.OtherKind, "holds a message 'other' in rows of 'state'")]
    [InlineData(Misuse.OtherIteration, "is no in-neighbour in iteration 1")]
    [InlineData(Misuse.Forgets, "still holds iteration 0")]
    [InlineData(Misuse.OtherBody, "reads the body of 'other' in rows of 'state'")]
    [InlineData(Misuse.NoVector, "rows of 'empty', which carries no vector")]
    public void Misuse_is_refused(Misuse misuse, string message)
    {
        var graph = misuse == Misuse.OtherIteration
            ? Graph(new OnePeerExponentialTopology(new() { Nodes = Nodes }))
            : Small;
        var thrown = Assert.Throws<InvalidOperationException>(() => Simulator.Run(Plan(graph, misuse)));

        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
    }

    /// <summary>What a program does wrong.</summary>
    public enum Misuse
    {
        None,
        OtherKind,
        OtherIteration,
        Forgets,
        OtherBody,
        NoVector,
    }

    /// <summary>What a node found: sums, and how many rows were held.</summary>
    readonly record struct Sums(double First, double Second, double Bodies, double Rows);

    [Diagnostic("sums")]
    sealed class Probe() : Diagnostic(new MetricOptions())
    {
        public Sums[] Last { get; private set; } = [];

        public override IReadOnlyList<string> Metrics(RunPlan plan) => [];

        public override void Evaluate(DiagnosticCut cut, Action<string, double> metric)
        {
            double Of(string vector, int node)
            {
                var x = new double[3];
                cut.Read("node", vector, node, x);
                Assert.Equal(x[0], x[2]);
                return x[0];
            }
            Last = [.. Enumerable.Range(0, cut.Layout.Roles[0].Agents).Select(i =>
                cut.Numbers("node", "bodies", i) is var n ? new Sums(Of("x", i), Of("y", i), n[0], n[1]) : default)];
        }
    }

    readonly record struct Body(int Unused, double Number);

    sealed class Summing(Misuse misuse, int messages) : Method
    {
        static readonly MessageKind<Body> State = new("state", Dim.Parameters, Dim.Parameters);
        static readonly MessageKind<Body> Other = new("other", Dim.Parameters, Dim.Parameters);
        static readonly MessageKind Empty = new("empty");

        public override void Declare(Layout layout)
        {
            layout.Role("node", Count.PerNode, new Node(misuse, messages));
            layout.Messages(State, Other, Empty);
        }

        struct NodeState
        {
            public bool HasSummed;
        }

        sealed class Node(Misuse misuse, int messages) : RoleProgram<NodeState>
        {
            Topology _topology = null!;
            Vector _x, _y;
            NeighbourRows _rows;
            Table _bodies;

            public override void Declare(RoleLayout role)
            {
                _topology = role.Topology;
                _x = role.Vector("x", Dim.Parameters);
                _y = role.Vector("y", Dim.Parameters, Estimate.Mean);
                _rows = role.NeighbourRows(misuse == Misuse.NoVector ? Empty : State, iterations: 1);
                _bodies = role.Table(Dim.Of(2), "bodies");
            }

            public override void OnStart(ref NodeState s, Effects e)
            {
                for (var k = 0; k < messages; k++)
                    Send(k, e);
                e.SetTimer(VirtualTime.FromSeconds(10));
            }

            void Send(long iteration, Effects e)
            {
                var j = (e.Index + 1) * (messages > 1 ? iteration + 1 : 1);
                e.Fill(j, _x);
                e.Fill(10 * j, _y);
                var kind = misuse == Misuse.OtherKind ? Other : State;
                e.SendToNeighbours(kind.With(new Body(-1, 100 * j)) with
                {
                    Vector = e.Snapshot(_x, iteration),
                    Vector1 = e.Snapshot(_y, iteration),
                });
                e.Fill(0, _x);
                e.Fill(0, _y);
            }

            public override void OnMessage(ref NodeState s, in Received m, Effects e)
            {
                if (messages > 1)
                    e.HoldLatest(_rows, m);
                else
                    e.Hold(_rows, misuse == Misuse.OtherIteration ? 1 : m.Version, m);
            }

            public override void OnTimer(ref NodeState s, in TimerFired t, Effects e)
            {
                s.HasSummed = true;
                Assert.Equal(e.Held(_rows, 0), e.Held(_rows[1], 0));
                Assert.Equal(e.Held(_rows, 0) == _topology.InDegree(e.Place), e.IsComplete(_rows, 0));
                var bodies = e.Numbers(_bodies);
                for (var k = 0; k < _topology.InDegree(e.Place); k++)
                {
                    var isHeld = e.TryBody(_rows, 0, k, misuse == Misuse.OtherBody ? Other : State, out var body);
                    Assert.Equal(isHeld ? -1 : 0, body.Unused);
                    (bodies[0], bodies[1]) = (bodies[0] + body.Number, bodies[1] + (isHeld ? 1 : 0));
                }
                Assert.Equal(e.Held(_rows, 0), bodies[1]);
                e.AddRows(0.5, _rows[0], 0, _x);
                e.AddRows(1, _rows[1], 0, _y);
                e.AddRows(0.5, _rows[0], 0, _x); // they are still there
                if (misuse == Misuse.Forgets)
                    Send(1, e);
                else
                    e.Release(_rows, 0);
                Assert.Equal(misuse == Misuse.Forgets ? _topology.InDegree(e.Place) : 0, e.Held(_rows[1], 0));
            }
        }
    }
}
