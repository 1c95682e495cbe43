using AsyncOpt.Experiments.Data;

namespace AsyncOpt.Client.Tests;

public sealed class DataCommandTests : IDisposable
{
    // Wide, so that no line is wrapped.
    readonly FakeShell _shell = new() { Width = 300 };

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void List_says_what_is_here_and_where_sets_are_looked_for()
    {
        Assert.Equal(0, _shell.Run("data", "list", "--data", _shell.Folder));

        Assert.Matches(@"\n *dolphins +1\.09 kB +yes ", _shell.Out);
        Assert.Matches(@"\n *fashion-mnist-train-labels +29\.5 kB +no ", _shell.Out);
        Assert.Contains($"user's folder: {_shell.Folder}", _shell.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void List_has_one_line_a_set_that_fits_the_terminal()
    {
        using var shell = new FakeShell { Width = 80 };

        Assert.Equal(0, shell.Run("data", "list", "--data", shell.Folder));

        var lines = shell.Out.ReplaceLineEndings("\n").Split('\n').Take(1 + DataCatalogue.Default.Sets.Count).ToList();
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 80));
        Assert.Equal(DataCatalogue.Default.Sets.Select(s => s.Name), lines.Skip(1).Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public void List_of_one_set_says_all_that_is_known_of_it()
    {
        Assert.Equal(0, _shell.Run("data", "list", "dolphins"));

        var set = DataCatalogue.Default.Get("dolphins");
        Assert.Contains(set.What, _shell.Out, StringComparison.Ordinal);
        Assert.Contains(set.Licence, _shell.Out, StringComparison.Ordinal);

        Assert.Equal(2, _shell.Run("data", "list", "dolfins"));
        Assert.Contains("did you mean 'dolphins'?", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_of_a_set_that_is_here_says_where()
    {
        Assert.Equal(0, _shell.Run("data", "get", "dolphins"));
        Assert.True(File.Exists(_shell.Out.Trim()));
    }

    [Fact]
    public void Get_without_a_network_says_which_file_to_put_where_and_ends_with_2()
    {
        Assert.Equal(2, _shell.Run("data", "get", "fashion-mnist-train-labels", "--data", _shell.Folder));

        var set = DataCatalogue.Default.Get("fashion-mnist-train-labels");
        Assert.Contains(set.Address!, _shell.Error, StringComparison.Ordinal);
        Assert.Contains(DataLocator.PathIn(_shell.Folder, set), _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_of_an_unknown_set_names_the_nearest()
    {
        Assert.Equal(2, _shell.Run("data", "get", "dolfins"));
        Assert.Contains("dolphins", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_finds_the_projects_sets_right_and_a_changed_one_wrong()
    {
        Assert.Equal(0, _shell.Run("data", "check", "--data", _shell.Folder));
        Assert.Contains("dolphins: right", _shell.Out, StringComparison.Ordinal);

        var path = DataLocator.PathIn(_shell.Folder, DataCatalogue.Default.Get("fashion-mnist-train-labels"));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "not labels");
        Assert.Equal(2, _shell.Run("data", "check", "--data", _shell.Folder));
        Assert.Contains("1 of ", _shell.Error, StringComparison.Ordinal);
        Assert.Matches("fashion-mnist-train-labels: has 10 bytes", _shell.Out);
    }
}
