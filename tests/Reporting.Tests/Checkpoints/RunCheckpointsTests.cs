using System.Text;
using System.Text.Json.Nodes;
using AsyncOpt.Reporting.Checkpoints;

namespace AsyncOpt.Reporting.Tests.Checkpoints;

/// <summary>What is kept is found; what is not as it was written is named, and the one before it found.</summary>
public sealed class RunCheckpointsTests : InFolder
{
    string Run => RunFolder.PathOf(Folder, "async", 0);

    string Place => Path.Combine(Run, RunCheckpoints.Folder);

    [Fact]
    public void What_is_kept_is_found_with_its_head_and_its_state()
    {
        var kept = new RunCheckpoints(Run);
        kept.Save(Head(5), 2, to => to.Write("five"u8));
        kept.Save(
            Head(7) with { Resumed = [3, 5], RunSeconds = 1.5, EvaluationSeconds = 0.5, ComputationSeconds = 0.25 }, 2,
            to => to.Write("seven"u8));

        var found = new RunCheckpoints(Run).Good(Identity(), NoneRefused).ToList();

        Assert.Equal([7, 5], found.ConvertAll(c => c.Head.VirtualTime));
        Assert.Equal(["seven", "five"], found.ConvertAll(Text));
        Assert.Equal([3, 5], found[0].Head.Resumed);
        Assert.Equal((1.5, 0.5, 0.25), (
            found[0].Head.RunSeconds, found[0].Head.EvaluationSeconds, found[0].Head.ComputationSeconds));
        Assert.Null(found[0].Head.Run.Difference(Identity()));
        Assert.Null(kept.Identity()!.Difference(Identity()));
        Assert.True(kept.Any);
    }

    [Theory]
    [InlineData(1, "9")]
    [InlineData(2, "9 8")]
    [InlineData(3, "9 8 5")]
    [InlineData(5, "9 8 5 2")]
    public void As_many_stay_as_are_asked_for(int count, string times)
    {
        var kept = new RunCheckpoints(Run);
        foreach (var time in (long[])[2, 5, 8, 9])
            kept.Save(Head(time), count, _ => { });

        Assert.Equal(times, string.Join(' ', kept.Good(Identity(), NoneRefused).Select(c => c.Head.VirtualTime)));
        Assert.Equal(times.Split(' ').Length, Directory.GetFileSystemEntries(Place).Length);
    }

    [Fact]
    public void One_with_any_byte_changed_is_named_and_the_one_before_it_found()
    {
        var kept = new RunCheckpoints(Run);
        kept.Save(Head(5), 2, to => to.Write("five"u8));
        kept.Save(Head(7), 2, to => to.Write("seven"u8));
        var newest = Newest();
        var whole = File.ReadAllBytes(newest);

        for (var i = 0; i < whole.Length; i++)
        {
            var changed = whole.ToArray();
            changed[i] ^= 1;
            File.WriteAllBytes(newest, changed);
            Assert.Equal(
                "five", FoundBehind($"{newest}: is damaged: it no longer has the SHA-256 of what was written"));
        }
    }

