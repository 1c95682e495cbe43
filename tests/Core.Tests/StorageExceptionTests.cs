namespace AsyncOpt.Core.Tests;

/// <summary>What the file system refuses, in words.</summary>
public sealed class StorageExceptionTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string In(string name) => Path.Combine(_folder, name);

    [Fact]
    public void What_is_not_there_is_no_such_file() => Assert.Equal(
        $"{In("nope.log")}: no such file", Reading("nope.log", path => File.ReadAllBytes(path)));

    [Fact]
    public void A_file_in_place_of_a_folder_is_said()
    {
        File.WriteAllText(In("seed-1"), "");

        Assert.Equal(
            $"{In("seed-1")}: cannot be written: a file of that name is there already; move it away, or choose another place",
            Writing("seed-1", path => Directory.CreateDirectory(path)));
        Directory.CreateDirectory(In("other"));
        Assert.Equal(
            $"{In("seed-1")}: cannot be written: a file of that name is there already; move it away, or choose another place",
            Writing("seed-1", path => Directory.Move(In("other"), path)));
    }

    [Fact]
    public void A_folder_in_place_of_a_file_is_said()
    {
        Directory.CreateDirectory(In("summary.csv"));
        File.WriteAllText(In("partial"), "");

        Assert.StartsWith(
            $"{In("summary.csv")}: cannot be written: there is a folder of that name",
            Writing("summary.csv", path => File.Move(In("partial"), path, overwrite: true)));
        Assert.StartsWith(
            $"{In("summary.csv")}: cannot be read: there is a folder of that name",
            Reading("summary.csv", path => File.ReadAllText(path)));
    }

    string Reading(string name, Action<string> read) => StorageException.Reading(In(name), Thrown(In(name), read)).Message;

    string Writing(string name, Action<string> write) => StorageException.Writing(In(name), Thrown(In(name), write)).Message;

    static Exception Thrown(string path, Action<string> act)
    {
        var e = Record.Exception(() => act(path));
        Assert.NotNull(e);
        Assert.True(StorageException.Is(e), $"{e}");
        return e;
    }
}
