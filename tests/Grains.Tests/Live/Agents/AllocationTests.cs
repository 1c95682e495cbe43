using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Live.Agents;

namespace AsyncOpt.Grains.Tests.Live.Agents;

/// <summary>What a message costs on the collected heap, whatever carries it.</summary>
public sealed class AllocationTests : ILiveTransport, IDisposable
{
    const int Agents = 10, Coordinates = 22, WarmUp = 2_000, Counted = 10_000;

    readonly TimingWheel _wheel = new();
    readonly Queue<(int Agent, LiveEvent Event)> _turns = new(4 * Agents);

    public void Dispose() => _wheel.Dispose();

    void ILiveTransport.Send(LiveMessage message) => _turns.Enqueue((message.Receiver, message));

    [Fact]
    public void A_turn_that_passes_a_message_on_allocates_that_message()
    {
        var expected = BytesOf(() => new LiveMessage { Sender = 0, Receiver = 0, Kind = 0 });

        Assert.Equal(expected, BytesPerMessage(new Phold(), new NoProblem(Agents)));
    }

    [Fact]
    public void A_turn_that_writes_its_vector_and_sends_it_allocates_the_snapshot_too()
    {
        var expected = BytesOf(() => new LiveMessage { Sender = 0, Receiver = 0, Kind = 0 })
            + BytesOf(() => new LiveVector<double>([]) { Version = 0, Birth = 0, Compute = 0, Wire = 0 })
            + BytesOf(() => new double[Coordinates]);

        Assert.Equal(expected, BytesPerMessage(new Averaging(), new Vast(Agents)));
    }

    /// <summary>Bytes on the collected heap per message, once everything is warm: all turns are this thread's.</summary>
    double BytesPerMessage(Method method, Core.Problems.Problem problem)
    {
        var plan = Plans.Of(method, Agents, 1, Plans.Zero, problem) with
        {
            Topology = Core.Topologies.Topology.Complete("complete", Agents),
            TimelineAgents = 0,
        };
        using var run = LiveRun.Of(plan, new LiveOptions { Clock = new LiveClock(0, TimeSpan.Zero) }, this, _wheel);
        var agents = Enumerable.Range(0, Agents)
            .Select(id => run.Add(id, e => _turns.Enqueue((id, e)))).ToArray();
        run.Start();
        Take(WarmUp);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Take(Counted);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Counted;

        void Take(int turns)
        {
            for (var i = 0; i < turns; i++)
            {
                var (agent, what) = _turns.Dequeue();
                if (what is LiveMessage message)
                    agents[agent].Receive(message);
                else
                    agents[agent].Turn(what);
            }
        }
    }

    static long BytesOf(Func<object> make)
    {
        make();
        var before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(make());
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Every node averages its vector with what comes, and sends the result to another.</summary>
    sealed class Averaging : Method
    {
        static readonly MessageKind Mean = new("mean", Dim.Parameters);

        public override void Declare(Layout layout)
        {
            layout.Messages(Mean);
            layout.Role("node", Count.PerNode, new Node());
        }

        struct NodeState
        {
            public long Handled;
        }

        sealed class Node : RoleProgram<NodeState>
        {
            Peers _nodes;
            Vector _x;

            public override void Declare(RoleLayout role)
            {
                _nodes = role.Peers("node");
                _x = role.Vector("x", Dim.Parameters);
            }

            public override void OnStart(ref NodeState s, Effects e) => Pass(e);

            public override void OnMessage(ref NodeState s, in Received m, Effects e)
            {
                s.Handled++;
                e.Axpy(0.5, m.Vector, _x);
                Pass(e);
            }

            void Pass(Effects e)
            {
                var other = e.Below(_nodes.Count - 1);
                e.Send(_nodes[other < e.Index ? other : other + 1], Mean, e.Snapshot(_x));
            }
        }
    }

    /// <summary>Nothing to optimize, over some coordinates.</summary>
    sealed class Vast(int places) : Core.Problems.Problem
    {
        public override int Parameters => Coordinates;

        public override int Places => places;

        public override IReadOnlyList<Core.Problems.OracleForm> Oracles => [];

        public override string Fingerprint => "vast";

        public override void Build(Core.Problems.ProblemContext context)
        {
        }

        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient) => 0;
    }
}
