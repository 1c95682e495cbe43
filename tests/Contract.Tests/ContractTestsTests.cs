using AsyncOpt.Core;
using AsyncOpt.Core.Problems;
using AsyncOpt.Simulation;
using Examples;

namespace AsyncOpt.Contract.Tests;

/// <summary>The contract tells a method that keeps it from one that does not, in a sentence.</summary>
public class ContractTestsTests
{
    [Fact]
    public void A_method_without_a_flaw_keeps_all_of_it() =>
        ContractTests.For(new BrokenMethod(new() { Flaw = Flaw.None })).CheckAll();

    [Theory]
    [InlineData(Flaw.Field, "partitions under none", "the same bits for any number of partitions, but with 2 partitions")]
    [InlineData(Flaw.Field, "checkpoints under none", "the same end when it goes on from a checkpoint")]
    [InlineData(Flaw.Field, "shards under crash", "the same bits where its agents lie in processes of their own")]
    [InlineData(Flaw.Field, "live under none", "a log that replays bit for bit, but the replay differs")]
    [InlineData(Flaw.Chance, "replay under none", "every agent's state again from the order of its events alone")]
    [InlineData(Flaw.Chance, "threads under none", "the same bits for any number of threads, but with 2 threads the")]
    [InlineData(Flaw.Chance, "observers under drop", "the same bits with and without metrics and logs")]
    [InlineData(Flaw.Chance, "rounds under none", "the same bits in rounds and event by event, but in rounds the")]
    [InlineData(Flaw.Chance, "sweeps under none", "the same bits where each agent's events are handled in a row")]
    [InlineData(Flaw.Chance, "float32 under none", "the same bits at float32, too, for any partitions")]
    [InlineData(Flaw.Chance, "shard-checkpoints under none", "the same end when processes go on from a checkpoint")]
    [InlineData(Flaw.Hindsight, "long-vectors under none", "reads 'g' in a handler that got no result")]
    [InlineData(Flaw.Garbage, "allocation under none", "events that allocate no memory once pools are filled, but ")]
    [InlineData(Flaw.Length, "end under none", "finite values and an end with a reason, but it ended as Diverged")]
    [InlineData(Flaw.Echo, "end under duplicate", "but its messages multiply: ")]
    [InlineData(Flaw.Silence, "end under drop", "it came to a standstill, and an agent does not say why: ")]
    [InlineData(Flaw.Solitude, "faults under drop", "that the run says why they do not, but 'drop' never fired")]
    [InlineData(Flaw.Refusal, "end under none", "but the run threw InvalidOperationException: thirty are enough")]
    public void A_flaw_is_found_and_said(Flaw flaw, string promise, string sentence)
    {
        var contract = ContractTests.For(new BrokenMethod(new() { Flaw = flaw }));

        var broken = Assert.Throws<ContractException>(() => contract.Check(promise));

        Assert.StartsWith($"'broken' breaks '{promise}': a method owes ", broken.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, broken.Message, StringComparison.Ordinal);
        Assert.Equal(2, broken.Message.Split('\n').Length);
    }

    [Fact]
    public void All_that_is_broken_is_said_at_once()
    {
        var contract = ContractTests.For(new BrokenMethod(new() { Flaw = Flaw.Garbage }));

        var broken = Assert.Throws<ContractException>(contract.CheckAll).Message.Split("\n\n");

        Assert.Equal(
            ["'broken' breaks 'allocation under none'", "'broken' breaks 'allocation under duplicate'"],
            broken.Select(b => b.Split(':')[0]));
    }

    [Fact]
    public void A_method_of_the_calling_assembly_is_found_by_its_name() =>
        ContractTests.For("tiny-async-sgd").Check("partitions under drop");

    [Fact]
    public void A_method_of_a_plug_in_is_found_by_its_name() =>
        ContractTests.For("tiny-async-sgd", typeof(TinyAsyncSgd).Assembly.Location).Check("partitions under drop");

    [Fact]
    public void A_problem_of_choice_is_taken() => Assert.IsType<Quadratic>(
        ContractTests.For(new TinyAsyncSgd(new() { Step = 0.05 }), new Quadratic(new() { Dimension = 3 })).Plan("none").Problem);

    [Fact]
    public void Names_that_lead_nowhere_are_told_the_nearest()
    {
        Assert.StartsWith("no method 'tiny-async-sdg'; did you mean 'tiny-async-sgd'?",
            Assert.Throws<InputException>(() => ContractTests.For("tiny-async-sdg")).Message);
        Assert.StartsWith("no promise 'partition under none'; did you mean 'partitions under none'?",
            Assert.Throws<InputException>(() => ContractTests.For("async-sgd").Check("partition under none")).Message);
        Assert.StartsWith("no faults 'storm': expected one of none, drop, duplicate, crash",
            Assert.Throws<InputException>(() => ContractTests.For("async-sgd").Plan("storm")).Message);
    }

    [Theory]
    [InlineData("d-sgd")]
    [InlineData("minibatch-sgd")]
    [InlineData("local-sgd")]
    public void The_promise_of_rounds_is_about_runs_that_go_in_rounds(string method)
    {
        var plan = ContractTests.For(method).Lockstep("none");

        Assert.True(Simulator.Run(plan).Counts.Cohorts > 50);
    }
}
