using AsyncOpt.Client.Display;

namespace AsyncOpt.Client.Tests;

public sealed class PageCommandTests : IDisposable
{
    const string Claim = """
        claim: it comes close.
        source: a paper
        not-covered: everything else
        experiment: small.yaml
        seeds: 4
        seed: 100
        contrasts: [ { name: gap, of: { arm: async, metric: gap }, expect: { at-most: 0.5 } } ]
        """;

    readonly FakeShell _shell = new() { Width = 120 };
    readonly string _runs;
    readonly string _page;

    public PageCommandTests()
    {
        _runs = Path.Combine(_shell.Folder, "runs");
        _page = Path.Combine(_shell.Folder, "page.md");
        _shell.Experiment();
        File.WriteAllText(Path.Combine(_shell.Folder, "close.yaml"), Claim);
        // Gaps of 0.1 and 0.3 by turns.
        _shell.Runs = (plan, _) => FakeRecord.Of(plan) with
        {
            Metrics = [new(2, 10, 10, 100, 3_000, "gap", plan.Seeds.Run % 2 == 0 ? 0.1 : 0.3)],
        };
    }

    public void Dispose() => _shell.Dispose();

    string Written(params string[] what)
    {
        File.WriteAllText(_page, "before\n" + string.Concat(
            what.Select(w => $"<!-- numbers: {w} -->\nold\n<!-- end of numbers -->\nbetween\n")));
        Assert.Equal(0, _shell.Run("page", _page, "--runs", _runs));
        return File.ReadAllText(_page);
    }

