using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

public class FragmentTests
{
    static RunPlan Plan(Pieces method)
    {
        var plan = Plans.Of(method, 1, 10, Plans.Second, new Blocked());
        return plan with { Links = plan.Links with { Fifo = true } }; // so the blocks come in order
    }

    // What the server has before: -1, -1, ...; what comes: f.grad(0).
    static readonly double[] Sent = Dripper.Whole.Gradient(new double[Blocked.Count]);

    [Fact]
    public void A_range_of_a_vector_is_sent_and_put_into_its_place()
    {
        var record = Simulator.Run(Plan(new((e, m, y, first) => e.Copy(m.Vector, y))));

        // The worker writes its vector after it has sent: what is under way stays.
        Assert.Equal(Sent, record.Estimate);
        Assert.Equal(3, record.Traffic.Single(t => t.Role == "worker").Messages);
    }

    [Fact]
    public void The_bytes_are_those_of_the_range()
    {
        var plan = Plan(new((e, m, y, first) => e.Copy(m.Vector, y)));
        var slow = plan with { Links = plan.Links with { SendRate = 8, ReceiveRate = 16 } };

        Assert.Equal(10 * 8, Simulator.Run(plan).Counts.Bytes);
        Assert.Equal(10 * 4, Simulator.Run(plan with { Precision = Precision.Float32 }).Counts.Bytes);
        // Gradient 1 s; 3, 8 and 10 coordinates have left 3, 8, 10 s later; the link 1 s; 1.5, 2.5, 1 s to enter.
        var times = Simulator.Run(slow with { Stop = new() { Time = Seconds(30) } }).Timeline
            .Where(s => s.Name == "piece").Select(s => s.End / 1e9).Order();
        Assert.Equal([6.5, 12.5, 13.5], times);
    }

    [Fact]
    public void Operations_touch_the_range_alone()
    {
        double[] Of(Action<Effects, Received, Fragment, Fragment> take) => Simulator.Run(Plan(new(take))).Estimate;

        Assert.Equal(Sent.Select(v => -1 + (2 * v)), Of((e, m, y, first) => e.Axpy(2, m.Vector, y)));
        Assert.Equal(Sent.Select(v => -0.75 + (0.25 * v)), Of((e, m, y, first) => e.Lerp(0.25, m.Vector, y)));
        // The first block alone.
        Assert.Equal(
            [-3, -3, -3, -1, -1, -1, -1, -1, -1, -1], Of((e, m, y, first) => e.Scale(m.Version == 0 ? 3 : 1, y)));
        // From one range into another of the same vector.
        Assert.Equal([.. Sent[..8], .. Sent[..2]], Of((e, m, y, first) =>
        {
            e.Copy(m.Vector, y);
            if (m.Version == 2)
                e.Copy(first, y);
        }));
    }

    [Fact]
    public void A_computation_takes_a_range()
    {
        var method = new Pieces((e, m, y, first) => { });
        Simulator.Run(Plan(method));

        Assert.Equal(Sent[3..8].Sum(v => v * v), method.SquaredNorm);
    }

    [Fact]
    public void A_range_of_another_length_is_refused()
    {
        var refusal = Assert.Throws<InvalidOperationException>(
            () => Simulator.Run(Plan(new((e, m, y, first) => e.Copy(m.Vector, first)))));

        Assert.Equal("role 'server' reads 3 coordinates into 2", refusal.Message);
    }

    [Fact]
    public void A_kind_that_takes_no_fragments_is_refused_one()
    {
        var refusal = Assert.Throws<InvalidOperationException>(
            () => Simulator.Run(Plan(new((e, m, y, first) => { }) { TakesFragments = false })));

        Assert.Equal("role 'worker' sends 'whole' with 3 coordinates, and its kind declares 10", refusal.Message);
    }

