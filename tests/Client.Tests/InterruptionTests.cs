using AsyncOpt.Client.Running;
using AsyncOpt.Core;
using AsyncOpt.Experiments;
using AsyncOpt.Experiments.Data;
using AsyncOpt.Simulation;

namespace AsyncOpt.Client.Tests;

/// <summary>Runs are ended by the user or by a limit, and the first of them is the reason.</summary>
[Collection(LimitedMemory)]
public sealed class InterruptionTests : IDisposable
{
    /// <summary>Tests that limit the memory of the process, one after the other.</summary>
    public const string LimitedMemory = "limited memory";

    readonly StringWriter _said = new();
    readonly CancellationTokenSource _user = new();

    public void Dispose()
    {
        _said.Dispose();
        _user.Dispose();
    }

    [Fact]
    public void The_user_ends_them()
    {
        using var interruption = new Interruption(Session());
        Assert.False(interruption.Token.IsCancellationRequested);

        _user.Cancel();

        Assert.True(interruption.Token.IsCancellationRequested);
        Assert.Equal(RunHooks.ByUser, interruption.Reason);
        Assert.Equal("", _said.ToString());
    }

    [Theory]
    [InlineData(1e-9, null, "--max-wall: ")]
    [InlineData(null, 20_000_000L, "--max-memory: the process has ")]
    public void A_limit_ends_them_with_a_line_and_is_the_reason_also_where_the_user_is_next(
        double? wall, long? memory, string reason)
    {
        using var interruption = new Interruption(Session(), wall, memory);

        Assert.True(interruption.Token.WaitHandle.WaitOne(60_000));
        _user.Cancel();

        Assert.StartsWith(reason, interruption.Reason, StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(
            () => _said.ToString() == $"{interruption.Reason}: the runs end{Environment.NewLine}", 60_000));
    }

    [Fact]
    public void Limits_that_are_not_reached_end_nothing_and_are_gone_afterwards()
    {
        var machine = MachineMemory.Bytes;
        using (var interruption = new Interruption(Session(), 3600, 1L << 50))
        {
            Assert.False(interruption.Token.WaitHandle.WaitOne(300));
            Assert.Equal(machine, MachineMemory.Bytes);
        }
        Assert.Equal(machine, MachineMemory.Bytes);
    }

    Session Session() => new(
        new Services(new EmbeddedRunner(new()), () => new DataFetcher(), new LoadOptions(), null!, (_, _) => 0),
        new Terminal(TextWriter.Null, _said, () => throw new InvalidOperationException("nothing is drawn")),
        _user.Token);
}
