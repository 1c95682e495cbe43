using System.Collections.Concurrent;
using AsyncOpt.Grains.Virtual;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Exchanges;

namespace AsyncOpt.Grains.Tests.Virtual;

public sealed class MailboxTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    static Mail MailOf(long time, params byte[][] blocks) => new(new Moment(time, 0), blocks);

    [Fact]
    public async Task Parcels_come_together_in_any_order_twice_and_a_window_ahead()
    {
        var box = new Mailbox(0, 3, (_, _) => { }, Token);
        Parcel[] parcels =
        [
            new(2, 1, 0, 1, 9, 0, [5]), // of the next window
            new(1, 0, 1, 2, 7, 1, [2]),
            new(2, 0, 0, 1, 8, 0, null),
            new(1, 0, 1, 2, 7, 1, [2]), // twice
            new(1, 0, 0, 2, 7, 1, [1]),
        ];
        foreach (var parcel in parcels)
            box.Take(parcel);

        var first = box.Swap([null, MailOf(4), MailOf(4)]);
        box.Take(new Parcel(1, 0, 0, 2, 7, 1, [1])); // of the past
        box.Take(new Parcel(1, 1, 0, 1, 6, 0, null));
        var second = await Task.Run(() => box.Swap([null, MailOf(5), MailOf(5)]), Token);

        Assert.Null(first[0]);
        Assert.Equal(new Moment(7, 1), first[1]!.Next);
        Assert.Equal([[1], [2]], first[1]!.Blocks);
        Assert.Empty(first[2]!.Blocks);
        Assert.Equal(new Moment(6, 0), second[1]!.Next);
        Assert.Equal([[5]], second[2]!.Blocks);
    }

    [Fact]
    public void Mail_goes_in_a_parcel_for_each_block_and_in_one_without_any()
    {
        var sent = new ConcurrentQueue<(int To, Parcel Parcel)>();
        var box = new Mailbox(1, 3, (to, parcel) => sent.Enqueue((to, parcel)), Token);
        box.Take(new Parcel(0, 0, 0, 1, 1, 0, null));
        box.Take(new Parcel(2, 0, 0, 1, 1, 0, null));

        box.Swap([MailOf(3), null, MailOf(3, [1], [2])]);

        Assert.Equal([(0, 1), (2, 2), (2, 2)], sent.Select(s => (s.To, s.Parcel.Parts)));
        Assert.Equal([null, 1, 2], sent.Select(s => (int?)s.Parcel.Block?[0]));
    }

    [Fact]
    public async Task Who_waits_says_for_whom_and_can_be_stopped()
    {
        using var stop = new CancellationTokenSource();
        var box = new Mailbox(0, 2, (_, _) => { }, stop.Token);
        var waiting = Task.Run(() => box.Swap([null, MailOf(1)]), Token);
        while (box.Now.WaitsFor is null)
            await Task.Yield();

        Assert.Equal((0L, 1), box.Now);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