    [Fact]
    public void A_range_outside_the_vector_is_refused_at_the_declaration()
    {
        var layout = new Layout(LayoutContext.Of(new Blocked(), 1, null));
        layout.Role("server", Count.One, new Pieces.Server(new((e, m, y, first) => { })));
        var role = layout.Roles[0];
        var x = role.Vector("x", Dim.Parameters);

        Assert.Contains("vector 'x' has the coordinates 0 to 9, not 8 to 10", Assert.Throws<ArgumentOutOfRangeException>(
            () => role.Fragment(x, 8, 3)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => role.Fragment(x, -1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => role.Fragment(x, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => role.Fragment(x, int.MaxValue, 2));
        Assert.Equal([(0, 3), (3, 3), (6, 4)], role.Fragments(x, 3).Select(f => (f.First, f.Count)));
        Assert.Throws<Core.InputException>(() => role.Fragments(x, 11));
    }

    [Fact]
    public void Partitions_and_checkpoints_carry_ranges()
    {
        var plan = Plans.Of(new Pieces((e, m, y, first) => e.Axpy(1, m.Vector, y)), 3, 10, Plans.Second, new Blocked());
        plan = plan with { Places = 3, Compute = Plans.Equal(3, 1), Links = plan.Links with { ReceiveRate = 16 } };
        var reference = Simulator.Run(plan);
        using var file = new MemoryStream();
        Simulator.Run(plan, new() { CheckpointAt = Seconds(1.5), CheckpointTo = file });
        file.Position = 0;
        var cut = plan with { Partitions = 2, ForcePartitions = true };

        SameRun.Assert(reference, Simulator.Run(cut));
        Assert.Equal(reference.Hash, Simulator.Run(cut, new() { ResumeFrom = file }).Hash);
    }

    [Fact]
    public void A_vector_of_fewer_coordinates_than_the_kind_declares_has_the_bytes_of_its_own()
    {
        // The server sends 4 coordinates to each of 3 workers at the same instant, and each answers with 3.
        var plan = Plans.Of(new Short(), 3, 10, Plans.Second, new Blocked()) with { Compute = Plans.Equal(3, 1) };

        var traffic = Simulator.Run(plan).Traffic;

        Assert.Equal(3 * 4 * 8, traffic.Single(t => t.Role == "server").Bytes);
        Assert.Equal(3 * 3 * 8, traffic.Single(t => t.Role == "worker").Bytes);
    }

    /// <summary>A server and workers that exchange vectors shorter than their kind's.</summary>
    [Method("short", Needs = Needs.Workers)]
    sealed class Short : Method
    {
        static readonly MessageKind Piece = new("piece", Dim.Parameters) { TakesFragments = true };

        public override void Declare(Layout layout)
        {
            layout.Messages(Piece);
            layout.Role("server", Count.One, new Server());
            layout.Role("worker", Count.PerWorker, new Worker());
        }

        sealed class Server : RoleProgram<int>
        {
            Vector _four;
            Peers _workers;

            public override void Declare(RoleLayout role)
            {
                role.Vector("x", Dim.Parameters, Estimate.Single);
                (_four, _workers) = (role.Vector("four", Dim.Of(4)), role.Peers("worker"));
            }

            public override void OnStart(ref int s, Effects e) => e.SendToAll(_workers, Piece, e.Snapshot(_four, 0));

            public override void OnMessage(ref int s, in Received m, Effects e)
            {
            }
        }

        sealed class Worker : RoleProgram<int>
        {
            Vector _three;
            Peer _server;

            public override void Declare(RoleLayout role) =>
                (_three, _server) = (role.Vector("three", Dim.Of(3)), role.Peer("server"));

            public override void OnMessage(ref int s, in Received m, Effects e) =>
                e.Send(_server, Piece, e.Snapshot(_three, m.Origin));
        }
    }

    sealed class Blocked : Problem
    {
        public const int Count = 10;

        public override int Parameters => Count;

        public override int Places => 3;

        public override string Fingerprint => "blocked";

        public override IReadOnlyList<ParameterBlock> Blocks => [new("a", 0, 3), new("b", 3, 5), new("c", 8, 2)];

        public override IReadOnlyList<OracleForm> Oracles => new Dripper.Whole(Count, 1).Oracles;

        public override void Build(ProblemContext context)
        {
        }

        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient) => 0;
    }

    /// <summary>Workers send a gradient block by block, and the server does something with each.</summary>
    [Method("pieces", Needs = Needs.Workers)]
    sealed class Pieces(Action<Effects, Received, Fragment, Fragment> take) : Method
    {
        static readonly MessageKind Piece = new("piece", Dim.Parameters) { TakesFragments = true };
        static readonly MessageKind Whole = new("whole", Dim.Parameters);

        public Action<Effects, Received, Fragment, Fragment> Take => take;

        public bool TakesFragments { get; init; } = true;

        public double SquaredNorm { get; private set; }

        public override void Declare(Layout layout)
        {
            layout.Messages(Piece, Whole);
            layout.Role("server", Count.One, new Server(this));
            layout.Role("worker", Count.PerWorker, new Worker(this));
        }

        public struct State
        {
            public int Received;
        }

        public sealed class Server(Pieces owner) : RoleProgram<State>
        {
            readonly List<Fragment> _blocks = [];
            Vector _y;
            Fragment _first;

            public override void Declare(RoleLayout role)
            {
                _y = role.Vector("y", Dim.Parameters, Estimate.Single);
                _blocks.AddRange(role.Blocks.Select(b => role.Fragment(_y, b)));
                _first = role.Fragment(_y, 0, 2);
            }

            public override void OnStart(ref State s, Effects e) => e.Fill(-1, _y);

            public override void OnMessage(ref State s, in Received m, Effects e)
            {
                s.Received++;
                owner.Take(e, m, _blocks[(int)m.Version], _first);
            }
        }

        sealed class Worker(Pieces owner) : RoleProgram<State>
        {
            readonly List<Fragment> _blocks = [];
            Vector _x, _g;
            Peer _server;

            public override void Declare(RoleLayout role)
            {
                (_x, _g) = (role.Vector("x", Dim.Parameters), role.Vector("g", Dim.Parameters));
                _blocks.AddRange(role.Blocks.Select(b => role.Fragment(_g, b)));
                _server = role.Peer("server");
            }

            public override void OnStart(ref State s, Effects e) => e.Compute(Oracle.Gradient, _x, 1, _g);

            public override void OnComputed(ref State s, in Computed c, Effects e)
            {
                if (c.Oracle == Oracle.SquaredNorm)
                {
                    owner.SquaredNorm = c.Scalar;
                    return;
                }
                for (var k = 0; k < _blocks.Count; k++)
                    e.Send(_server, owner.TakesFragments ? Piece : Whole, e.Snapshot(_blocks[k], version: k));
                e.Compute(Oracle.SquaredNorm, _blocks[1], 0, default);
                e.Fill(99, _g);
            }
        }
    }
}
