using System.Diagnostics;
using AsyncOpt.Client.Commands;
using AsyncOpt.Core;

namespace AsyncOpt.Client.Tests;

public sealed class BenchCommandTests : IDisposable
{
    readonly FakeShell _shell = new();
    ProcessStartInfo? _started;

    public BenchCommandTests() => _shell.Programs = start =>
    {
        _started = start;
        return 1;
    };

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void The_benchmarks_of_the_checkout_make_the_short_selection_and_give_the_exit_code()
    {
        Assert.Equal(1, _shell.Run("bench"));

        Assert.Equal("dotnet", _started!.FileName);
        var arguments = _started.ArgumentList;
        Assert.Equal(["run", "-c", "Release", "--project"], arguments.Take(4));
        Assert.True(File.Exists(arguments[4]));
        Assert.EndsWith(Path.Combine("benchmarks", "Benchmarks.csproj"), arguments[4], StringComparison.Ordinal);
        Assert.Equal(["--", "--short"], arguments.Skip(5));
    }

    [Fact]
    public void Options_reach_the_benchmarks_with_full_paths()
    {
        _shell.Run("bench", "phold", "ring", "--all", "--repetitions", "2", "--out", "a.md", "--json", "a.json", "--compare", "b.json");

        Assert.Equal(
            ["phold", "ring", "--repetitions", "2", "--out", Path.GetFullPath("a.md"), "--json", Path.GetFullPath("a.json"),
                "--compare", Path.GetFullPath("b.json")],
            _started!.ArgumentList.Skip(6));
    }

    [Fact]
    public void Without_a_checkout_it_says_what_it_needs()
    {
        var error = Assert.Throws<InputException>(() => BenchCommand.OfCheckout(_shell.Folder, []));

        Assert.Contains("needs a checkout of the source", error.Message, StringComparison.Ordinal);
    }
}
