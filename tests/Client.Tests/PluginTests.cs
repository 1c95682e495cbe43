using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Tests;

/// <summary>The documented plug-in, copied out of the project, built there as a user would, and loaded.</summary>
public sealed class PluginTests : IDisposable
{
    const int LinesMax = 60;

    readonly FakeShell _shell = new() { Width = 160 };

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task The_documented_plug_in_builds_outside_the_project_and_is_found_by_name()
    {
        const string Source = "docs/plugin-example";
        var law = Path.Combine(PluginBuild.ProjectFolder(), Source, "Hiccup.cs");
        Assert.InRange(File.ReadAllLines(law).Length, 1, LinesMax);
        var plugin = await PluginBuild.Build(Source, _shell.Folder, "Mine", TestContext.Current.CancellationToken);

        Assert.Equal(0, _shell.Run("list", "laws", "--plugin", plugin));
        Assert.Matches(@"\n +hiccup +Usually one time, now and then a longer one", _shell.Out);
        Assert.Equal(0, _shell.Run("describe", "hiccup", "--plugin", plugin));
        Assert.Matches(@"\n *probability +a number from 0 to 1 +0\.01 +How probable a hiccup is", _shell.Out);

        // The longest update took the hiccup of both messages: 2 x 50 ms on the wire.
        _shell.RunForReal();
        var output = Path.Combine(_shell.Folder, "out");
        Assert.Equal(0, _shell.Run("run", _shell.Experiment(), "--out", output, "--quiet", "--plugin", plugin, "--set",
            "links.delay={ name: hiccup, usual: 1ms, slow: 50ms, probability: 0.2 }", "log-updates=true"));
        var updates = File.ReadAllLines(Path.Combine(RunFolder.PathOf(output, "async", 0), "updates.csv"))[1..];
        var wire = updates.Select(line => line.Split(',')[5]).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(["0.002", "0.051", "0.1"], wire);
    }

    [Fact]
    public void A_plug_in_that_is_not_there_is_wrong_input()
    {
        Assert.Equal(2, _shell.Run("list", "--plugin", "nowhere.dll"));
        Assert.Contains("plug-in 'nowhere.dll': no such file", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plug_in_that_is_a_folder_or_no_assembly_is_wrong_input()
    {
        Assert.Equal(2, _shell.Run("list", "--plugin", _shell.Folder));
        Assert.Contains("is a folder; give the .dll in it", _shell.Error, StringComparison.Ordinal);

        var text = Path.Combine(_shell.Folder, "text.dll");
        File.WriteAllText(text, "no assembly");
        Assert.Equal(2, _shell.Run("list", "--plugin", text));
        Assert.EndsWith("is no .NET assembly that can be loaded; give the .dll that 'dotnet build' wrote",
            _shell.Error.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plug_in_without_anything_to_name_is_wrong_input()
    {
        var none = typeof(Spectre.Console.Table).Assembly.Location;

        Assert.Equal(2, _shell.Run("list", "--plugin", none));
        Assert.StartsWith($"plug-in '{none}' has nothing that an experiment can name: none of its classes is marked with ",
            _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_a_name_is_unknown_it_is_said_how_those_of_a_plug_in_are_given()
    {
        Assert.Equal(2, _shell.Run("run", _shell.Experiment(), "--set", "links.delay=hiccup"));
        Assert.Equal(2, _shell.Run("describe", "hiccup"));
        Assert.Equal(2, _shell.Run("new", "hiccup-sgd"));

        var messages = _shell.Error.ReplaceLineEndings("\n").TrimEnd().Split('\n');
        Assert.Equal(3, messages.Length);
        Assert.All(messages, m => Assert.Contains("; those of a plug-in need --plugin DLL", m, StringComparison.Ordinal));
    }
}
