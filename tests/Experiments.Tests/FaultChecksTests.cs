namespace AsyncOpt.Experiments.Tests;

/// <summary>Every fault of a file acts, is refused, or is said to do nothing.</summary>
public class FaultChecksTests
{
    const string Token = """
        topology: { name: ring, nodes: 6 }
        method: { name: srw, step: 0.1 }
        problem: { name: quadratic, dimension: 3 }
        compute: { per-task: 1ms }
        stop: { time: 10s }
        samples: 4
        """;

    [Theory]
    [InlineData(Parsing.Nodes)]
    [InlineData(Token)]
    public void A_crash_of_the_server_is_refused_where_there_is_none(string text)
    {
        var problem = Assert.Single(Parsing.Problems(text + "\nfaults: [ { name: crash, place: -1, at: 1s } ]"));

        Assert.Equal(
            "test.yaml:7:9: faults: crash: place -1 is the server, and this method has none; expected one of its places "
            + "0 to 5", problem);
    }

    [Theory]
    [InlineData("crash, place: 6, at: 1s", "there is no place 6")]
    [InlineData("split, places: [0, 6], at: 1s", "split: there is no place 6; the places are 0 to 5")]
    [InlineData("split, places: [-1], at: 1s", "split: there is no place -1; the places are 0 to 5")]
    [InlineData("split, places: [1], at: 1s, messages: held", "messages that are held for good never come")]
    [InlineData("corrupt, senders: [9]", "corrupt: there is no place 9; the places are 0 to 5")]
    [InlineData("crash, place: 0", "give either at (one crash) or mean-up and mean-down")]
    public void A_crash_that_cannot_be_is_refused(string fault, string why) =>
        Assert.Contains(why, Assert.Single(Parsing.Problems($"{Parsing.Nodes}\nfaults: [ {{ name: {fault} }} ]")),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("crash, place: 1, at: 11s", "the crash at 11 s is not before the end of the run at 10 s")]
    [InlineData("crash, place: 1, at: 10s", "the crash at 10 s is not before the end of the run at 10 s")]
    [InlineData("crash, mean-up: 1e9s, mean-down: 1s", "no crash is drawn before the end of the run")]
    [InlineData("split, places: [1], at: 10s", "it begins at 10s, and the run ends at 10s")]
    [InlineData("corrupt, probability: 0", "its probability is 0")]
    [InlineData("drop, probability: 0", "its probability is 0")]
    [InlineData("duplicate, probability: 0", "its probability is 0")]
    public void A_fault_that_does_nothing_is_a_warning(string fault, string why) =>
        Assert.Contains($"faults: rule 1, '{fault.Split(',')[0]}', does nothing: {why}", Warnings(Parsing.Nodes, fault));

    [Fact]
    public void Duplicates_do_nothing_where_agents_only_move()
    {
        const string why = "faults: rule 1, 'duplicate', does nothing: the agents of this method only move, and a move "
            + "comes neither twice nor corrupted";

        Assert.Contains(why, Warnings(Token, "duplicate, probability: 0.1"));
        Assert.DoesNotContain(why, Warnings(Parsing.Nodes, "duplicate, probability: 0.1"));
        Assert.Contains(
            why.Replace("duplicate", "corrupt", StringComparison.Ordinal), Warnings(Token, "corrupt, factor: 2"));
    }

    [Theory]
    [InlineData("crash, place: 1, at: 9s, for: 1s")]
    [InlineData("crash, mean-up: 1s, mean-down: 1s")]
    [InlineData("drop, probability: 0.1")]
    [InlineData("bursty-loss, enter: 0.1, leave: 0.5")]
    [InlineData("split, places: [1], at: 9s")]
    public void A_fault_that_acts_is_none(string fault) => Assert.Empty(Warnings(Token, fault));

    [Fact]
    public void What_sends_again_what_nothing_loses_is_a_warning()
    {
        const string again = "\nlinks: { retransmit: { timeout: 1s } }";

        Assert.Contains("links.retransmit: no fault loses a message, so that nothing is sent again",
            Parsing.Load(Parsing.Nodes + again).Arms[0].Warnings);
        Assert.Empty(Parsing.Load($"{Parsing.Nodes}{again}\nfaults: [ {{ name: drop, probability: 0.1 }} ]").Arms[0].Warnings);
    }

    [Fact]
    public void A_node_that_does_not_come_back_can_stop_its_token() => Assert.Contains(
        "faults: rule 1, 'crash', can stop 'srw' for good, as it waits without end for who does not come back; no option "
        + "of the method helps",
        Warnings(Token, "crash, place: 1, at: 9s"));

    static IEnumerable<string> Warnings(string text, string fault) =>
        Parsing.Load($"{text}\nfaults: [ {{ name: {fault} }} ]").Arms[0].Warnings
            .Where(w => w.StartsWith("faults: ", StringComparison.Ordinal));
}
