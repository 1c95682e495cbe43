using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Comparing;

namespace AsyncOpt.Reporting.Tests;

public sealed class ExperimentFolderTests : InFolder
{
    [Fact]
    public void Files_are_told_by_what_they_hold_wherever_they_lie()
    {
        var named = Specification("""{ "problem": { "data": { "file": "d.svm", "label": "d" } }, "threads": 1 }""");
        var resolved = Specification(
            """{ "problem": { "data": { "file": "/a/d.svm", "label": "d" } }, "threads": 8 }""");

        var a = Of(named, new("problem", "d.svm", "/b/d.svm", 1, "aa"));
        var b = Of(resolved, new("problem", "d.svm", "/a/d.svm", 1, "aa"));
        var c = Of(resolved, new("problem", "d.svm", "/a/d.svm", 1, "bb"));

        Assert.Null(a.Difference(b));
        Assert.Equal("problem.data.file is a file with other content", a.Difference(c));
        Assert.Equal("another build", (a with { Build = "1" }).Difference(b with { Build = "2" }));
        Assert.Equal("metrics or none", a.Difference(b with { Metrics = false }));
    }

    [Fact]
    public void Seeds_count_for_single_runs_and_not_among_the_seeds_of_an_arm()
    {
        var a = Of(Specification("""{ "seed": { "run": 1 }, "workers": 2 }"""));
        var b = Of(Specification("""{ "seed": { "run": 2 }, "workers": 2 }"""));

        Assert.Equal("seed.run 1, now 2", a.Difference(b));
        Assert.Null(a.Difference(b, seeds: false));
    }

    [Fact]
    public void A_run_is_read_once_while_its_folder_is_held()
    {
        Write(Folder, 0, step: 0.1);
        var run = RunFolder.PathOf(Folder, "async", 0);
        var planned = RunIdentity.Of(StoredRun.Read(run));
        using var folder = ExperimentFolder.Open(Folder);

        Assert.Empty(folder.Foreign((_, _) => planned));
        File.WriteAllText(Path.Combine(run, RunFolder.ManifestFile), "{");

        Assert.NotNull(folder.Finished(run, planned));
        folder.Clear();
        Assert.Null(folder.Finished(run, planned));
    }

