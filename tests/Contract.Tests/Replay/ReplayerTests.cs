using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Replay;

namespace AsyncOpt.Contract.Tests.Replay;

/// <summary>
/// The engine writes down in which order its agents handled what, as a live host does; from that order alone, a replay
/// finds every agent's state again, bit for bit.
/// </summary>
public class ReplayerTests
{
    /// <summary>Every method, under plain links and under faults.</summary>
    public static TheoryData<string, string> Methods =>
        [.. ContractTests.Runs];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_agent_ends_in_the_same_bits(string method, string faults)
    {
        var plan = ContractTests.For(method).Plan(faults);
        var log = Read(EngineLog.Of(plan));

        var report = Replayer.Run(plan, log, TestContext.Current.CancellationToken);

        AssertEqual(report);
        Assert.True(report.Roles.Sum(role => role.Events) > 50);
        // The run's states tell agents apart, and differ from those at the start.
        var hashes = Enumerable.Range(0, log.Header.Agents).Select(agent => log.FinalHashOf(agent)!.Value).ToList();
        Assert.True(hashes.Distinct().Count() > log.Header.Agents / 2);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Also_where_messages_are_served_and_wait_and_pass_cards_at_float32(string method, string faults)
    {
        var plan = ContractTests.For(method).Plan(faults);
        var service = new Uniform(new() { Low = 1e-4, High = 2e-3 });
        plan = plan with
        {
            Service = Simulator.LayOut(plan).Roles.ToDictionary(role => role.Name, Law (_) => service),
            // Who sends to any agent has no links whose messages could be kept in order.
            Links = plan.Links with { Fifo = method != "epidemic-learning", SendRate = 100_000, ReceiveRate = 50_000 },
            Precision = Precision.Float32,
        };
        var log = Read(EngineLog.Of(plan, partitions: 3));

        AssertEqual(Replayer.Run(plan, log, TestContext.Current.CancellationToken));
        Assert.True(plan.Topology is not null || Messages(log).All(m => m.Entry.Service > 0));
        if (method == "async-sgd")
            Assert.Contains(Messages(log), m => m.Entry.Now > m.Entry.Arrival + m.Entry.Service);
    }

    [Theory]
    [InlineData("d-sgd, step: 0.1, optimizer: momentum", "topology: { name: shuffled, graph: { name: ring, nodes: 9 } }")]
    [InlineData("ad-psgd, step: 0.1, batch-size: 3", "topology: { name: ring, nodes: 9 }")]
    [InlineData("async-local-sgd, rate: 0.1, outer-rate: 0.5", "workers: 9")]
    [InlineData("sa-srrw, step: 0.1, tokens: 3", "topology: { name: ring, nodes: 9 }")]
    public void A_log_alone_is_enough_also_with_data_and_graphs_that_change(string method, string where)
    {
        var arm = Experiment.Parse($$"""
            {{where}}
            method: { name: {{method}} }
            problem:
              name: logistic-regression
              data: { name: synthetic-classification, samples: 300, dimension: 6 }
            links: { delay: { name: uniform, low: 1ms, high: 9ms } }
            compute: { per-task: 5ms, per-step: 1ms, jitter: { name: uniform, low: 0.5, high: 2 } }
            faults: [{ name: duplicate, probability: 0.02 }]
            stop: { time: 2s }
            samples: 4
            """, "data.yaml", AppContext.BaseDirectory).Arms[0];
        var log = Read(EngineLog.Of(arm.PlanWithoutOptimum(0) with { Metrics = false }, arm.SpecificationOf(0).ToJsonString()));

        var again = Experiment.Parse(log.Header.Specification, "log", AppContext.BaseDirectory).Arms[0];
        var report = Replayer.Run(again.PlanWithoutOptimum(0), log, TestContext.Current.CancellationToken);

        AssertEqual(report);
        Assert.True(report.Roles.Sum(role => role.Events) > 100);
    }

    [Fact]
    public void Two_messages_in_another_order_are_found()
    {
        var plan = ContractTests.For("async-sgd").Plan("none");

        // The server takes the last gradients of two workers the other way round.
        var last = Replay(plan, entries => Swap(entries[0], entries[0].Count - 2));

        var difference = Assert.Single(last.Differences);
        Assert.Equal(("server", true), (difference.Name, difference.Expected.StartsWith("state ", StringComparison.Ordinal)));

        // Earlier ones: it answers them in another order, and those who waited for the answers do not get them.
        var early = Replay(plan, entries => Swap(entries[0], 10));

        Assert.EndsWith("got that one went to another agent", Assert.Single(early.Differences).ToString(), StringComparison.Ordinal);
    }

    static void Swap(List<ReplayEntry> entries, int from)
    {
        var i = entries.FindIndex(from, e => e.Kind == ReplayKind.Message);
        var j = entries.FindIndex(i + 1, e => e.Kind == ReplayKind.Message && e.Sender != entries[i].Sender);
        (entries[i], entries[j]) = (entries[j], entries[i]);
    }

    [Fact]
    public void Another_time_is_found_where_the_state_holds_it()
    {
        var plan = ContractTests.For("ad-psgd").Plan("none");
        var agent = 4;
        var report = Replay(plan, entries =>
        {
            var i = entries[agent].FindLastIndex(e => e.Kind == ReplayKind.Computed);
            entries[agent][i] = entries[agent][i] with { Now = entries[agent][i].Now + 1 };
        });

        var difference = Assert.Single(report.Differences);
        Assert.Equal(("node 4", 1), (difference.Name, report.DifferencesTotal));
    }

    [Fact]
    public void A_missing_entry_is_found()
    {
        var plan = ContractTests.For("d-sgd").Plan("none");

        // Without that gradient the node never sends, and what its neighbours had from it never comes.
        var report = Replay(plan, entries => entries[7].RemoveAt(
            entries[7].FindIndex(20, e => e.Kind == ReplayKind.Computed)));

        Assert.False(report.IsEqual);
        Assert.Contains("node 7", Assert.Single(report.Differences).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_of_states_on_the_way_names_the_first_event_that_differs()
    {
        var plan = ContractTests.For("async-sgd").Plan("none");
        var place = 0;
        var log = Read(Logs.Spoiled(EngineLog.Of(plan, checks: true), entries =>
        {
            Swap(entries[0], 30);
            place = entries[0].Take(30).Count(e => e.Kind != ReplayKind.Check);
        }));

        var report = Replayer.Run(plan, log, TestContext.Current.CancellationToken);

        // The one that was handled too early is the event after the first `place` ones.
        Assert.Equal(("server", place + 1L), (report.Differences[0].Name, report.Differences[0].Event));
    }

    [Fact]
    public void Entries_whose_cause_never_comes_are_told_and_nothing_hangs()
    {
        var plan = ContractTests.For("async-sgd").Plan("none");
        string First(Action<List<ReplayEntry>[]> spoil)
        {
            var report = Replay(plan, spoil);
            Assert.False(report.IsEqual);
            return report.Differences[0].ToString();
        }
        static int Find(List<ReplayEntry> entries, ReplayKind kind) => entries.FindIndex(5, e => e.Kind == kind);

        var never = First(entries =>
        {
            var i = Find(entries[0], ReplayKind.Message);
            entries[0][i] = entries[0][i] with { Number = 1_000_000 };
        });
        Assert.Matches(
            "^server, after [0-9]+ events: expected message 1000000 of worker [0-9]+, got worker [0-9]+ sent [0-9]+ messages$",
            never);

        var elsewhere = First(entries =>
        {
            var i = Find(entries[3], ReplayKind.Message);
            entries[3][i] = entries[3][i] with { Number = entries[3][i].Number + 1 };
        });
        Assert.Matches("^worker 2, after .* of server, got that one went to another agent", elsewhere);

        var unasked = First(entries =>
        {
            var i = Find(entries[2], ReplayKind.Computed);
            entries[2][i] = entries[2][i] with { Number = 999 };
        });
        Assert.Matches("^worker 1, after [0-9]+ events: expected computation 999, got it asked for no such thing$", unasked);

        var nobodysTimer = First(entries => entries[5].Insert(3, new ReplayEntry(ReplayKind.Timer, entries[5][2].Now)));
        Assert.Equal("worker 4, after 3 events: expected timer 0, got it asked for no such thing", nobodysTimer);

        var unmoved = First(entries => entries[5].Insert(3, new ReplayEntry(ReplayKind.Arrived, entries[5][2].Now) { Place = 1 }));
        Assert.Equal("worker 4, after 3 events: expected an arrival at 1 from 0, got it asked for no such thing", unmoved);

        var down = First(entries => entries[5].Insert(3, new ReplayEntry(ReplayKind.Crash, entries[5][2].Now)));
        Assert.EndsWith("got it is down", down, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_fails_on_what_it_is_given_is_a_difference()
    {
        var plan = ContractTests.For("async-sgd").Plan("none");

        // An update that rests on a model from the future: its age would be negative.
        var report = Replay(plan, entries =>
        {
            var i = entries[0].FindLastIndex(e => e.Kind == ReplayKind.Message);
            entries[0][i] = entries[0][i] with { Now = 1 };
        });

        Assert.Contains(", got its program fails: agent 0 records staleness",
            Assert.Single(report.Differences).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_log_that_was_cut_what_is_there_is_replayed()
    {
        var plan = ContractTests.For("async-sgd").Plan("none");
        var bytes = EngineLog.Of(plan);

        var report = Replayer.Run(plan, Read(bytes[..(bytes.Length / 2)]), TestContext.Current.CancellationToken);

        Assert.Contains("cut after", Assert.Single(report.Warnings), StringComparison.Ordinal);
        Assert.Equal((false, true), (report.IsEqual, report.IsEqualAsFarAsItGoes));
        Assert.True(report.Roles.Sum(role => role.Events) > 100);
        Assert.All(report.Roles, role => Assert.Equal(role.Agents, role.NotCompared));
    }

    [Fact]
    public void Where_the_log_of_a_silo_is_missing_it_says_so()
    {
        var plan = ContractTests.For("async-sgd").Plan("none");
        var bytes = EngineLog.Of(plan);
        var entries = Read(bytes);
        var stream = new MemoryStream();
        using (var to = new ReplayLogWriter(stream, entries.Header))
        {
            Logs.EntriesOf(entries, 0).ForEach(entry => Logs.Write(to, 0, entry));
            to.Finish(0, entries.FinalHashOf(0)!.Value, entries.EventsOf(0)!.Value);
            to.Complete();
        }

        var report = Replayer.Run(plan, Read(stream.ToArray()), TestContext.Current.CancellationToken);

        Assert.Equal(
            "12 of 13 agents, the first is agent 1, have no final state in these logs: give the logs of all silos",
            Assert.Single(report.Warnings));
        Assert.Equal((false, true), (report.IsEqual, report.IsEqualAsFarAsItGoes));
    }

    [Fact]
    public void A_log_of_another_numerics_class_is_replayed_with_a_warning()
    {
        var plan = ContractTests.For("async-sgd").Plan("none");
        var log = Read(EngineLog.Of(plan));
        var stream = new MemoryStream();
        using (var to = new ReplayLogWriter(stream, log.Header with { Numerics = "abacus" }))
            to.Complete();

        var report = Replayer.Run(plan, Read(stream.ToArray()), TestContext.Current.CancellationToken);

        Assert.Contains(report.Warnings,
            w => w.StartsWith("the log is of the numerics class 'abacus', and this is '", StringComparison.Ordinal));
    }

    [Fact]
    public void A_plan_of_another_run_is_refused()
    {
        var plan = ContractTests.For("async-sgd").Plan("none");
        var log = Read(EngineLog.Of(plan));

        Assert.Throws<Core.InputException>(() => Replayer.Run(
            plan with { Precision = Precision.Float32 }, log, TestContext.Current.CancellationToken));
        Assert.Contains("the log is of 13 agents, and its specification has 12",
            Assert.Throws<Core.InputException>(() => Replayer.Run(
                ContractTests.For("d-sgd").Plan("none"), log, TestContext.Current.CancellationToken)).Message,
            StringComparison.Ordinal);
    }

    static ReplayLog Read(byte[] bytes) => ReplayLog.Read([("engine.log", bytes)]);

    static IEnumerable<(int Agent, ReplayEntry Entry)> Messages(ReplayLog log) =>
        from agent in Enumerable.Range(0, log.Header.Agents)
        from entry in Logs.EntriesOf(log, agent)
        where entry.Kind == ReplayKind.Message
        select (agent, entry);

    static ReplayReport Replay(RunPlan plan, Action<List<ReplayEntry>[]> spoil) => Replayer.Run(
        plan, Read(Logs.Spoiled(EngineLog.Of(plan), spoil)), TestContext.Current.CancellationToken);

    static void AssertEqual(ReplayReport report)
    {
        Assert.Empty(report.Differences);
        Assert.Empty(report.Warnings);
        Assert.True(report.IsEqual, string.Join('\n', report.Roles));
    }
}
