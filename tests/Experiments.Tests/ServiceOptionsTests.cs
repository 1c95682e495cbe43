namespace AsyncOpt.Experiments.Tests;

/// <summary>The key <c>service</c>: what it makes of a run.</summary>
public class ServiceOptionsTests
{
    [Fact]
    public void A_role_has_the_time_and_the_buffer_of_the_file()
    {
        const string key = "service: [{ role: server, time: 3ms, buffer: 2 }, { role: worker, time: 1ms }]";
        var plan = Parsing.Load($"{Parsing.Workers}\n{key}").Arms[0].PlanOf(0);

        Assert.Equal(["server", "worker"], plan.Service.Keys.Order());
        Assert.Equal([new("server", 2)], plan.ServiceBuffers);
    }

    [Fact]
    public void A_buffer_below_nothing_is_refused() => Assert.Contains(
        "buffer: expected a whole number from 0",
        Assert.Single(Parsing.Problems($"{Parsing.Workers}\nservice: [{{ role: server, time: 3ms, buffer: -1 }}]")),
        StringComparison.Ordinal);
}
