using AsyncOpt.Core.Data;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Tests;

/// <summary>What is no file is refused before it is opened: a device has no end, and a pipe may have nobody who writes.</summary>
public sealed class PlainFileTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncopt-");

    public void Dispose() => _folder.Delete(recursive: true);

    string PathOf(string name) => Path.Combine(_folder.FullName, name);

    static void RequireLinux()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("only Linux tells what a path is before it is opened");
    }

    string Pipe()
    {
        var path = PathOf("pipe");
        using var made = System.Diagnostics.Process.Start("mkfifo", [path]);
        made.WaitForExit();
        return path;
    }

    [Fact]
    public void A_device_and_a_pipe_are_refused_by_all_that_open_files()
    {
        RequireLinux();
        File.CreateSymbolicLink(PathOf("link"), "/dev/zero");

        foreach (var (path, what) in new[] { ("/dev/zero", "a device"), (PathOf("link"), "a device"), (Pipe(), "a pipe") })
        {
            Assert.Equal($"it is {what}, and no file", Assert.Throws<IOException>(() => PlainFile.Open(path)).Message);
            Assert.Throws<IOException>(() => PlainFile.ReadBytes(path));
            Assert.Equal(
                $"{path}: cannot be read: it is {what}, and no file; choose another place",
                Assert.Throws<InputException>(() => DataFile.Open(path)).Message);
            Assert.Throws<InputException>(() => JsonText.ReadFile(path));
            Assert.Null(InputFile.Find("", "f", path));
        }
    }

    [Fact]
    public void A_file_is_read_also_where_it_is_empty_or_says_no_length()
    {
        File.WriteAllText(PathOf("empty"), "");
        File.WriteAllBytes(PathOf("three"), [1, 2, 3]);

        Assert.Empty(PlainFile.ReadBytes(PathOf("empty")));
        Assert.Equal([1, 2, 3], PlainFile.ReadBytes(PathOf("three")));
        Assert.Throws<FileNotFoundException>(() => PlainFile.ReadBytes(PathOf("none")));
        if (OperatingSystem.IsLinux())
            Assert.NotEmpty(PlainFile.ReadText("/proc/self/status"));
    }

    [Fact]
    public void So_many_bytes_are_read_as_a_whole_and_no_more()
    {
        using (var file = File.Create(PathOf("large")))
            file.SetLength(PlainFile.WholeBytesMax + 1L);

        Assert.Equal(
            "it is longer than 64 MiB, the most that is read of such a file",
            Assert.Throws<IOException>(() => PlainFile.ReadBytes(PathOf("large"))).Message);
    }
}
