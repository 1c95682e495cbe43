using System.Threading.Channels;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Windows;

namespace AsyncOpt.Grains.Virtual;

/// <summary>
/// A shard on a thread of its own, which carries out orders one after the other. The shard's memory is the thread's
/// alone; it goes when the thread ends.
/// </summary>
sealed class ShardWorker : IDisposable
{
    readonly Channel<(ShardOrder Order, TaskCompletionSource<SegmentedStream> Answer)> _orders =
        Channel.CreateUnbounded<(ShardOrder, TaskCompletionSource<SegmentedStream>)>();
    readonly CancellationTokenSource _stopping = new();
    readonly PartitionPlace _place;
    readonly Checkpoints _checkpoints;
    readonly Task _ended;
    (int Number, Task<SegmentedStream> Answer) _last;

    /// <param name="place">Which shard.</param>
    /// <param name="make">Makes it; called on the thread.</param>
    /// <param name="send">Sends mail to another partition.</param>
    /// <param name="checkpoints">The checkpoints of the run.</param>
    public ShardWorker(PartitionPlace place, Func<IShard> make, Action<int, Parcel> send, Checkpoints checkpoints)
    {
        (_place, _checkpoints) = (place, checkpoints);
        Mailbox = new Mailbox(place.Number, place.Count, send, _stopping.Token);
        _ended = OwnThread.Run($"partition {place.KeyOf(place.Number)}", () => Work(make));
    }

    /// <summary>Whether it has an order to carry out.</summary>
    public bool IsBusy => _last.Answer is { IsCompleted: false };

    /// <summary>Where others put their mail.</summary>
    public Mailbox Mailbox { get; }

    /// <summary>Has an order carried out after those before it; one known already is not carried out again.</summary>
    /// <returns>The answer; faults where the order could not be carried out.</returns>
    public Task<SegmentedStream> Do(ShardOrder order)
    {
        if (order.Number <= _last.Number)
            return _last.Answer;
        if (order.Task == ShardTask.Stop)
            _stopping.Cancel();
        var answer = new TaskCompletionSource<SegmentedStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        _last = (order.Number, answer.Task);
        if (!_orders.Writer.TryWrite((order, answer)))
            answer.SetCanceled();
        return answer.Task;
    }

    /// <summary>Ends the thread as soon as it looks.</summary>
    public void Dispose()
    {
        _orders.Writer.TryComplete();
        _stopping.Cancel();
        _ended.ContinueWith(_ => _stopping.Dispose(), TaskScheduler.Default);
    }

    bool Work(Func<IShard> make)
    {
        IShard? shard = null;
        Exception? broken = null;
        try
        {
            while (_orders.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (_orders.Reader.TryRead(out var next))
                {
                    try
                    {
                        if (broken is not null)
                            throw broken;
                        shard ??= make();
                        next.Answer.SetResult(CarryOut(next.Order, shard));
                    }
                    catch (OperationCanceledException e)
                    {
                        next.Answer.SetCanceled(e.CancellationToken);
                    }
#pragma warning disable CA1031 // Whatever it is ends the attempt, and is told there.
                    catch (Exception e)
#pragma warning restore CA1031
                    {
                        next.Answer.SetException(broken = e);
                    }
                }
            }
            return true;
        }
        finally
        {
            shard?.Dispose();
        }
    }

    SegmentedStream CarryOut(ShardOrder order, IShard shard)
    {
        var answer = new SegmentedStream();
        switch (order.Task)
        {
            case ShardTask.Start:
                shard.Start(Mailbox);
                break;
            case ShardTask.Resume:
                using (var checkpoint = _checkpoints.Read(order.Attempt, order.Time, _place.Number, order.Segments))
                    Resume(checkpoint);
                break;
            case ShardTask.RunUntil:
                shard.RunUntil(order.Time, Mailbox, _stopping.Token);
                _stopping.Token.ThrowIfCancellationRequested();
                shard.Report(order.Report, answer);
                break;
            case ShardTask.Save:
                var bytes = new SegmentedStream(Checkpoints.SegmentBytes);
                shard.Save(order.Time, bytes);
                var segments = _checkpoints.Write(order.Attempt, order.Time, _place.Number, bytes);
                answer.Write(BitConverter.GetBytes(segments));
                break;
            case ShardTask.Stop:
                shard.Report(order.Report, answer);
                break;
        }
        return answer;

        // What was cut or changed reads as numbers that lead anywhere.
        void Resume(SegmentedStream checkpoint)
        {
            try
            {
                shard.Resume(checkpoint, Mailbox);
            }
            catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException
                or OverflowException or IndexOutOfRangeException)
            {
                throw _checkpoints.Broken(order.Attempt, order.Time, _place.Number, e);
            }
        }
    }
}
