using System.Globalization;
using AsyncOpt.Contract.Tests.Replay;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Codecs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Replay;
using AsyncOpt.Simulation.Windows;

namespace AsyncOpt.Contract.Tests;

/// <summary>
/// What every codec of the catalogue owes in a method that has no line for it: the same bits for any partitions, shards,
/// threads and order of the work, from a checkpoint on and in a replay; bytes that the wire carries; and no allocation
/// per message. A new codec is tested without an edit here.
/// </summary>
public class CodecContractTests
{
    static readonly Catalogue Catalogue = Catalogue.Load();

    // Messages of a method each: a gradient, a scalar beside it, many of one sender, several shares of a direction.
    static readonly string[] Methods = ["async-sgd", "async-local-sgd", "minibatch-sgd", "bsvrb-v2"];

    public static TheoryData<string, string> CodecsAndMethods =>
        [.. Catalogue.OfKind(typeof(Codec)).SelectMany(c => Methods.Select(m => (c.Name, m)))];

    public static TheoryData<string> Codecs => [.. Catalogue.OfKind(typeof(Codec)).Select(c => c.Name)];

    /// <summary>What an experiment file says for a codec: 0.4 for each number that must be given.</summary>
    public static string Key(string codec) =>
        $"messages: {{ compress: {{ name: {codec}" + string.Concat(
            Catalogue.Find(typeof(Codec), codec)!.Options.Where(o => o.IsRequired).Select(o => $", {o.Name}: 0.4")) + " } }";

    // Cards at both ends, which take as long as a message has bytes.
    static RunPlan Plan(string codec, string method, string faults = "duplicate")
    {
        var plan = ContractTests.For(method).Plan(faults, Key(codec)) with { Threads = 1 };
        return plan with { Links = plan.Links with { SendRate = 20_000, ReceiveRate = 10_000 } };
    }

    [Theory]
    [MemberData(nameof(CodecsAndMethods))]
    public void The_record_is_the_same_for_any_partitions_shards_and_order_of_the_work(string codec, string method)
    {
        var plan = Plan(codec, method);
        var reference = Simulator.Run(plan);
        Assert.NotEqual(Simulator.Run(plan with { Compress = null }).Hash, reference.Hash);

        foreach (var partitions in (int[])[2, 5])
        {
            var cut = plan with { Partitions = partitions, ForcePartitions = true };
            SameRun.Assert(reference, Simulator.Run(cut));
            Assert.Equal(reference.Hash, Simulator.Run(cut, new RunHooks { SweepLeast = 0 }).Hash);
            var (sharded, _) = ShardedRun.Divide(cut);
            using var shards = new ThreadedShards(sharded, TestContext.Current.CancellationToken);
            SameRun.Assert(
                reference, ShardedRun.Run(sharded, shards, null, null, TestContext.Current.CancellationToken));
        }
        SameRun.Assert(reference, Simulator.Run(plan, new RunHooks { OneByOne = true }));
    }

    [Theory]
    [MemberData(nameof(CodecsAndMethods))]
    public void A_checkpoint_goes_on_to_the_same_end(string codec, string method)
    {
        var plan = Plan(codec, method);
        var reference = Simulator.Run(plan);
        Assert.Equal(3_000_000_000, reference.VirtualTime);
        foreach (var at in (double[])[0.7, 1.3, 2.1])
        {
            using var file = new MemoryStream();
            Simulator.Run(
                plan with { Partitions = 3, ForcePartitions = true },
                new RunHooks { CheckpointAt = Seconds(at), CheckpointTo = file });
            file.Position = 0;

            var resumed = Simulator.Run(
                plan with { Partitions = 2, ForcePartitions = true }, new RunHooks { ResumeFrom = file });

            Assert.Equal(reference.Hash, resumed.Hash);
            Assert.Equal(reference.Counts.Bytes, resumed.Counts.Bytes);
        }
    }

    [Theory]
    [MemberData(nameof(CodecsAndMethods))]
    public void A_replay_comes_to_the_same_states(string codec, string method)
    {
        foreach (var precision in (Precision[])[Precision.Float64, Precision.Float32])
        {
            var plan = Plan(codec, method) with { Precision = precision };
            var log = ReplayLog.Read([("engine", EngineLog.Of(plan, partitions: 3))]);

            var report = Replayer.Run(plan, log, TestContext.Current.CancellationToken);

            Assert.True(report.IsEqual, string.Join('\n', report.Differences));
            Assert.False(Replayer.Run(plan with { Compress = null }, log, TestContext.Current.CancellationToken).IsEqual);
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Bytes_are_those_of_the_codec(string codec)
    {
        var plan = ContractTests.For("minibatch-sgd").Plan("none", Key(codec));
        var whole = Simulator.Run(plan with { Compress = null });
        var record = Simulator.Run(plan);
        var gradients = record.Traffic.Single(t => t.Role == "worker");
        double[] any = [1, -2, 3, -4, 5];

        Assert.Equal(whole.Counts.Messages, record.Counts.Messages);
        // Shipped codecs: as many bytes whatever the coordinates are.
        var bytes = plan.Compress!.Encode(any, 8, default);
        Assert.Equal(gradients.Messages * bytes, gradients.Bytes);
        Assert.NotEqual(any.Length * 8, bytes);
        Assert.Equal(
            whole.Counts.Bytes - record.Counts.Bytes, gradients.Messages * ((any.Length * 8) - bytes));
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Messages_allocate_nothing_once_pools_are_filled(string codec)
    {
        var plan = Plan(codec, "async-sgd", "none") with { Metrics = false, TimelineAgents = 0 };
        (long Bytes, long Events) Cost(double time)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var record = Simulator.Run(
                plan with { SampleEvery = Seconds(time), Stop = new StopRules { Time = Seconds(time) } });
            return (GC.GetAllocatedBytesForCurrentThread() - before, record.Counts.Events);
        }
        Cost(5);

        var (once, manifold) = (Cost(5), Cost(60));

        var (bytes, events) = (manifold.Bytes - once.Bytes, manifold.Events - once.Events);
        Assert.True(events > 3_000, $"only {events} events");
        Assert.True(bytes < 65_536 + (0.2 * events), string.Create(
            CultureInfo.InvariantCulture, $"{bytes} bytes for {events} events"));
    }

    [Fact]
    public void What_has_no_change_to_compress_is_refused()
    {
        var refusal = Assert.Throws<Core.InputException>(
            () => ContractTests.For("d-sgd").Plan("none", Key("top-k")));

        Assert.Contains("compress: no message of this method is a gradient or another change; its messages are 'state'; "
            + "remove the key", refusal.Message, StringComparison.Ordinal);
    }
}
