using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Judging;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Agents that wait for the same are told together.</summary>
public class WaitingAgentsTests
{
    [Fact]
    public void Ranks_and_times_are_ranges()
    {
        var told = new WaitingAgents(new AgentRole("token", 9), (0, "door", 3), 0, 2_000_000_000,
            t => $"{t.Wait} at node 3, {t.Since}");
        Assert.Equal("token 0 waits at node 3, since 2 s", told.ToString());

        told.Add(1, 1_500_000_000);
        told.Add(2, 2_000_000_000);
        told.Add(5, 2_000_000_000);

        Assert.Equal("tokens 0 to 2, 5 wait at node 3, since 1.5 to 2 s", told.ToString());
    }
}
