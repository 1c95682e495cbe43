using System.IO.Compression;
using System.Text.RegularExpressions;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Silo.Tests;

/// <summary>What docs/silo.md shows of the gateway is what the gateway answers, wherever it does not say "...".</summary>
public class SiloPageTests(GatewayFixture gateway)
{
    const string ShownId = "20261122-123108-40995e";

    static CancellationToken Token => GatewayFixture.Token;

    [Fact]
    public async Task The_run_of_the_page_is_the_run_that_it_asks_for()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(SettingsTests.Root(), "docs", "silo.md"), Token);
        var request = GatewayJson.Read<RunRequest>(After(page, "$ cat small.json\n").First());
        var id = (await gateway.Submit(request)).Id;
        await gateway.Until(id, s => s.IsOver);

        var events = (await gateway.Http.GetStringAsync($"runs/{id}/progress", Token)).Split("\n\n");
        var shown = After(page, $"runs/{ShownId}/progress\n").Where(l => l.StartsWith("data: ", StringComparison.Ordinal));
        Assert.Equal(3, shown.Count());
        Assert.All(shown, line => Assert.Single(events, e => Answers(e, line, id)));

        await using var folder = await gateway.Http.GetStreamAsync($"runs/{id}/folder", Token);
        await using var zip = new ZipArchive(folder, ZipArchiveMode.Read);
        Assert.Equal(
            zip.Entries.Select(e => e.FullName).Order(StringComparer.Ordinal),
            After(page, "unzip -Z1 run.zip\n").Order(StringComparer.Ordinal));
    }

    // The lines of a block after the command that gave them.
    static IEnumerable<string> After(string page, string command) =>
        page[(page.IndexOf(command, StringComparison.Ordinal) + command.Length)..].Split('\n')
            .TakeWhile(l => l != "```" && !l.StartsWith('$'));

    static bool Answers(string told, string shown, string id)
    {
        var parts = Regex.Split(shown.Replace(ShownId, id, StringComparison.Ordinal), @"[ ,]*\.\.\. ?");
        return told.Split('\n').Any(line => Regex.IsMatch(line, $"^{string.Join(".*", parts.Select(Regex.Escape))}$"));
    }
}
