using System.Text;
using AsyncOpt.Tests.Fuzz;

namespace AsyncOpt.Client.Tests;

/// <summary>
/// Whatever stands on the command line, and in the files that commands read beside experiments: it is done, or refused in
/// sentences.
/// </summary>
public sealed class ClientFuzzTests : IDisposable
{
    readonly FakeShell _shell = new();
    readonly string _file;

    public ClientFuzzTests()
    {
        _file = _shell.Experiment();
        Assert.Equal(0, _shell.Run("run", _file, "--out", Out, "--quiet", "--checkpoint", "1s"));
    }

    string Out => Path.Combine(_shell.Folder, "out");

    public void Dispose() => _shell.Dispose();

    // What has been said so far is of the commands before.
    int Run(string[] args)
    {
        var before = _shell.Error.Length;
        var code = _shell.Run(args);
        var said = _shell.Error[before..];
        Assert.True(code is >= 0 and <= 3, $"exit code {code}");
        Assert.False(said.Contains("internal error", StringComparison.Ordinal), said);
        Assert.False(said.Contains("\n   at ", StringComparison.Ordinal), said);
        Assert.True(code is 0 or 3 || said.Length > 0, $"exit code {code}, and nothing is said");
        return code;
    }

    [Fact]
    public void A_mutated_command_line_is_done_or_refused()
    {
        string[] lines =
        [
            "validate FILE --set method.step=0.2 --seeds 3 --seed 5", "describe async-sgd", "list methods", "schema",
            "compare OUT OUT --target 0.5", "runs", "verify FILE --set stop.time=1s", "replay OUT", "resume OUT --jobs 1",
            "page PAGE --runs OUT --check", "run FILE --seeds 2 --threads 2 --partitions 2 --jobs 1 --quiet --out OUT",
            "sweep FILE --seeds 1 --set arms.async={} --quiet --out OUT", "data list", "version",
        ];
        var codes = new HashSet<int>();
        foreach (var number in Campaign.Numbers(60))
        {
            var mutator = new Mutator(number);
            var args = mutator.Pick(lines).Split(' ').Select(word => word switch
            {
                "FILE" => _file,
                "OUT" => Out,
                "PAGE" => Path.Combine(_shell.Folder, "page.md"),
                _ => word,
            }).ToList();
            // Where results go is left alone: elsewhere is another folder of this machine.
            var at = mutator.Below(args.Count);
            if (at > 0 && args[at] != "--out" && args[at - 1] != "--out" && args[at] != _file)
                args[at] = mutator.Of(args[at]).Replace("\0", "", StringComparison.Ordinal);
            else if (at == 0 && mutator.Below(2) == 0)
                args.Add(mutator.Pick(args));
            try
            {
                codes.Add(Run([.. args]));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(
                    $"mutant {number}: {Campaign.Shown(Encoding.UTF8.GetBytes(string.Join(' ', args)))}\n{e.Message}", e);
            }
        }
        Assert.Contains(0, codes);
        Assert.Contains(2, codes);
    }

    [Fact]
    public void A_mutated_file_of_a_command_to_go_on_with_is_done_or_refused()
    {
        var path = Path.Combine(Out, "resume.json");
        var whole = File.ReadAllBytes(path);
        var files = Files();

        Campaign.Run(30, mutator => mutator.Of(whole), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            Run(["resume", Out, "--quiet"]);
        });

        Assert.Equal(files, Files());
    }

    // Those beside the folder of the runs.
    List<string> Files() =>
    [
        .. Directory.GetFileSystemEntries(_shell.Folder).Concat(Directory.GetFileSystemEntries("."))
            .Where(path => !Path.GetFileName(path).StartsWith("out", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [InlineData("""{"command":"new","file":"async-sgd","options":[]}""")]
    [InlineData("""{"command":"run","file":"FILE","options":[{"name":"--out","value":"../elsewhere"}]}""")]
    [InlineData("""{"command":"run","file":"FILE","options":[{"name":"--fresh","value":null}]}""")]
    [InlineData("""{"command":"run","file":"FILE","options":[null]}""")]
    [InlineData("""{"command":"run","file":"\ud800","options":[]}""")]
    public void A_command_that_does_something_else_than_go_on_is_refused(string json)
    {
        File.WriteAllText(Path.Combine(Out, "resume.json"), json.Replace("FILE", _file));

        Assert.Equal(2, Run(["resume", Out]));
        Assert.Contains("resume.json:", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mutated_page_is_written_or_refused()
    {
        var page = Path.Combine(_shell.Folder, "page.md");
        var whole = Encoding.UTF8.GetBytes("""
            # A page

            <!-- numbers: experiment out gap updates -->
            old
            <!-- end of numbers -->

            ```
            <!-- numbers: experiment out gap -->
            ```
            <!-- numbers: distances out out -->
            <!-- end of numbers -->
            """);
        Campaign.Run(30, mutator => mutator.Of(whole), bytes =>
        {
            File.WriteAllBytes(page, bytes);
            Run(["page", page, "--runs", _shell.Folder]);
            return true; // each of hundreds of blocks reads runs
        });
    }
}
