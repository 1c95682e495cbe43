using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Tidy.Tests;

/// <summary>Every entry of the catalogue is tested, explained and attributed.</summary>
public class CatalogueTests
{
    // Entries that are their own definition: no formula is taken from anywhere.
    static readonly string[] SelfEvident =
    [
        "data sources: binary", "data sources: csv", "data sources: idx", "data sources: libsvm",
        "data sources: synthetic-classification", "data sources: synthetic-regression",
        "faults: corrupt", "faults: crash", "faults: drop", "faults: duplicate", "faults: replay", "faults: split",
        "laws: constant", "laws: empirical", "laws: log-normal", "laws: pareto", "laws: shifted-exponential",
        "laws: truncated-normal", "laws: uniform", "laws: zipf",
        "links: diurnal", "links: law", "links: per-link", "links: quantized", "links: trace", "links: varying",
        "metrics: cost", "metrics: energy", "metrics: staleness",
        "problems: least-squares", "problems: logistic-regression", "problems: quadratic", "problems: quadratic-bilevel",
        "problems: softmax-regression",
        "schedules: constant", "schedules: growth", "schedules: step-decay",
        "shardings: by-label", "shardings: by-place", "shardings: contiguous", "shardings: iid",
        "shardings: one-per-node", "shardings: repeat",
        "slowdowns: bursts",
        "speeds: drawn", "speeds: equal", "speeds: file", "speeds: list", "speeds: spread",
        "speeds: straggler", "staleness rules: none",
    ];

    static readonly IReadOnlyList<Entry> Entries = Catalogue.Load().Entries;

    [Fact]
    public void Every_entry_has_a_test_file_named_after_its_class()
    {
        var tests = Project.Files("Tests.cs").Select(f => Path.GetFileName(f)).ToHashSet();

        Project.None(Entries.Where(e => !tests.Contains(e.Type.Name + "Tests.cs")).Select(e => $"{e} ({e.Type.Name})"));
    }

    [Fact]
    public void Every_entry_has_a_source_file_named_after_its_class()
    {
        var files = Project.Files(".cs").Select(f => Path.GetFileName(f)).ToHashSet();

        Project.None(Entries.Where(e => !files.Contains(e.Type.Name + ".cs")).Select(e => $"{e} ({e.Type.Name})"));
    }

    [Fact]
    public void Every_entry_and_option_says_what_it_is()
    {
        Assert.NotEmpty(Entries);
        Project.None(Entries.Where(e => e.Summary.Length == 0).Select(e => e.ToString()));
        Project.None(from e in Entries
                     from o in e.Options
                     where o.Summary.Length == 0
                     select $"{e}: {o.Name}");
    }

    [Fact]
    public void Every_entry_names_its_source_or_is_its_own_definition()
    {
        Project.None(Entries.Where(e => e.Source.Length == 0).Select(e => e.ToString()).Except(SelfEvident));
        Project.None(SelfEvident.Except(Entries.Where(e => e.Source.Length == 0).Select(e => e.ToString())));
    }

    [Fact]
    public void Names_are_lower_case_words_joined_by_hyphens() =>
        Assert.All(Entries, e => Assert.Matches("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", e.Name));
}
