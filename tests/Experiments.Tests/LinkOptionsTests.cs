namespace AsyncOpt.Experiments.Tests;

/// <summary>The key <c>links</c>: what it makes of a run, and what does not fit together.</summary>
public class LinkOptionsTests
{
    [Theory]
    [InlineData("sharing: fair", "sharing is of a rate, and there is none; give send-rate, receive-rate or both")]
    [InlineData("buffer: 3", "buffer is that of cards, and there are none; give send-rate, receive-rate or both")]
    [InlineData("send-rate: 1e6, buffer: 3, sharing: fair",
        "messages wait at cards that pass one after the other; give either buffer or sharing")]
    public void Options_that_do_not_fit_each_other_are_refused(string links, string why) =>
        Assert.Equal($"test.yaml:7:8: links: {why}", Assert.Single(Problems(links)));

    [Fact]
    public void Tries_that_no_run_lives_to_see_are_refused() => Assert.Equal(
        "test.yaml:7:22: links.retransmit: the last of 11 tries would come more than 1e9 s after the one before; give "
        + "fewer tries, or a smaller backoff",
        Assert.Single(Problems("retransmit: { timeout: 1s, backoff: 10, tries: 11 }")));

    [Fact]
    public void Links_that_cannot_keep_the_order_of_a_methods_messages_are_refused_before_it_runs() => Assert.Contains(
        "links.fifo: this method sends to any agent",
        Assert.Single(Parsing.Problems("""
            topology: { name: ring, nodes: 4 }
            method: { name: epidemic-learning, step: 0.1 }
            problem: { name: quadratic, dimension: 2 }
            links: { delay: 1ms, fifo: true }
            compute: { per-task: 1ms }
            stop: { time: 1s }
            samples: 2
            """)));

    [Fact]
    public void A_run_has_the_buffer_and_the_tries_of_the_file()
    {
        const string keys = "links: { receive-rate: 1e6, buffer: 3, retransmit: { timeout: 20ms, backoff: 2 } }";
        var links = Parsing.Load($"{Parsing.Workers}\n{keys}").Arms[0].PlanOf(0).Links;

        Assert.Equal(3, links.Buffer);
        Assert.Equal(new() { Timeout = Seconds(0.02), Backoff = 2, Tries = 8 }, links.Retransmit);
    }

    [Theory]
    [InlineData("{ name: correlated, law: { name: log-normal, median: 5ms, sigma: 1 }, correlation: 0.9 }")]
    [InlineData("{ name: varying, delay: 5ms, at: [0s, 10s], factors: [1, 4], every: 20s }")]
    [InlineData("{ name: diurnal, delay: { name: uniform, low: 1ms, high: 3ms }, amplitude: 0.5, period: 1s }")]
    [InlineData("{ name: random-walk, delay: 5ms, low: 1, high: 4, deviation: 0.1, step: 1s }")]
    [InlineData("{ name: quantized, delay: { name: correlated, law: 5ms, correlation: 0.5 }, tick: 10ms }")]
    [InlineData("{ name: tcp, latency: 5ms, rate: 1e6, latency-factor: 13.01 }")]
    public void A_model_may_be_of_a_law_or_of_another_model(string delay) =>
        Assert.True(Parsing.Load($"{Parsing.Workers}\nlinks: {{ delay: {delay} }}").Arms[0].PlanOf(0).Links.Delay.SeesMessages);

    static IEnumerable<string> Problems(string links) =>
        Parsing.Problems($"{Parsing.Workers}\nlinks: {{ {links} }}");
}