    [Fact]
    public void A_block_of_a_claim_is_judged_anew_from_its_folder_and_says_where_it_is_from()
    {
        var output = Path.Combine(_runs, "claims");
        Assert.Equal(0, _shell.Run("reproduce", Path.Combine(_shell.Folder, "close.yaml"), "--out", output, "--quiet"));
        // What was judged then does not count.
        var json = Path.Combine(output, "close", "claim.json");
        File.WriteAllText(json, File.ReadAllText(json).Replace("reproduced", "made up"));

        var page = Written("claim close", "claims");

        // Mean 0.2, s = 0.11547, t(0.975; 3) = 3.18245: half-width 0.18374, and 0.2 exp(+-0.9187) on the log scale.
        Assert.StartsWith("""
            before
            <!-- numbers: claim close -->
            **undecided**

            | contrast | expected | measured | verdict |
            | --- | --- | --- | --- |
            | gap | at most 0.5 | 0.2 [0.07981, 0.5012] | undecided: the interval reaches beyond what is expected |
            """, page, StringComparison.Ordinal);
        Assert.Contains("\nNot there: everything else\n", page, StringComparison.Ordinal);
        Assert.Contains("\nIntervals: 95 %; over run seeds 100 to 103; conditional on the data, splits and shards of seed 7.\n",
            page, StringComparison.Ordinal);
        Assert.Contains($"claim file `{PageNumbers.FileHash(Claim)}`.\n<!-- end of numbers -->\nbetween\n", page,
            StringComparison.Ordinal);
        Assert.Matches("Build `[^`]*, [0-9a-f]{16}`, runs `[0-9a-f]{16}`", page);
        Assert.Contains("Of 1 claims: 1 undecided.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\nold\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_of_an_experiment_is_a_table_of_its_arms()
    {
        Assert.Equal(0, _shell.Run(
            "run", Path.Combine(_shell.Folder, "small.yaml"), "--out", Path.Combine(_runs, "small"), "--quiet"));

        var page = Written("experiment small gap");

        Assert.Contains("""
            | arm | gap | staleness, mean / max | updates |
            | --- | --- | --- | --- |
            | `async` | 0.1000 to 0.3000 | 0.500 / 1 | 10 |
            | `minibatch` | 0.1000 to 0.3000 | 0.500 / 1 | 10 |

            Cells: least to greatest of the seeds, which are too few for an interval.
            """, page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("async", "minibatch", "Cells: of one seed.")]
    [InlineData("async", null, "Cells: least to greatest of the seeds, which are too few for an interval; `async` is "
        + "of one seed.")]
    public void A_table_says_what_is_of_one_seed(string one, string? other, string legend)
    {
        var small = Path.Combine(_runs, "small");
        Assert.Equal(0, _shell.Run("run", Path.Combine(_shell.Folder, "small.yaml"), "--out", small, "--quiet"));
        foreach (var arm in new[] { one, other }.OfType<string>())
            Directory.Delete(Path.Combine(small, arm, "seed-1"), recursive: true);

        Assert.Contains($"\n\n{legend}\n", Written("experiment small gap"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("```\n", "```\n")]
    [InlineData("  ~~~~ md\n", "  ~~~~~\n")]
    [InlineData("```md\n<!-- numbers: clam x -->\n", "```\n")]
    public void A_block_in_a_fence_of_code_is_an_example_and_left_alone(string open, string close)
    {
        Assert.Equal(0, _shell.Run(
            "run", Path.Combine(_shell.Folder, "small.yaml"), "--out", Path.Combine(_runs, "small"), "--quiet"));
        const string block = "<!-- numbers: experiment small gap -->\nold\n<!-- end of numbers -->\n";
        var example = open + block + close + "between\n";
        File.WriteAllText(_page, example + block + "behind\n");

        Assert.Equal(0, _shell.Run("page", _page, "--runs", _runs));

        var page = File.ReadAllText(_page);
        Assert.StartsWith(example + "<!-- numbers: experiment small gap -->\n| arm | gap |", page);
        Assert.EndsWith(".\n<!-- end of numbers -->\nbehind\n", page);
    }

    [Fact]
    public void A_block_of_distances_says_how_far_the_staleness_of_folders_is_from_that_of_the_first()
    {
        // Of ten updates two have staleness 0 with the seed 100, and five with any other; the rest have staleness 1.
        _shell.Runs = (plan, _) => FakeRecord.Of(plan) with
        {
            Staleness = plan.Seeds.Run == 100
                ? new([2, 8], 0, 1, 8, 10, [])
                : new([5, 5], 0, 1, 5, 10, []),
        };
        foreach (var (folder, seed) in new[] { ("first", "1"), ("again", "2"), ("other", "100") })
        {
            string[] run = ["run", Path.Combine(_shell.Folder, "small.yaml"), "--seeds", "1", "--seed", seed, "--quiet"];
            Assert.Equal(0, _shell.Run([.. run, "--out", Path.Combine(_runs, folder)]));
            Assert.Equal(0, _shell.Run([.. run, "--out", Path.Combine(_runs, folder + "-one"), "--set", "arms=null"]));
        }

        var page = Written(
            "distances first again other", "distances first-one other-one",
            "distances first/async/seed-0 other/async/seed-0");

        // (1/2) (|0.5 - 0.2| + |0.5 - 0.8|) = 0.3.
        Assert.Contains("""
            | run | distance from `first` | staleness, mean / max | updates |
            | --- | --- | --- | --- |
            | `again`, `async` | 0 | 0.500 / 1 | 10 |
            | `again`, `minibatch` | 0 | 0.500 / 1 | 10 |
            | `other`, `async` | 0.30 | 0.800 / 1 | 10 |
            | `other`, `minibatch` | 0.30 | 0.800 / 1 | 10 |

            Build `
            """, page, StringComparison.Ordinal);
        Assert.Contains("| `other-one` | 0.30 | 0.800 / 1 | 10 |\n", page, StringComparison.Ordinal);
        Assert.Contains(
            "| `other/async/seed-0` | 0.30 | 0.800 / 1 | 10 |\n\nBuild `", page, StringComparison.Ordinal);
        Assert.Contains("\nold\n", Written("distances first nowhere"), StringComparison.Ordinal);
        Assert.Contains("distances first nowhere: no runs, left as it is", _shell.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_of_benchmarks_shows_the_short_selection_of_its_rows_and_says_which_report_it_is_from()
    {
        var report = Path.Combine(_shell.Folder, "today.json");
        File.WriteAllText(report, """
            {
              "facts": ["build: 1+abc, 0123", "date: today", "processor: a good one, 2 cores"],
              "ratios": [
                { "what": "PHOLD", "row": "phold", "reference": "loop", "isShort": true, "detail": "quick",
                  "value": { "median": 0.754, "min": 0.7, "max": 12.3 } },
                { "what": "PHOLD, large", "row": "phold", "reference": "loop", "isShort": false },
                { "what": "PHOLD", "row": "phold", "reference": "SimPy", "isShort": true },
                { "what": "ring", "row": "ring", "reference": "numpy", "isShort": true }
              ],
              "amounts": [{ "what": "memory", "row": "memory", "unit": "B / agent", "value": 1234.7, "isShort": true }]
            }
            """);
        File.WriteAllText(Path.Combine(_shell.Folder, "today-scale.csv"), """
            # build: 1+abc, 0123
            # date: today
            # processor: a good one, 2 cores
            workload,agents,events_per_second,engine_bytes
            phold,100,5676667,1583616
            phold,10000,2000000,2000000
            phold,1000000,1500000,101000000
            """);
        File.WriteAllText(_page, "<!-- numbers: bench phold memory -->\n<!-- end of numbers -->\n"
            + "<!-- numbers: scale -->\n<!-- end of numbers -->\n");
        Assert.Equal(0, _shell.Run("page", _page));
        Assert.Contains("bench phold memory: no report, left as it is", _shell.Out, StringComparison.Ordinal);

        Assert.Equal(0, _shell.Run("page", _page, "--bench", report));

        Assert.Equal("""
            <!-- numbers: bench phold memory -->
            | what | reference | ours / reference |
            | --- | --- | ---: |
            | PHOLD: quick | loop | 0.75 (0.70 to 12) |
            | PHOLD | SimPy | could not run |

            | what | measured |
            | --- | ---: |
            | memory | 1,235 B / agent |

            Build `1+abc, 0123`, today, a good one, 2 cores, report `today`.
            <!-- end of numbers -->
            <!-- numbers: scale -->
            | workload | all of 100 agents | bytes / agent of 10^4 | of 10^6 | events / s of 100 | of 10^4 | of 10^6 |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: |
            | phold | 1.58 MB | 200 | 101 | 5.68M | 2M | 1.50M |

            Build `1+abc, 0123`, today, a good one, 2 cores, report `today`.
            <!-- end of numbers -->

            """, File.ReadAllText(_page));
        Assert.Equal(0, _shell.Run("page", _page, "--bench", report, "--check"));

        File.WriteAllText(_page, "<!-- numbers: bench-all phold -->\n<!-- end of numbers -->\n");
        Assert.Equal(0, _shell.Run("page", _page, "--bench", report));
        Assert.Contains("| PHOLD, large | loop | could not run |\n", File.ReadAllText(_page), StringComparison.Ordinal);

        File.WriteAllText(_page, "<!-- numbers: bench queue -->\n<!-- end of numbers -->\n");
        Assert.Equal(2, _shell.Run("page", _page, "--bench", report));
        Assert.Contains("has no row 'queue'", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_stale_is_told_and_makes_the_exit_code_1_and_nothing_is_written()
    {
        Assert.Equal(0, _shell.Run(
            "run", Path.Combine(_shell.Folder, "small.yaml"), "--out", Path.Combine(_runs, "small"), "--quiet"));
        var page = Written("experiment small gap");
        Assert.Equal(0, _shell.Run("page", _page, "--runs", _runs, "--check"));

        File.WriteAllText(_page, page.Replace("0.1000", "0.2000"));
        Assert.Equal(1, _shell.Run("page", _page, "--runs", _runs, "--check"));

        Assert.Contains("experiment small gap: stale", _shell.Out, StringComparison.Ordinal);
        Assert.Contains("0.2000", File.ReadAllText(_page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_without_runs_stays_and_one_of_nothing_is_wrong_input()
    {
        Assert.Contains("\nold\n", Written("claim nowhere"), StringComparison.Ordinal);
        Assert.Contains("claim nowhere: no runs, left as it is", _shell.Out, StringComparison.Ordinal);

        File.WriteAllText(_page, "<!-- numbers: clam x -->\n<!-- end of numbers -->\n");
        Assert.Equal(2, _shell.Run("page", _page, "--runs", _runs));
        Assert.Contains("block 'clam x': expected 'claim NAME'", _shell.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing\n", ": no block of numbers: expected '<!-- numbers: WHAT -->' on a line of its own")]
    [InlineData("of `<!-- end of numbers -->` and\n`<!-- numbers: claims -->`\n", ": no block of numbers: expected")]
    [InlineData("a\n<!-- numbers: claims -->\nold\n", ":2: block 'claims' has no '<!-- end of numbers -->' behind it")]
    [InlineData("<!-- numbers: claims -->\n<!-- numbers: scale -->\n<!-- end of numbers -->\n",
        ":1: block 'claims' has no '<!-- end of numbers -->' behind it")]
    [InlineData("<!-- end of numbers -->\n", ":1: '<!-- end of numbers -->' ends no block")]
    public void A_page_without_whole_blocks_is_wrong_input(string text, string expected)
    {
        File.WriteAllText(_page, text);

        Assert.Equal(2, _shell.Run("page", _page, "--runs", _runs));
        Assert.Contains(_page + expected, _shell.Error);
        Assert.Equal(text, File.ReadAllText(_page));
    }

    // As the command for all pages needs it.
    [Fact]
    public void Pages_without_blocks_are_left_alone_beside_one_that_has_some()
    {
        var plain = Path.Combine(_shell.Folder, "plain.md");
        File.WriteAllText(plain, "between `<!-- numbers: claims -->` and `<!-- end of numbers -->`\n");
        File.WriteAllText(_page, "<!-- numbers: claim nowhere -->\nold\n<!-- end of numbers -->\n");

        Assert.Equal(0, _shell.Run("page", plain, _page, "--runs", _runs));
        Assert.Equal("", _shell.Error);
    }

    [Fact]
    public void All_that_is_wrong_is_said_with_file_and_line_and_nothing_is_written()
    {
        var small = Path.Combine(_runs, "small");
        Assert.Equal(0, _shell.Run("run", Path.Combine(_shell.Folder, "small.yaml"), "--out", small, "--quiet"));
        string[] blocks = ["experiment small gap", "experiment small gapp", "clam x"];
        var text = string.Concat(blocks.Select(w => $"<!-- numbers: {w} -->\nold\n<!-- end of numbers -->\n"));
        File.WriteAllText(_page, text);

        Assert.Equal(2, _shell.Run("page", _page, _page + "x", "--runs", _runs));

        Assert.Contains($"{_page}:4: small has no metric 'gapp'; did you mean 'gap'?", _shell.Error);
        Assert.Contains($"{_page}:7: block 'clam x': expected ", _shell.Error);
        File.WriteAllText(_page, "<!-- numbers: experiment small gap gap -->\n<!-- end of numbers -->\n");
        Assert.Equal(2, _shell.Run("page", _page, "--runs", _runs));
        Assert.Contains(
            $"{_page}:1: block 'experiment small' names the metric 'gap' twice; name it once", _shell.Error);
        File.WriteAllText(_page, text);
        Assert.Equal(2, _shell.Run("page", _page, _page + "x", "--runs", _runs));
        Assert.Contains($"{_page}x: no such page", _shell.Error);
        Assert.Equal(text, File.ReadAllText(_page));
    }

    [Fact]
    public void A_damaged_run_is_in_no_page()
    {
        var small = Path.Combine(_runs, "small");
        Assert.Equal(0, _shell.Run("run", Path.Combine(_shell.Folder, "small.yaml"), "--out", small, "--quiet"));
        var file = Path.Combine(small, "async", "seed-1", "metrics.csv");
        File.WriteAllText(file, "");
        File.WriteAllText(_page, "<!-- numbers: experiment small gap -->\n<!-- end of numbers -->\n");

        Assert.Equal(2, _shell.Run("page", _page, "--runs", _runs));

        Assert.Contains($"{_page}:1: {file}: is damaged: ", _shell.Error);
    }

    [Fact]
    public void Where_only_the_build_is_another_that_is_said()
    {
        Assert.Equal(0, _shell.Run(
            "run", Path.Combine(_shell.Folder, "small.yaml"), "--out", Path.Combine(_runs, "small"), "--quiet"));
        var page = Written("experiment small gap");
        File.WriteAllText(_page, System.Text.RegularExpressions.Regex.Replace(page, "Build `[^`]*`", "Build `1+abc, 0123`"));

        Assert.Equal(1, _shell.Run("page", _page, "--runs", _runs, "--check"));
        Assert.Contains("experiment small gap: stale, only the build is another", _shell.Out);
    }
}
