using System.Diagnostics;

namespace AsyncOpt.Client.Tests;

/// <summary>
/// Where a file is asked for there may be a folder, a device, a pipe, a link to itself, or one without permission: each
/// command says so at once, and reads nothing without end.
/// </summary>
public sealed class SpecialFileTests : IDisposable
{
    readonly FakeShell _shell = new();

    public void Dispose() => _shell.Dispose();

    // FILE is what is there in place of the file.
    public static TheoryData<string> Commands =>
    [
        "run FILE", "validate FILE", "verify FILE", "sweep FILE", "reproduce FILE", "replay FILE", "swarm --replay FILE",
        "page FILE", "compare FILE FILE", "resume FILE", "runs FILE", "run GOOD --plugin FILE", "describe d-sgd --plugin FILE",
        "run GOOD --set problem.file=FILE", "run GOOD --data FILE --set problem.data=x", "run GOOD --out FILE",
        "run GOOD --out FILE/x", "new d-sgd --out FILE", "run GOOD --checkpoint 1s --out FILE",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void It_is_said_and_nothing_hangs(string command)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("needs devices and pipes as Linux has them");
        var good = _shell.Experiment();
        foreach (var (kind, path) in Special())
        {
            var args = command.Split(' ').Select(word => word.Replace("FILE", path).Replace("GOOD", good)).ToArray();
            var before = GC.GetTotalAllocatedBytes();
            var code = _shell.Run(args);
            var said = _shell.Error;

            Assert.True(code is 0 or 1 or 2, $"{kind}: {code}");
            Assert.False(said.Contains("internal error", StringComparison.Ordinal), $"{kind}: {said}");
            Assert.DoesNotContain("\n   at ", said, StringComparison.Ordinal);
            Assert.True(GC.GetTotalAllocatedBytes() - before < 1L << 30, $"{kind} takes {GC.GetTotalAllocatedBytes() - before} bytes");
        }
    }

    IEnumerable<(string Kind, string Path)> Special()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_shell.Folder, "special")).FullName;
        string In(string name) => Path.Combine(folder, name);
        yield return ("folder", folder);
        yield return ("device", "/dev/zero");
        yield return ("device", "/dev/full");
        yield return ("device", "/dev/null");
        if (!File.Exists(In("pipe")))
        {
            using var made = Process.Start("mkfifo", [In("pipe")]);
            made.WaitForExit();
        }
        yield return ("pipe", In("pipe"));
        File.CreateSymbolicLink(In("loop"), In("loop"));
        yield return ("loop", In("loop"));
        File.CreateSymbolicLink(In("zero"), "/dev/zero");
        yield return ("link", In("zero"));
        File.WriteAllText(In("empty"), "");
        yield return ("empty", In("empty"));
        yield return ("missing", In("missing"));
        yield return ("long name", In(new string('x', 5_000)));
    }

    [Fact]
    public void A_pipe_of_the_shell_is_read_as_an_experiment_file()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("needs /dev/stdin");
        string[] run = ["run", "/dev/stdin", "--quiet", "--seeds", "1", "--out", Path.Combine(_shell.Folder, "out")];
        var start = new ProcessStartInfo("dotnet", [BuiltClient.Assembly, .. run])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var client = Process.Start(start)!;
        client.StandardInput.Write(File.ReadAllText(_shell.Experiment()));
        client.StandardInput.Close();

        Assert.Contains("minibatch", client.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        client.WaitForExit();
        Assert.Equal(0, client.ExitCode);
    }
}
