using AsyncOpt.Core.Programs;

namespace AsyncOpt.Benchmarks.Live;

/// <summary>The same as a program: every node passes on to its neighbour what comes, a scalar or a vector.</summary>
/// <param name="balls">How many nodes begin with a ball.</param>
/// <param name="dimension">Coordinates that a ball carries; 0 for none.</param>
sealed class Ring(int balls, int dimension) : Method
{
    public override IReadOnlyList<Oracle> Oracles => [];

    public override void Declare(Layout layout)
    {
        var ball = dimension == 0 ? new MessageKind("ball") : new MessageKind("ball", Dim.Parameters);
        layout.Messages(ball);
        layout.Role("node", Count.PerNode, new Node(ball, balls));
    }

    struct State
    {
        public long Passed;
    }

    sealed class Node(MessageKind ball, int balls) : RoleProgram<State>
    {
        Peers _nodes;
        Vector _x;

        public override void Declare(RoleLayout role)
        {
            _nodes = role.Peers("node");
            if (ball.Vectors.Count > 0)
                _x = role.Vector("x", Dim.Parameters);
        }

        public override void OnStart(ref State s, Effects e)
        {
            if (e.Index % Math.Max(1, _nodes.Count / balls) == 0)
                Pass(e, ball.Vectors.Count > 0 ? e.Snapshot(_x) : Snapshot.None);
        }

        public override void OnMessage(ref State s, in Received m, Effects e)
        {
            s.Passed++;
            Pass(e, m.Vector);
        }

        void Pass(Effects e, Snapshot x) => e.Send(_nodes[(e.Index + 1) % _nodes.Count], ball, x);
    }
}
