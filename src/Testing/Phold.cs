using AsyncOpt.Core.Programs;

namespace AsyncOpt.Testing;

/// <summary>
/// PHOLD, the engine's stress test: every agent starts with some messages, and sends each one it gets on to an agent
/// drawn among all.
/// </summary>
/// <param name="messagesPerAgent">How many messages each node begins with.</param>
[Method("phold", Needs = Needs.Topology)]
public sealed class Phold(int messagesPerAgent = 1) : Method
{
    static readonly MessageKind Ball = new("ball");

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Messages(Ball);
        layout.Role("node", Count.PerNode, new Node(messagesPerAgent));
    }

    struct NodeState
    {
        public long Handled;
    }

    sealed class Node(int messages) : RoleProgram<NodeState>
    {
        Peers _nodes;

        public override void Declare(RoleLayout role) => _nodes = role.Peers("node");

        public override void OnStart(ref NodeState s, Effects e)
        {
            for (var i = 0; i < messages; i++)
                Throw(e);
        }

        public override void OnMessage(ref NodeState s, in Received m, Effects e)
        {
            s.Handled++;
            Throw(e);
        }

        void Throw(Effects e)
        {
            var other = e.Below(_nodes.Count - 1);
            e.Send(_nodes[other < e.Index ? other : other + 1], Ball, Snapshot.None);
        }
    }
}
