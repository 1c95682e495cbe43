using System.IO.Compression;
using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Gateway;
using AsyncOpt.Simulation;

namespace AsyncOpt.Grains.Tests.Runs;

public class RunGrainTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    static RunRequest Held => Requests.Of() with { Arm = "held" };

    [Fact]
    public async Task A_run_goes_from_its_submission_to_its_record_and_folder()
    {
        await using var cluster = await RunCluster.Start();

        var submitted = await cluster.Submit(Requests.Of("mine") with { Arm = "first", Repetition = 3 });
        var over = await cluster.Until(submitted.Id, s => s.IsOver);

        Assert.Equal(("mine", "first", 3, RunMode.Virtual), (over.Name, over.Arm, over.Repetition, over.Mode));
        Assert.Equal((RunState.Ended, Outcome.BudgetSpent, 1), (over.State, over.Outcome, over.Attempts));
        Assert.Equal("virtual time reached 2 s", over.Reason);
        Assert.True(over.Submitted <= over.Started && over.Started <= over.Ended);
        Assert.Equal((1, 2), (over.Last!.Share, over.Last.VirtualTime));
        var record = RecordJson.Read(await Kept(cluster, over.Id, "record.json"));
        Assert.Equal(over.Hash, Text.Hash(record.Hash));
        // The checkpoint is gone, the attachment lies in the folder.
        Assert.Equal(["folder.zip", "record.json", "state.json"], await cluster.Store.Names(over.Id, Token));
        using var zip = new ZipArchive(new MemoryStream(await Kept(cluster, over.Id, "folder.zip")));
        Assert.Equal("attached", await new StreamReader(zip.GetEntry("note.txt")!.Open()).ReadToEndAsync(Token));
        Assert.NotNull(zip.GetEntry("manifest.json"));
    }

    [Fact]
    public async Task A_submission_that_is_sent_again_is_the_same_run()
    {
        var cluster = await RunCluster.Start(configure: o => o.RunsAtATime = 2);

        var first = (await cluster.Submit(Held with { Key = "mine" })).Id;
        Assert.Equal(first, (await cluster.Submit(Held with { Key = "mine" })).Id);
        var other = (await cluster.Submit(Held with { Key = "other" })).Id;
        Assert.NotEqual(first, other);
        // Also where there is no room for another.
        Assert.Equal(other, (await cluster.Submit(Held with { Key = "other" })).Id);
        Assert.Null(await cluster.Directory.Submit(Held with { Key = "third" }));
        Assert.Equal(2, (await cluster.Directory.List()).Length);

        // Whoever reads the store knows the keys.
        await using var next = await RunCluster.Start(folder: await cluster.Leave());
        Assert.Equal(first, (await next.Submit(Held with { Key = "mine" })).Id);
        Assert.Equal(2, (await next.Directory.List()).Length);
        next.Executor.LetGo(first);
        next.Executor.LetGo(other);
        await next.Until(first, s => s.IsOver);
        await next.Until(other, s => s.IsOver);
    }

    [Fact]
    public async Task Progress_is_told_line_by_line_and_can_be_picked_up_again()
    {
        await using var cluster = await RunCluster.Start();
        var run = cluster.Run((await cluster.Submit(Held)).Id);

        var first = await cluster.Lines(run.GetPrimaryKeyString(), 0);
        cluster.Executor.LetGo(run.GetPrimaryKeyString());
        await cluster.Until(run.GetPrimaryKeyString(), s => s.IsOver);
        var rest = await run.Follow(first.Lines[0].Cursor, TimeSpan.Zero);
        var end = await run.Follow(rest!.Lines[^1].Cursor, TimeSpan.Zero);

        var line = Assert.Single(first.Lines);
        Assert.Equal("""{"share":0.5,"virtualTime":1,"events":10,"updates":5,"metrics":[{"metric":"loss","value":0.25}]}""",
            line.Json);
        Assert.Null(first.End);
        // Instants 0, 0.5, ..., 2 s of the run itself.
        Assert.Equal([0.0, 0.5, 1, 1.5, 2], rest.Lines.Select(l => GatewayJson.Read<RunProgress>(l.Json).VirtualTime));
        Assert.Equal(rest.Lines.Select(l => l.Cursor).Order().Distinct(), rest.Lines.Select(l => l.Cursor));
        Assert.Null(rest.End);
        Assert.Equal((0, RunState.Ended), (end!.Lines.Count, end.End!.State));
    }

    [Fact]
    public async Task A_cancelled_run_ends_where_it_stands()
    {
        await using var cluster = await RunCluster.Start();
        var endless = Requests.Specification.Replace("time: 2s", "time: 1000000000s").Replace("samples: 4", "sample-every: 1000s");
        var id = (await cluster.Submit(Requests.Of("endless", endless))).Id;
        await cluster.Until(id, s => s.Last is not null);

        var asked = await cluster.Run(id).Cancel();
        var over = await cluster.Until(id, s => s.IsOver);
        var again = await cluster.Run(id).Cancel();

        Assert.False(asked!.IsOver && asked.State != RunState.Cancelled);
        Assert.Equal((RunState.Cancelled, Outcome.Cancelled), (over.State, over.Outcome));
        Assert.True(over.HasRecord);
        Assert.Equal(GatewayJson.Write(over), GatewayJson.Write(again!));
    }

    [Fact]
    public async Task A_run_that_is_cancelled_before_it_ran_leaves_no_record()
    {
        await using var cluster = await RunCluster.Start();
        var id = (await cluster.Submit(Held)).Id;
        await cluster.Until(id, s => s.State == RunState.Running);

        await cluster.Run(id).Cancel();
        var over = await cluster.Until(id, s => s.IsOver);

        Assert.Equal((RunState.Cancelled, "cancelled", false), (over.State, over.Reason, over.HasRecord));
    }

    [Theory]
    [InlineData("broken", Requests.Specification, "internal error: InvalidOperationException: it broke (the silo's log has more)")]
    [InlineData("large", Requests.Specification, "are not enough for what it runs; take fewer agents or parameters")]
    [InlineData("async", "workers: 2", "specification:1:1: missing key 'method': expected a name out of methods, or a mapping with 'name'")]
    public async Task A_run_that_cannot_be_run_says_why(string arm, string specification, string reason)
    {
        await using var cluster = await RunCluster.Start();

        var id = (await cluster.Submit(Requests.Of("bad", specification) with { Arm = arm })).Id;
        var over = await cluster.Until(id, s => s.IsOver);

        Assert.Equal((RunState.Failed, false), (over.State, over.HasRecord));
        Assert.Contains(reason, over.Reason);
    }

    [Fact]
    public async Task No_more_runs_go_at_a_time_than_may_and_an_end_makes_room()
    {
        await using var cluster = await RunCluster.Start(configure: o => o.RunsAtATime = 2);
        var first = await cluster.Submit(Held);
        var second = await cluster.Submit(Held);

        Assert.False(await cluster.Directory.HasRoom());
        Assert.Null(await cluster.Directory.Submit(Held));

        cluster.Executor.LetGo(first.Id);
        await cluster.Until(first.Id, s => s.IsOver);
        await Patience.Until(cluster.Directory.HasRoom, () => "no room");
        Assert.NotNull(await cluster.Directory.Submit(Requests.Of()));
        Assert.False((await cluster.Run(second.Id).Status())!.IsOver);
    }

    [Fact]
    public async Task Runs_are_listed_the_newest_first_and_the_oldest_are_let_go()
    {
        await using var cluster = await RunCluster.Start(configure: o => o.RunsKept = 2);
        var ids = new List<string>();
        foreach (var name in (string[])["a", "b", "c", "d"])
        {
            ids.Add((await cluster.Submit(Requests.Of(name))).Id);
            await cluster.Until(ids[^1], s => s.IsOver);
        }

        var listed = await cluster.Directory.List();

        // Two over and kept when the fourth was submitted, and the fourth.
        Assert.Equal(["d", "c", "b"], listed.Select(s => s.Name));
        Assert.DoesNotContain(ids[0], await cluster.Store.Runs(Token));
    }

    [Fact]
    public async Task Two_runs_at_once_do_not_touch_each_other()
    {
        await using var cluster = await RunCluster.Start(silos: 2);
        var other = Requests.Specification.Replace("step: 0.1", "step: 0.3");

        var a = await cluster.Submit(Requests.Of("one"));
        var b = await cluster.Submit(Requests.Of("two", other));
        var ended = new[] { await cluster.Until(a.Id, s => s.IsOver), await cluster.Until(b.Id, s => s.IsOver) };

        Assert.Equal([HashOf(Requests.Specification), HashOf(other)], ended.Select(e => e.Hash));
    }

    [Fact]
    public async Task A_run_goes_on_when_its_grain_comes_back()
    {
        await using var cluster = await RunCluster.Start();
        var id = (await cluster.Submit(Held)).Id;
        var first = (await cluster.Lines(id, 0)).Lines[0].Cursor;

        await cluster.Silos.DeactivateAsync(cluster.Run(id));
        var again = await cluster.Until(id, s => s.Attempts == 2 && s.Last is not null);
        var later = (await cluster.Lines(id, first)).Lines[0].Cursor;
        cluster.Executor.LetGo(id);
        var over = await cluster.Until(id, s => s.IsOver);

        Assert.Equal(RunState.Running, again.State);
        Assert.True(later > first);
        Assert.Equal([(id, 0), (id, 1)], cluster.Executor.Begun);
        Assert.Equal((RunState.Ended, HashOf(Requests.Specification)), (over.State, over.Hash));
    }

    [Fact]
    public async Task Runs_go_on_after_the_loss_of_their_silo_without_being_asked_for()
    {
        await using var cluster = await RunCluster.Start(silos: 2);
        var id = (await cluster.Submit(Held)).Id;
        await cluster.Until(id, s => s.Last is not null);
        var lost = cluster.Silos.Silos.Single(silo => ServesRun(cluster, silo.SiloAddress, id));

        await cluster.Silos.Lose(lost);
        await Patience.Until(
            () => Task.FromResult(cluster.Executor.Begun.Contains((id, 1))), () => string.Join(' ', cluster.Executor.Begun));
        cluster.Executor.LetGo(id);
        var over = await cluster.Until(id, s => s.IsOver);

        Assert.Equal((RunState.Ended, 2), (over.State, over.Attempts));
        Assert.Equal(HashOf(Requests.Specification), over.Hash);
    }

    [Fact]
    public async Task Runs_go_on_in_the_next_cluster_on_the_same_store()
    {
        var first = await RunCluster.Start();
        var id = (await first.Submit(Held)).Id;
        var done = (await first.Submit(Requests.Of("done"))).Id;
        await first.Until(done, s => s.IsOver);
        await first.Until(id, s => s.Last is not null);
        var folder = await first.Leave();

        await using var second = await RunCluster.Start(folder: folder);
        await Patience.Until(
            () => Task.FromResult(second.Executor.Begun.Contains((id, 1))), () => string.Join(' ', second.Executor.Begun));
        second.Executor.LetGo(id);

        Assert.Equal(RunState.Ended, (await second.Until(id, s => s.IsOver)).State);
        Assert.Equal([done, id], (await second.Directory.List()).Select(s => s.Id));
        Assert.DoesNotContain(second.Executor.Begun, b => b.Run == done);
    }

    [Fact]
    public async Task A_run_that_takes_its_silo_down_again_and_again_is_given_up()
    {
        await using var cluster = await RunCluster.Start(configure: o => o.LossesMax = 3);
        var stored = new KeptRun
        {
            Request = Held,
            Status = new RunStatus
            {
                Id = "lost", Name = "small", Arm = "held", Repetition = 0, Mode = RunMode.Virtual,
                State = RunState.Running, Submitted = DateTimeOffset.UnixEpoch, Attempts = 4,
            },
            Losses = 3,
        };
        await stored.Write(cluster.Store, Token);

        var over = await cluster.Until("lost", s => s.IsOver);

        Assert.Equal(RunState.Failed, over.State);
        Assert.StartsWith("its silo was lost 4 times while it ran", over.Reason);
        Assert.Empty(cluster.Executor.Begun);
    }

    [Fact]
    public async Task A_file_that_was_sent_is_kept_while_a_run_needs_it_and_then_deleted()
    {
        await using var cluster = await RunCluster.Start(configure: o => o.InputSecondsKept = 0);
        var targets = "1\n3\n"u8.ToArray();
        var file = new InputFile(
            "", "targets.csv", "", targets.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(targets)));
        await SentFiles.Keep(cluster.Store, file.Sha256, targets, Token);
        var id = (await cluster.Submit(Held with
        {
            Specification = Requests.Specification.Replace("targets: [[1], [3]]", "file: targets.csv"),
            Inputs = [file],
        })).Id;
        await cluster.Directory.Sent(file.Sha256);
        await cluster.Lines(id, 0);

        await cluster.Directory.Watch();
        Assert.Equal([file.Sha256], await cluster.Store.Names(SentFiles.Shelf, Token));
        cluster.Executor.LetGo(id);
        var over = await cluster.Until(id, s => s.IsOver);

        Assert.Equal((RunState.Ended, HashOf(Requests.Specification)), (over.State, over.Hash));
        await Patience.Until(
            async () => (await cluster.Store.Names(SentFiles.Shelf, Token)).Count == 0, () => "the file is still there");
        Assert.DoesNotContain(await cluster.Directory.List(), r => r.Id == SentFiles.Shelf);
    }

    [Fact]
    public async Task A_run_that_nobody_submitted_is_unknown()
    {
        await using var cluster = await RunCluster.Start();
        var run = cluster.Run("nobody");

        Assert.Null(await run.Status());
        Assert.Null(await run.Request());
        Assert.Null(await run.Cancel());
        Assert.Null(await run.Follow(0, TimeSpan.Zero));
    }

    static async Task<byte[]> Kept(RunCluster cluster, string id, string name) =>
        await cluster.Store.Read(id, name, Token) ?? throw new InvalidOperationException($"no {name}");

    static bool ServesRun(RunCluster cluster, SiloAddress silo, string id) =>
        cluster.Silos.TryGetGrainContext(cluster.Run(id).GetGrainId(), out var context)
        && context.Address.SiloAddress!.Equals(silo);

    static string HashOf(string specification)
    {
        var arm = Experiments.Experiment.Parse(specification, "test", Path.GetTempPath()).Arms[0];
        return Text.Hash(Simulator.Run(arm.Plan(0, cancellation: Token)).Hash);
    }
}
