using AsyncOpt.Benchmarks.Measure;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>
/// Whole processes as a user starts them, beside what the engine alone takes of them, or, where none runs, beside a
/// process of Python.
/// </summary>
static class WholeRow
{
    const string Quickstart = "experiments/quickstart.yaml", Page = "docs/scale.md";

    public static IEnumerable<Comparison> Comparisons() =>
    [
        Of("quickstart", () => ["run", Quickstart]),
        Of("quickstart, one seed", () => ["run", Quickstart, "--seeds", "1"]) with { IsShort = true },
        Of("sweep of the quickstart, one seed, 1 s",
            () => ["sweep", Quickstart, "--seeds", "1", "--set", "stop.time=1s"]),
        Of("claim srrw-beats-iid", () => ["reproduce", "srrw-beats-iid"]),
        Of($"ring of 1,000,000 nodes of {Page}", () => ["run", Large.Value]),
        Alone("validate", "validate", Quickstart),
        Alone("describe", "describe", "sa-srrw"),
    ];

    // The first experiment of the page, as a file.
    static readonly Lazy<string> Large = new(() =>
    {
        var path = Path.Combine(Path.GetTempPath(), $"asyncopt-large-{Environment.ProcessId}.yaml");
        var text = File.ReadAllText(Path.Combine(Places.Root, Page));
        var begin = text.IndexOf("```yaml\n", StringComparison.Ordinal) + "```yaml\n".Length;
        File.WriteAllText(path, text[begin..text.IndexOf("```", begin, StringComparison.Ordinal)]);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(path);
        return path;
    });

    // Both look at the same process: in each turn the reference comes first. The first process is for the caches.
    static Comparison Of(string what, Func<string[]> arguments)
    {
        WholeRun? made = null, last = null;
        return new($"whole, {what}", "runs",
            new("process", () =>
            {
                last = made ?? WholeRun.Of(arguments(), writes: true);
                made = null;
                return 1 / last.Seconds;
            })
            {
                Detail = () => last!.ToString(),
            },
            [
                new("the engine and its computations alone", () =>
                {
                    made = WholeRun.Of(arguments(), writes: true);
                    return 1 / made.EngineSeconds;
                })
                {
                    WarmsUp = true,
                },
            ])
        {
            TurnsMax = 3,
        };
    }

    static Comparison Alone(string what, params string[] arguments)
    {
        WholeRun? last = null;
        return new($"whole, {what}", "runs",
            new("process", () =>
            {
                last = WholeRun.Of(arguments, writes: false);
                return 1 / last.Seconds;
            })
            {
                Detail = () => last!.ToString(),
            },
            [Python.Start])
        {
            IsShort = true,
        };
    }
}
