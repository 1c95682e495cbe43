using AsyncOpt.Core.Runs;

namespace AsyncOpt.Client.Tests;

public sealed class VerifyCommandTests : IDisposable
{
    readonly FakeShell _shell = new();
    readonly string _file;

    public VerifyCommandTests() => _file = _shell.Experiment();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void Equal_hashes_under_all_partitions_and_threads_end_with_0()
    {
        var seen = new List<(int?, int, bool)>();
        _shell.Runs = (plan, _) =>
        {
            seen.Add((plan.Partitions, plan.Threads, plan.Metrics));
            return FakeRecord.Of(plan);
        };

        Assert.Equal(0, _shell.Run("verify", _file));

        Assert.Equal(
            [(1, 1, true), (1, 2, false), (2, 1, true), (2, 2, false), (3, 1, true), (3, 2, false), (7, 1, true),
                (7, 2, false), (1, 1, true)],
            seen);
        Assert.Contains("async: same hash and metrics in 9 runs", _shell.Out, StringComparison.Ordinal);
        Assert.Contains("2, 3, 7 partitions on up to 2 threads", _shell.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("trivial", _shell.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Why_there_was_one_partition_is_said_once()
    {
        _shell.Runs = (plan, _) => FakeRecord.Of(plan) with
        {
            Partitions = 1,
            Warnings = plan.Partitions > 1 ? [$"one partition instead of {plan.Partitions}"] : [],
        };

        Assert.Equal(0, _shell.Run("verify", _file));
        Assert.Contains("one partition instead of 7", _shell.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("instead of 2", _shell.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_different_hash_ends_with_3()
    {
        _shell.Runs = (plan, _) => FakeRecord.Of(plan) with { Hash = plan.Partitions == 3 ? 1UL : 0 };

        Assert.Equal(3, _shell.Run("verify", _file));
        Assert.Contains("2 different hashes in 9 runs", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Different_metrics_under_the_same_hash_end_with_3()
    {
        _shell.Runs = (plan, _) =>
        {
            var record = FakeRecord.Of(plan);
            return plan.Partitions == 7 ? record with { Metrics = [.. record.Metrics.Reverse()] } : record;
        };

        Assert.Equal(3, _shell.Run("verify", _file));
    }

    [Fact]
    public void Where_nothing_ran_in_parallel_it_says_so()
    {
        _shell.Runs = (plan, _) => FakeRecord.Of(plan) with
        {
            Partitions = 1,
            Counts = new RunCounts { Windows = 1, Batches = 9, BatchMax = 1 },
        };

        Assert.Equal(0, _shell.Run("verify", _file));
        Assert.Contains("trivial", _shell.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_stops_at_a_target_is_never_without_metrics()
    {
        _shell.Experiment(stop: "{ target: { metric: gap, value: 0.1, stop: true } }");
        var withMetrics = new List<bool>();
        _shell.Runs = (plan, _) =>
        {
            withMetrics.Add(plan.Metrics);
            return FakeRecord.Of(plan);
        };

        _shell.Run("verify", _file);

        Assert.DoesNotContain(false, withMetrics);
    }

    [Fact]
    public void A_limit_of_wall_time_becomes_the_virtual_time_it_came_at()
    {
        _shell.Experiment(stop: "{ wall-time: 5s }");
        var stops = new List<StopRules>();
        _shell.Runs = (plan, _) =>
        {
            stops.Add(plan.Stop);
            return FakeRecord.Of(plan);
        };

        Assert.Equal(0, _shell.Run("verify", _file));

        Assert.Equal(5, stops[0].WallTime);
        Assert.All(stops.Skip(1), s => Assert.Equal((null, Seconds(2)), (s.WallTime, s.Time)));
    }
}
