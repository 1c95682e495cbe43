using System.Diagnostics;
using AsyncOpt.Grains.Live.Agents;

namespace AsyncOpt.Grains.Tests.Live.Agents;

/// <summary>Messages to another host: in order, once, and together where they come together.</summary>
public class OutboxTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    static LiveMessage Message(int number, int coordinates = 0, int sender = 0) => new()
    {
        Sender = sender,
        Receiver = 1,
        Kind = 0,
        Number = (uint)number,
        Vector = coordinates == 0 ? null : new LiveVector<float>(new float[coordinates])
        {
            Version = 0,
            Birth = 0,
            Compute = 0,
            Wire = 0,
        },
    };

    [Fact]
    public void What_comes_while_a_batch_is_handed_over_goes_with_the_next_one()
    {
        Assert.Equal([1, 5], SizesOf([.. Enumerable.Range(0, 5).Select(i => Message(i))]));
    }

    [Fact]
    public void A_batch_is_bounded_in_messages_and_in_coordinates()
    {
        Assert.Equal(
            [1, Outbox.MessagesMax, 3], SizesOf([.. Enumerable.Range(0, Outbox.MessagesMax + 3).Select(i => Message(i))]));
        Assert.Equal(
            [1, 2, 1], SizesOf([.. Enumerable.Range(0, 3).Select(i => Message(i, Outbox.CoordinatesMax / 2))]));
        Assert.Equal([1, 1, 1], SizesOf([.. Enumerable.Range(0, 2).Select(i => Message(i, 2 * Outbox.CoordinatesMax))]));
    }

    // The next message comes just when the thread that handed the last one over ends: it must see it, or be begun anew.
    [Fact]
    public void A_message_that_comes_as_a_thread_ends_is_not_left_behind()
    {
        var came = 0;
        var outbox = new Outbox(batch => Interlocked.Add(ref came, batch.Length));
        var message = Message(0);

        // Without the fence between the two one of some 100,000 messages stays, so that most runs of this fail.
        var begin = Stopwatch.GetTimestamp();
        for (var i = 1; Stopwatch.GetElapsedTime(begin).TotalSeconds < 4; i++)
        {
            outbox.Add(message);
            Thread.SpinWait(i & 63);
            for (var start = Stopwatch.GetTimestamp(); Volatile.Read(ref came) != i;)
                Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds < 20, $"message {i} stays");
        }
    }

    [Fact]
    public async Task Every_message_of_many_threads_comes_once_and_in_the_order_of_its_sender()
    {
        const int Senders = 8, Messages = 20_000;
        var came = new List<LiveMessage>();
        var all = new TaskCompletionSource();
        var outbox = new Outbox(batch =>
        {
            came.AddRange(batch);
            if (came.Count == Senders * Messages)
                all.SetResult();
        });

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() =>
        {
            for (var i = 0; i < Messages; i++)
                outbox.Add(Message(i, sender: sender));
        }, Token)));
        await all.Task.WaitAsync(Patience.Limit, Token);

        foreach (var ofSender in came.GroupBy(m => m.Sender))
            Assert.Equal(Enumerable.Range(0, Messages).Select(i => (uint)i), ofSender.Select(m => m.Number));
    }

    /// <summary>The sizes of batches, where messages come while a first one, alone, is handed over.</summary>
    static List<int> SizesOf(LiveMessage[] messages)
    {
        using var isFirst = new ManualResetEventSlim();
        using var areAdded = new ManualResetEventSlim();
        using var isLast = new ManualResetEventSlim();
        var sizes = new List<int>();
        var outbox = new Outbox(batch =>
        {
            sizes.Add(batch.Length);
            isFirst.Set();
            areAdded.Wait(Token);
            if (sizes.Sum() == 1 + messages.Length)
                isLast.Set();
        });
        outbox.Add(Message(-1));
        isFirst.Wait(Token);
        foreach (var message in messages)
            outbox.Add(message);
        areAdded.Set();
        isLast.Wait(Token);
        return sizes;
    }
}
