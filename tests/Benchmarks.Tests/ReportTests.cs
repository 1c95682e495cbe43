using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core;

namespace AsyncOpt.Benchmarks.Tests;

public sealed class ReportTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static Report Full => new(
        ["processor: none", "load average at the end: 0"],
        3,
        new(["phold", "memory"], true, "agents"),
        [
            Reports.Phold(1.25, "loop") with { MustReach = 1.5 },
            Reports.Phold(0.05, "numpy") with { Theirs = null, Value = null, Missing = "needs python3 with numpy: not found" },
        ],
        [Reports.Memory(1234.5) with { AtMost = 1500 }, Reports.Allocation(0)]);

    [Fact]
    public void A_report_read_back_is_the_report_that_was_written()
    {
        var text = ReportFile.Json(Full);
        var read = ReportFile.Read(Write(text));

        Assert.Equal(text, ReportFile.Json(read));
        Assert.Equal(Full.Ratios, read.Ratios);
        Assert.Equal(Full.Amounts, read.Amounts);
        Assert.Empty(Losses.Of(read, Full with { Ratios = [Full.Ratios[0]] }));
    }

    [Fact]
    public void A_report_of_everything_is_read_back()
    {
        var everything = Full with { Selection = Reports.Everything };

        var read = ReportFile.Read(Write(ReportFile.Json(everything)));

        Assert.Null(read.Selection.Only);
        Assert.Equal(everything.Selection.Rows, read.Selection.Rows);
    }

    [Fact]
    public void Markdown_shows_facts_medians_bounds_and_why_a_reference_is_missing()
    {
        Assert.Equal(
            """
            # AsyncOpt benchmarks

            - processor: none
            - load average at the end: 0
            - repetitions: 3, references and ours in turns; medians, in brackets least and greatest

            | what | reference | reference, per s | ours, per s | ours / reference | must reach |
            | --- | --- | ---: | ---: | ---: | ---: |
            | PHOLD, 10 agents | loop | 100.0 events (100.0 - 100.0) | 125.0 events (112.5 - 137.5) | **1.25** (1.13 - 1.38) | 1.50: no |
            | PHOLD, 10 agents | numpy | needs python3 with numpy: not found | 5.0 events (4.5 - 5.5) | - | - |

            | what | bytes | at most |
            | --- | ---: | ---: |
            | memory, PHOLD | 1,235 B / agent | 1,500: yes |
            | allocation, PHOLD | 0 B / event | 0: yes |

            """,
            ReportText.Markdown(Full));
    }

    [Fact]
    public void Whole_processes_are_slow_in_runs_per_second_and_have_details()
    {
        var whole = Reports.Phold(0.5, "engine") with
        {
            What = "whole, quickstart",
            Unit = "runs",
            Detail = "wall 20 s",
            Ours = new(0.05, 0.04, 0.06),
            Theirs = new(0.1, 0.1, 0.1),
        };

        Assert.Equal(
            "| whole, quickstart: wall 20 s | engine | 0.1 runs (0.1 - 0.1) | 0.05 runs (0.04 - 0.06) "
                + "| **0.50** (0.45 - 0.55) | - |",
            ReportText.Row(whole));
    }

    [Fact]
    public void Csv_has_a_line_per_ratio_and_empty_fields_where_there_is_none()
    {
        var lines = ReportText.Csv(Full).TrimEnd('\n').Split('\n');

        Assert.Equal("\"PHOLD, 10 agents\",events,\"loop\",100,100,100,125,112.5,137.5,1.25,1.125,1.375,1.5,\"\",\"\"", lines[1]);
        Assert.Equal("\"PHOLD, 10 agents\",events,\"numpy\",,,,5,4.5,5.5,,,,,\"\",\"\"", lines[2]);
    }

    [Fact]
    public void A_ratio_against_a_reference_that_is_slower_than_it_should_be_never_counts_as_reached()
    {
        var handicapped = Reports.Phold(32, "numpy") with
        {
            MustReach = 0.25,
            Ran = "numpy 1.24.2, the reference BLAS",
            Handicap = "numpy runs on the reference BLAS",
        };

        Assert.Equal(
            "| PHOLD, 10 agents | numpy (numpy 1.24.2, the reference BLAS) | 100.0 events (100.0 - 100.0) "
                + "| 3.2 k events (2.9 k - 3.5 k) | 32 (29 - 35), says nothing: numpy runs on the reference BLAS "
                + "| 0.25: not judged |",
            ReportText.Row(handicapped));
        Assert.EndsWith(
            ",0.25,\"numpy 1.24.2, the reference BLAS\",\"numpy runs on the reference BLAS\"",
            ReportText.Csv(Reports.Of(handicapped)).TrimEnd('\n'), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("# AsyncOpt benchmarks")]
    [InlineData("""{"facts": [], "repetitions": 3, "selection": null, "ratios": [], "amounts": []}""")]
    public void What_is_no_report_is_refused_with_its_name(string text)
    {
        var path = Write(text);

        var error = Assert.Throws<InputException>(() => ReportFile.Read(path));

        Assert.StartsWith($"'{path}' is no report that --json wrote: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_that_is_not_there_is_told()
    {
        var error = Assert.Throws<InputException>(() => ReportFile.Read(Path.Combine(_folder, "none.json")));

        Assert.Contains("expected a report that --json wrote", error.Message, StringComparison.Ordinal);
    }

    string Write(string text)
    {
        var path = Path.Combine(_folder, "report.json");
        File.WriteAllText(path, text);
        return path;
    }
}
