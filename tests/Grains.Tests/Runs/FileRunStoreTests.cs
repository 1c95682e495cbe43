using AsyncOpt.Core;
using AsyncOpt.Grains.Runs;

namespace AsyncOpt.Grains.Tests.Runs;

public sealed class FileRunStoreTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    IRunStore Store => new FileRunStore(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_written_is_read_listed_and_deleted()
    {
        await Store.Write("b", "two", new byte[] { 2 }, Token);
        await Store.Write("b", "one", new byte[] { 1 }, Token);
        await Store.Write("a", "x", new byte[] { 3 }, Token);
        await Store.Write("b", "one", new byte[] { 4, 5 }, Token);

        Assert.Equal([4, 5], await Store.Read("b", "one", Token));
        Assert.Equal(["one", "two"], await Store.Names("b", Token));
        Assert.Equal(["a", "b"], await Store.Runs(Token));
        await Store.Delete("b", "one", Token);
        Assert.Equal(["two"], await Store.Names("b", Token));
        await Store.Delete("b", null, Token);
        Assert.Equal(["a"], await Store.Runs(Token));
    }

    [Fact]
    public async Task What_is_not_there_is_nothing()
    {
        Assert.Null(await Store.Read("none", "x", Token));
        Assert.Empty(await Store.Names("none", Token));
        await Store.Delete("none", "x", Token);
        await Store.Delete("none", null, Token);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a\n")]
    [InlineData("/etc/passwd")]
    public async Task Names_that_lead_elsewhere_are_refused(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.Write(name, "x", default, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.Write("run", name, default, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.Read("run", name, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.Names(name, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.Delete(name, null, Token));
        Assert.False(RunNames.IsName(new string('a', 101)));
    }

    [Fact]
    public async Task Readers_see_the_old_bytes_or_the_new_ones_and_nothing_between()
    {
        byte[][] versions = [.. Enumerable.Range(0, 2).Select(k => Enumerable.Repeat((byte)k, 1 << 16).ToArray())];
        await Store.Write("run", "x", versions[0], Token);

        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
                await Store.Write("run", "x", versions[i % 2], Token);
        }, Token);
        do
        {
            var read = await Store.Read("run", "x", Token);
            Assert.True(read!.Length == 1 << 16 && read.All(b => b == read[0]));
        }
        while (!writing.IsCompleted);
        await writing;

        Assert.Equal(["x"], await Store.Names("run", Token));
        Assert.Single(Directory.GetFileSystemEntries(Path.Combine(_folder, "run")));
    }

    [Fact]
    public async Task What_the_file_system_does_not_do_is_said_with_its_place()
    {
        var file = Path.Combine(_folder, "store", "run");
        var store = new FileRunStore(Path.Combine(_folder, "store"));
        File.WriteAllText(file, ""); // where the run's folder should be

        var e = await Assert.ThrowsAsync<StorageException>(() => store.Write("run", "x", default, Token));
        Assert.Equal(
            $"{file}/x: cannot be written: {file} is a file where a folder is needed; move it away, or choose another place",
            e.Message);
        Assert.False(e.IsFull);
        Directory.CreateDirectory(Path.Combine(_folder, "store", "other", "x", "y"));
        Assert.StartsWith(
            $"{_folder}/store/other/x: cannot be read: ",
            (await Assert.ThrowsAsync<StorageException>(() => store.Read("other", "x", Token))).Message);
        Assert.StartsWith(
            $"{_folder}/store/other/x: cannot be deleted: ",
            (await Assert.ThrowsAsync<StorageException>(() => store.Delete("other", "x", Token))).Message);
        Directory.Delete(Path.Combine(_folder, "store"), recursive: true);
        Assert.StartsWith(
            $"{_folder}/store: cannot be read: ",
            (await Assert.ThrowsAsync<StorageException>(() => store.Runs(Token))).Message);
    }

    [Fact]
    public async Task A_run_that_could_not_be_kept_leaves_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Store.Write("run", "x", new byte[1 << 20], cancelled.Token));

        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_said()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");

        var e = Assert.Throws<InputException>(() => new FileRunStore(Path.Combine(file, "below")));

        Assert.StartsWith($"runs cannot be kept in {Path.Combine(file, "below")}: ", e.Message);
    }
}
