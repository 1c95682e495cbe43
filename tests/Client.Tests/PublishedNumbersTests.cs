using System.Text.RegularExpressions;
using AsyncOpt.Client.Display;
using AsyncOpt.Experiments.Claims;

namespace AsyncOpt.Client.Tests;

/// <summary>
/// The numbers of the pages are those of today's files and program. Written anew they are by
/// <c>asyncopt reproduce all</c>, <c>asyncopt run</c> and <c>asyncopt page README.md docs/*.md docs/methods/*.md</c>.
/// </summary>
public sealed partial class PublishedNumbersTests : IDisposable
{
    // A claim that takes seconds.
    const string Cheap = "srrw-beats-iid";

    static readonly ClaimFolder Claims = ClaimFolder.Here();
    static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Claims.Files[0])!, "..", ".."));

    readonly FakeShell _shell = new();

    public void Dispose() => _shell.Dispose();

    static IEnumerable<(string Page, string What, string Body)> Blocks() =>
        from page in Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Root, "README.md")).Append(Path.Combine(Root, "benchmarks", "README.md")).Order(StringComparer.Ordinal)
        from block in Page.Blocks(File.ReadAllText(page))
        select (Path.GetRelativePath(Root, page), block.What, block.Body);

    [Fact]
    public void Every_claim_has_its_numbers_on_the_page_of_verdicts()
    {
        var shown = Blocks().Where(b => b.Page == Path.Combine("docs", "reproduced.md")).Select(b => b.What).ToList();

        Assert.Equal(
            Claims.Files.Select(f => $"claim {ClaimFolder.NameOf(f)}"),
            shown.Where(w => w.StartsWith("claim ", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_block_says_which_build_and_runs_it_is_from_and_is_not_older_than_the_claims_file()
    {
        var stale = new List<string>();
        foreach (var (page, what, body) in Blocks().Where(b => b.Body != "Not measured yet.\n"))
        {
            if (!Origin().IsMatch(body))
                stale.Add($"{page}: {what}: says no build and runs");
            if (what.Split(' ') is ["claim", var name]
                && !body.Contains($"`{PageNumbers.FileHash(File.ReadAllText(Claims.PathOf(name)))}`", StringComparison.Ordinal))
                stale.Add($"{page}: {what}: the claim's file has changed: asyncopt reproduce {name}, asyncopt page {page}");
        }

        Assert.True(stale.Count == 0, string.Join('\n', stale));
    }

    // Written by benchmarks/take.sh.
    [Fact]
    public void A_block_of_a_benchmark_is_that_of_the_committed_report()
    {
        var measured = Blocks().Where(b => PageNumbers.IsOfReport(b.What) && b.Body != "Not measured yet.\n").ToList();

        Assert.All(measured, block =>
        {
            var report = Path.Combine(
                Root, "benchmarks", "results", Report().Match(block.Body).Groups["name"].Value + ".json");
            Assert.Equal(new PageNumbers("", report).Of(block.What), block.Body);
        });
    }

    // The figure of speed by size is drawn from a table of the repository.
    [Fact]
    public void A_figure_says_which_build_and_runs_it_is_from() => Assert.All(
        Directory.GetFiles(Path.Combine(Root, "docs", "images"), "*.svg"),
        figure => Assert.Matches(
            Path.GetFileName(figure) == "scale.svg"
                ? "<desc>build: .*; date: [0-9-]{10} .*</desc>"
                : "<desc>Build .*, runs [0-9a-f]{16}: .+</desc>",
            File.ReadAllText(figure)));

    [Fact]
    public void A_cheap_claim_still_gives_the_published_digits()
    {
        var published = Blocks().First(b => b.What == $"claim {Cheap}").Body;
        _shell.RunForReal();

        Assert.Equal(0, _shell.Run(
            "reproduce", Cheap, "--out", Path.Combine(_shell.Folder, "claims"), "--quiet"));

        Assert.Equal(Rows(published), Rows(new PageNumbers(_shell.Folder).Of($"claim {Cheap}")!));
    }

    // Live runs are not repeatable; the others of the table are, with the options that the page names.
    [Fact]
    public void Simulations_still_have_the_published_distances()
    {
        var (_, what, body) = Blocks().Single(b => b.What.StartsWith("distances ", StringComparison.Ordinal));
        (string Folder, string[] Options)[] simulations =
        [
            ("simulated", []), ("seed-2", ["--seed", "2"]), ("seed-3", ["--seed", "3"]),
            ("no-jitter", ["--set", "compute.jitter=null"]), ("equal-workers", ["--set", "compute.speeds=null"]),
            ("links-30ms", ["--set", "links.delay=30ms"]),
        ];
        var folders = simulations.Select(s => s.Folder).ToList();
        Assert.Equal(folders, what.Split(' ')[1..].TakeWhile(f => !f.StartsWith("live", StringComparison.Ordinal)));
        _shell.RunForReal();

        foreach (var (folder, options) in simulations)
            Assert.Equal(0, _shell.Run(
            [
                "run", Path.Combine(Root, "experiments", "live-against-simulated.yaml"), "--quiet",
                "--out", Path.Combine(_shell.Folder, folder), .. options,
            ]));

        var fresh = Rows(new PageNumbers(_shell.Folder).Of($"distances {string.Join(' ', folders)}")!).TrimEnd();
        Assert.StartsWith(fresh + "\n| `live`", body, StringComparison.Ordinal);
    }

    // All but the build and the hash of the runs: machines of another numerics class differ in it, not in the digits.
    static string Rows(string body) => body[..body.IndexOf("Build `", StringComparison.Ordinal)];

    [GeneratedRegex("Build `.*`, (runs `[0-9a-f]{16}`|.*, report `)")]
    private static partial Regex Origin();

    [GeneratedRegex("report `(?<name>[^`]+)`")]
    private static partial Regex Report();
}
