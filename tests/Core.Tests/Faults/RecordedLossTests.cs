using AsyncOpt.Core.Data;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Tests.Faults;

/// <summary>That whole runs repeat is in <c>RecordedScheduleTests</c>.</summary>
public sealed class RecordedLossTests : IDisposable
{
    static readonly MessageKind Kind = new("kind");
    readonly string _file = Path.Combine(Path.GetTempPath(), $"messages-{Guid.NewGuid():n}.csv");

    public void Dispose() => File.Delete(_file);

    RecordedLoss Of(RecordedLoss.Options options)
    {
        File.WriteAllText(
            _file, "way,from,to,message,delay_ns,lost\nlink,0,1,0,5,0\nlink,0,1,1,0,1\nlink,0,1,2,7,0\nlink,1,0,0,0,1\n");
        var loss = new RecordedLoss(options with { File = _file });
        loss.Build(new LinkContext(4, 1, path => path));
        return loss;
    }

    static bool IsLost(RecordedLoss loss, int from, int to, long sequence) => loss.Judge(
        new MessageContext { From = from, To = to, Sender = from, Sequence = sequence, Kind = Kind },
        new Draw(1, Purpose.LinkFault, 1, (ulong)sequence)) == Verdict.Drop;

    [Fact]
    public void The_messages_are_lost_that_were_lost_there()
    {
        var loss = Of(new() { File = "" });

        Assert.Equal([false, true, false, false, true, false], Enumerable.Range(0, 6).Select(k => IsLost(loss, 0, 1, k)));
        Assert.True(IsLost(loss, 1, 0, 17));
        Assert.Throws<InputException>(() => IsLost(loss, 2, 0, 0));
    }

    [Fact]
    public void Beyond_the_record_they_are_lost_with_a_probability_or_an_error_ends_the_run()
    {
        var all = Of(new() { File = "", Beyond = BeyondRecord.Law, Probability = 1 });
        Assert.Equal((false, true, true), (IsLost(all, 0, 1, 2), IsLost(all, 0, 1, 3), IsLost(all, 2, 0, 0)));

        Assert.Throws<InputException>(() => IsLost(Of(new() { File = "", Beyond = BeyondRecord.Error }), 0, 1, 3));
        Assert.Single(new RecordedLoss.Options { File = "f", Probability = 0.5 }.Violations());
        Assert.Single(new RecordedLoss.Options { File = "f", Beyond = BeyondRecord.Law }.Violations());
    }
}