    [Fact]
    public void One_that_was_torn_at_any_byte_is_named_and_the_one_before_it_found()
    {
        var kept = new RunCheckpoints(Run);
        kept.Save(Head(5), 2, to => to.Write("five"u8));
        kept.Save(Head(7), 2, to => to.Write("seven"u8));
        var newest = Newest();
        var whole = File.ReadAllBytes(newest);

        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(newest, whole[..length]);
            Assert.Equal("five", FoundBehind($"{newest}: is damaged: "));
            // A file whose end was never written, as of a system that lost power.
            File.WriteAllBytes(newest, [.. whole[..length], .. new byte[whole.Length - length]]);
            Assert.Equal("five", FoundBehind($"{newest}: is damaged: "));
        }
    }

    [Fact]
    public void One_of_another_version_is_named_as_such()
    {
        var kept = new RunCheckpoints(Run);
        kept.Save(Head(5), 2, to => to.Write("five"u8));
        kept.Save(Head(7), 2, to => to.Write("seven"u8));
        var newest = Newest();
        var bytes = File.ReadAllBytes(newest)[..^32];
        bytes["asyncopt".Length] = 9;
        File.WriteAllBytes(newest, [.. bytes, .. System.Security.Cryptography.SHA256.HashData(bytes)]);

        Assert.Equal("five", FoundBehind($"{newest}: is of version 9, and this program reads version 1"));
    }

    [Fact]
    public void One_of_another_run_is_named_with_what_differs()
    {
        var kept = new RunCheckpoints(Run);
        kept.Save(Head(5), 2, to => to.Write("five"u8));
        kept.Save(Head(7) with { Run = Identity(step: 0.3) }, 2, to => to.Write("seven"u8));

        Assert.Equal("five", FoundBehind($"{Newest()}: is of another run (method.step 0.3, now 0.1)"));
    }

    [Fact]
    public void What_is_later_than_the_last_one_goes_as_the_run_did_not_go_on_from_it()
    {
        var kept = new RunCheckpoints(Run);
        kept.Save(Head(5), 2, to => to.Write("five"u8));
        kept.Save(Head(9), 2, to => to.Write("nine"u8));
        File.WriteAllText(Newest(), "damaged");

        new RunCheckpoints(Run).Save(Head(6), 2, to => to.Write("six"u8));

        Assert.Equal(["six", "five"], kept.Good(Identity(), NoneRefused).Select(Text));
    }

    [Fact]
    public void What_a_killed_process_was_writing_goes_and_files_of_others_stay()
    {
        var partial = Path.Combine(Place, $".00000000000000000004.checkpoint.partial-{int.MaxValue}");
        var mine = Path.Combine(Place, "notes.txt");
        Directory.CreateDirectory(Place);
        File.WriteAllText(partial, "half");
        File.WriteAllText(mine, "mine");
        var kept = new RunCheckpoints(Run);
        Assert.False(kept.Any);

        kept.Save(Head(5), 2, _ => { });

        Assert.False(File.Exists(partial));
        kept.Delete();
        Assert.Equal([mine], Directory.GetFileSystemEntries(Place));
        File.Delete(mine);
        kept.Delete();
        Assert.False(Directory.Exists(Place));
        kept.Delete();
    }

    [Theory]
    [InlineData("checkpoints/00000000000000000005.checkpoint", true)]
    [InlineData("checkpoints/.00000000000000000005.checkpoint.partial-7", true)]
    [InlineData("checkpoints/5.checkpoint", false)]
    [InlineData("checkpoints/0000000000000000000x.checkpoint", false)]
    [InlineData("checkpoints/00000000000000000005.checkpoint.zip", false)]
    [InlineData("checkpoints/.hidden", false)]
    [InlineData("00000000000000000005.checkpoint", false)]
    public void Its_files_are_told_by_their_names(string file, bool own)
    {
        Assert.Equal(own, RunCheckpoints.IsOwn(file));
        Assert.Equal(own, RunFolder.IsOwn(file));
    }

    [Theory]
    [InlineData(Core.Runs.Outcome.Cancelled, 1)]
    [InlineData(Core.Runs.Outcome.BudgetSpent, 0)]
    public void They_stay_with_a_run_that_was_cut_off_and_go_with_one_that_is_over(Core.Runs.Outcome outcome, int left)
    {
        var kept = new RunCheckpoints(Run);
        kept.Save(Head(5), 2, to => to.Write("five"u8));

        RunFolder.Write(Run, Records.Facts(), Records.Run([1], outcome: outcome), survives: true);

        Assert.True(RunFolder.IsWhole(Run));
        Assert.Equal(left, kept.Good(Identity(), NoneRefused).Count());
        Assert.Equal([Run], Directory.GetFileSystemEntries(Path.GetDirectoryName(Run)!));
    }

    [Fact]
    public void The_manifest_says_from_when_a_run_went_on_and_its_seal_holds()
    {
        RunFolder.Write(Run, Records.Facts() with { Resumed = [500_000_000, 1_500_000_000] }, Records.Run([1]));

        var resumed = JsonNode.Parse(File.ReadAllText(Path.Combine(Run, RunFolder.ManifestFile)))!["resumed"]!;
        Assert.Equal(2, (int)resumed["times"]!);
        Assert.Equal([0.5, 1.5], resumed["from_virtual_time_s"]!.AsArray().Select(t => (double)t!));
        Assert.True(RunFolder.IsWhole(Run));
    }

    [Fact]
    public void A_folder_whose_process_was_killed_between_two_renames_comes_back_with_its_checkpoints()
    {
        var arm = Path.GetDirectoryName(Run)!;
        var aside = Path.Combine(arm, $".seed-0.old-{int.MaxValue}");
        new RunCheckpoints(Run).Save(Head(5), 2, to => to.Write("five"u8));
        RunFolder.Write(
            Run, Records.Facts() with { Repetition = 0 }, Records.Run([1], outcome: Core.Runs.Outcome.Cancelled));

        // Killed after the first rename: the new folder is nowhere yet.
        Directory.Move(Run, aside);
        using (ExperimentFolder.Open(Folder))
            Assert.Equal("five", Text(Assert.Single(new RunCheckpoints(Run).Good(Identity(), NoneRefused))));
        Assert.True(RunFolder.IsWhole(Run));

        // Killed after the second one: the new folder is there, and the checkpoints are still in the old one.
        Directory.Move(Run, aside);
        RunFolder.Write(
            Path.Combine(Folder, "other", "seed-0"), Records.Facts(),
            Records.Run([2], outcome: Core.Runs.Outcome.Cancelled));
        Directory.Move(Path.Combine(Folder, "other", "seed-0"), Run);
        using (ExperimentFolder.Open(Folder))
            Assert.Equal("five", Text(Assert.Single(new RunCheckpoints(Run).Good(Identity(), NoneRefused))));
        Assert.Equal([Run], Directory.GetFileSystemEntries(arm));
        Assert.EndsWith(",gap,2", File.ReadAllLines(Path.Combine(Run, "metrics.csv"))[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_another_experiment_that_left_only_checkpoints_is_moved_with_its_arm()
    {
        new RunCheckpoints(Run).Save(Head(5), 2, to => to.Write("five"u8));
        using var folder = ExperimentFolder.Open(Folder);

        Assert.Empty(folder.Foreign((_, _) => Identity()));
        var (arm, reason) = Assert.Single(folder.Foreign((_, _) => Identity(step: 0.3)));
        Assert.Equal(("async", "method.step 0.1, now 0.3"), (arm, reason));
        var moved = folder.MoveAside([arm], []);
        Assert.True(new RunCheckpoints(RunFolder.PathOf(moved, "async", 0)).Any);
        Assert.False(Directory.Exists(Run));
        Directory.Delete(moved, recursive: true);
    }

    // The state of the first good one, where exactly one is refused.
    string FoundBehind(string refusal)
    {
        var refused = new List<string>();
        var first = new RunCheckpoints(Run).Good(Identity(), refused.Add).First();
        Assert.StartsWith(refusal, Assert.Single(refused), StringComparison.Ordinal);
        return Text(first);
    }

    string Newest() => Directory.GetFiles(Place).Max(StringComparer.Ordinal)!;

    static string Text(StoredCheckpoint checkpoint)
    {
        using var reader = new StreamReader(checkpoint.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    static CheckpointHead Head(long time) => new() { Run = Identity(), VirtualTime = time };

    static RunIdentity Identity(double step = 0.1) => new()
    {
        Specification = JsonNode.Parse(
            $$"""{ "method": { "name": "async-sgd", "step": {{Reporting.Text.Number(step)}} } }""")!,
        Build = "b",
        Numerics = Records.Facts().Numerics,
        OnProcessor = true,
        Contents = ["x"],
    };

    static void NoneRefused(string why) => Assert.Fail(why);
}
