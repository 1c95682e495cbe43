using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Tests.Data;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Runs;

public sealed class AgentRoleTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_agent_is_called_by_role_rank_and_a_name_that_says_more()
    {
        AgentRole[] roles = [new("server", 1), new("worker", 2), new("node", 3) { Labels = ["a b", "1", "7"] }];

        Assert.Equal(["server", "worker 0", "worker 1", "node 0 'a b'", "node 1", "node 2 '7'"],
            Enumerable.Range(0, 6).Select(agent => AgentRole.Of(roles, agent)).Select(a => a.Role.NameOf(a.Index)));
    }

    [Fact]
    public void Messages_name_nodes_as_the_file_of_the_graph_does()
    {
        var topology = new EdgeListTopology(new() { File = _folder.Write("g", "berlin,paris\nparis,rome\n") })
            .Build(GraphContext.OfSeed(1));
        var problem = new Quadratic(new() { Targets = [[1]] });
        problem.Build(new ProblemContext(3, 1, name => name));

        var layout = Layout.Of(
            new DSgd(new() { Step = ConstantSchedule.Of(0.1) }), LayoutContext.Of(problem, 3, topology));

        Assert.Equal("node 2 'rome'", layout.NameOf(2));
    }
}
