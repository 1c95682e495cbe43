using AsyncOpt.Core;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Grains.Virtual;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Tests.Fuzz;

namespace AsyncOpt.Grains.Tests.Virtual;

public sealed class CheckpointsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_checkpoint_counts_once_it_is_whole_and_replaces_the_one_before()
    {
        var store = new FileRunStore(_folder);
        var checkpoints = new Checkpoints(store, "run");
        Write(checkpoints, attempt: 0, time: 5);
        Assert.Null(checkpoints.Last());

        checkpoints.Complete(new WholeCheckpoint(0, 5, [1], [7]));
        Write(checkpoints, attempt: 0, time: 6);
        Assert.Equal(5, checkpoints.Last()!.Time);
        checkpoints.Complete(new WholeCheckpoint(0, 6, [1], [8]));

        Assert.Equal([8], checkpoints.Last()!.Progress);
        Assert.Equal(6, checkpoints.Read(0, 6, 0, 1).ReadByte());
        Assert.Equal(
            ["checkpoint-0-6-0-0", "checkpoint-0-6-0-1", Checkpoints.LastName],
            await store.Names("run", TestContext.Current.CancellationToken));
    }

    [Fact]
    public void An_attempt_that_was_taken_for_lost_touches_nothing_of_a_later_one()
    {
        var checkpoints = new Checkpoints(new FileRunStore(_folder), "run");
        Write(checkpoints, attempt: 1, time: 5);
        checkpoints.Complete(new WholeCheckpoint(1, 5, [1], []));
        Write(checkpoints, attempt: 0, time: 9);

        Assert.Throws<PartitionLostException>(() => checkpoints.Complete(new WholeCheckpoint(0, 9, [1], [])));

        Assert.Equal((1, 5L), (checkpoints.Last()!.Attempt, checkpoints.Last()!.Time));
        Assert.Equal(5, checkpoints.Read(1, 5, 0, 1).ReadByte());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"attempt":0,"time":5,"segments":null,"progress":""}""")]
    [InlineData("""{"attempt":0,"time":5,"segments":["a"],"progress":""}""")]
    public async Task What_is_no_checkpoint_is_named(string text)
    {
        var store = new FileRunStore(_folder);
        await store.Write(
            "run", Checkpoints.LastName, System.Text.Encoding.UTF8.GetBytes(Checkpoints.Sealed(text)),
            TestContext.Current.CancellationToken);

        var e = Assert.Throws<StorageException>(() => new Checkpoints(store, "run").Last());

        Assert.StartsWith(Path.Combine(_folder, "run", Checkpoints.LastName) + ":", e.Message);
        Assert.EndsWith("the run cannot go on from its checkpoint; submit it again", e.Message);
    }

    [Fact]
    public async Task Whatever_is_changed_in_the_store_is_named_and_not_gone_on_from()
    {
        var store = new FileRunStore(_folder);
        var checkpoints = new Checkpoints(store, "run");
        Write(checkpoints, attempt: 0, time: 6);
        checkpoints.Complete(new WholeCheckpoint(0, 6, [1], [1, 2, 3]));
        var names = await store.Names("run", TestContext.Current.CancellationToken);
        Assert.Equal(3, names.Count);

        foreach (var name in names)
        {
            var path = Path.Combine(_folder, "run", name);
            var whole = File.ReadAllBytes(path);
            Campaign.Run(60, mutator => mutator.Of(whole), bytes =>
            {
                File.WriteAllBytes(path, bytes);
                if (bytes.AsSpan().SequenceEqual(whole))
                    Assert.Equal(6, Resumed());
                else
                    Assert.EndsWith(
                        "the run cannot go on from its checkpoint; submit it again",
                        Assert.Throws<StorageException>(() => Resumed()).Message);
            });
            File.WriteAllBytes(path, whole);
        }

        int Resumed() => checkpoints.Last() is { Segments: [var pieces] } last
            ? checkpoints.Read(last.Attempt, last.Time, 0, pieces).ReadByte()
            : -1;
    }

    [Fact]
    public void A_piece_that_is_gone_is_named()
    {
        var e = Assert.Throws<StorageException>(() => new Checkpoints(new FileRunStore(_folder), "run").Read(0, 6, 0, 1));

        Assert.StartsWith(Path.Combine(_folder, "run", "checkpoint-0-6-0-0") + ": it is not there", e.Message);
    }

    static void Write(Checkpoints checkpoints, int attempt, byte time)
    {
        var bytes = new SegmentedStream();
        bytes.WriteByte(time);
        Assert.Equal(1, checkpoints.Write(attempt, time, 0, bytes));
    }
}