    [Fact]
    public void Runs_of_one_folder_that_were_made_by_different_experiments_are_not_compared()
    {
        foreach (var name in (string[])["a", "b"])
            for (var k = 0; k < 2; k++)
                Write(Path.Combine(Folder, name), k, step: 0.1);
        Assert.Single(RunPairs.Compare(Path.Combine(Folder, "a"), Path.Combine(Folder, "b")));

        Write(Path.Combine(Folder, "b"), 1, step: 0.2);
        var e = Assert.Throws<InputException>(
            () => RunPairs.Compare(Path.Combine(Folder, "a"), Path.Combine(Folder, "b")));
        Assert.Contains("seed-0 and seed-1 of arm 'async' are runs of different experiments (method.step 0.1 and 0.2)",
            e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_runs_left_is_moved_or_deleted()
    {
        var path = Path.Combine(Folder, "x");
        Write(path, 0, step: 0.1);
        foreach (var file in (string[])["summary.csv", "notes.txt"])
            File.WriteAllText(Path.Combine(path, file), "");
        Directory.CreateDirectory(Path.Combine(path, "plots"));
        using var folder = ExperimentFolder.Open(path);

        Assert.Equal(path + ".earlier-1", folder.MoveAside(["async"], []));
        Assert.Equal(["async", "summary.csv"], Names(path + ".earlier-1"));
        Write(path, 0, step: 0.2);
        Assert.Equal(path + ".earlier-2", folder.MoveAside(["async"], []));
        Write(path, 0, step: 0.3);
        folder.Clear();
        Assert.Equal(["notes.txt", "plots"], Names(path));
    }

    [Fact]
    public void Files_of_the_user_in_a_runs_folder_stay_when_runs_are_deleted()
    {
        Write(Folder, 0, step: 0.1);
        Write(Folder, 1, step: 0.1);
        var arm = Path.Combine(Folder, "async");
        var (noted, bare) = (Path.Combine(arm, "seed-0"), Path.Combine(arm, "seed-1"));
        Directory.CreateDirectory(Path.Combine(noted, "plots"));
        Directory.CreateDirectory(Path.Combine(noted, "replay"));
        foreach (var file in (string[])["notes.txt", "plots/metrics.csv", "replay/silo-0.log"])
            File.WriteAllText(Path.Combine(noted, file), file);
        File.WriteAllText(Path.Combine(arm, "notes.txt"), "arm");
        File.Delete(Path.Combine(bare, RunFolder.ManifestFile));
        using var folder = ExperimentFolder.Open(Folder);

        folder.Clear();

        Assert.Equal(["notes.txt", "seed-0"], Names(arm));
        Assert.Equal(["notes.txt", "plots"], Names(noted));
        Assert.Equal(["metrics.csv"], Names(Path.Combine(noted, "plots")));
    }

    [Fact]
    public void A_damaged_run_is_not_there_and_is_moved_without_the_other_seeds()
    {
        var path = Path.Combine(Folder, "x");
        for (var k = 0; k < 3; k++)
            Write(path, k, step: 0.1);
        var run = RunFolder.PathOf(path, "async", 1);
        List<RunIdentity> planned =
            [.. Enumerable.Range(0, 3).Select(k => RunIdentity.Of(StoredRun.Read(RunFolder.PathOf(path, "async", k))))];
        File.WriteAllText(Path.Combine(run, RunFolder.MetricsFile), "");
        using var folder = ExperimentFolder.Open(path);

        Assert.Empty(folder.Foreign((_, k) => planned[k]));
        var (arm, repetition, damage) = Assert.Single(folder.Damaged());
        Assert.Equal(("async", 1), (arm, repetition));
        Assert.StartsWith(Path.Combine(run, RunFolder.MetricsFile) + " is damaged: ", damage);
        Assert.Null(folder.Finished(run, planned[1]));
        Assert.NotNull(folder.Finished(RunFolder.PathOf(path, "async", 0), planned[0]));

        folder.MoveAside([], [(arm, repetition)]);

        Assert.Equal(["seed-0", "seed-2"], Names(Path.Combine(path, "async")));
        Assert.Equal(["seed-1"], Names(Path.Combine(path + ".earlier-1", "async")));
        Assert.Empty(folder.Damaged());
    }

    [Fact]
    public void A_seed_that_was_copied_is_moved_and_the_others_stay()
    {
        var path = Path.Combine(Folder, "x");
        Write(path, 0, step: 0.1);
        Write(path, 1, step: 0.1);
        var copy = RunFolder.PathOf(path, "async", 5);
        Directory.Move(RunFolder.PathOf(path, "async", 1), copy);
        Write(path, 1, step: 0.1);
        var planned = RunIdentity.Of(StoredRun.Read(RunFolder.PathOf(path, "async", 0)));
        using var folder = ExperimentFolder.Open(path);

        Assert.Empty(folder.Foreign(
            (_, k) => k < 2 ? RunIdentity.Of(StoredRun.Read(RunFolder.PathOf(path, "async", k))) : null));
        Assert.Equal(("async", 5, $"{copy} is a copy of seed-1, or was renamed"), Assert.Single(folder.Damaged()));
        Assert.NotNull(folder.Finished(RunFolder.PathOf(path, "async", 0), planned));
    }

    [Fact]
    public void A_file_where_a_folder_is_needed_is_named()
    {
        var file = Path.Combine(Folder, "file");
        File.WriteAllText(file, "");

        var e = Assert.Throws<StorageException>(() => RunFolder.Write(
            RunFolder.PathOf(file, "async", 0), Records.Facts(), Records.Run([1])));
        Assert.Equal($"{RunFolder.PathOf(file, "async", 0)}: cannot be written: {file} is a file where a folder is "
            + "needed; move it away, or choose another place", e.Message);
        Assert.StartsWith($"{file}{Path.DirectorySeparatorChar}x: ", Assert.Throws<StorageException>(
            () => AtomicFile.Write(Path.Combine(file, "x"), to => to.Write("x"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(28, "no space is left on the disk")]
    [InlineData(122, "your quota of disk space is used up")]
    [InlineData(30, "the file system is read-only")]
    [InlineData(24, "too many files are open")]
    public void What_the_system_says_is_told_in_words_and_leaves_nothing_behind(int error, string words)
    {
        var place = Path.Combine(Folder, "place");
        void Fail() => throw new IOException("something of .NET", error);

        var folder = Assert.Throws<StorageException>(() => AtomicFile.WriteFolder(place, _ => true, _ => Fail()));
        var file = Assert.Throws<StorageException>(() => AtomicFile.Write(place, _ => Fail()));

        Assert.StartsWith($"{place}: cannot be written: {words}", folder.Message, StringComparison.Ordinal);
        Assert.Equal(folder.Message, file.Message);
        Assert.Empty(Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public void A_path_beyond_the_limit_of_the_file_system_is_told_as_such()
    {
        var e = Assert.Throws<StorageException>(
            () => AtomicFile.Write(Path.Combine(Folder, new string('n', 300)), to => to.Write("x")));
        Assert.EndsWith("the path is too long for this file system; choose a shorter one", e.Message,
            StringComparison.Ordinal);
    }

    static IEnumerable<string> Names(string folder) =>
        Directory.GetFileSystemEntries(folder).Select(p => Path.GetFileName(p)).Where(n => n[0] != '.').Order();

    static JsonNode Specification(string json) => JsonNode.Parse(json)!;

    static RunIdentity Of(JsonNode specification, InputFile? file = null) =>
        new() { Specification = RunIdentity.ByContent(specification, file is null ? [] : [file]) };

    static void Write(string folder, int repetition, double step)
    {
        var facts = Records.Facts() with
        {
            Repetition = repetition,
            Specification = new JsonObject { ["method"] = new JsonObject { ["step"] = step }, ["seed"] = repetition },
        };
        RunFolder.Write(RunFolder.PathOf(folder, "async", repetition), facts, Records.Run([1, 0.5]));
    }
}
