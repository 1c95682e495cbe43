using AsyncOpt.Core;
using AsyncOpt.Experiments.Data;

namespace AsyncOpt.Experiments.Tests.Data;

public class DataCatalogueTests
{
    static readonly string Hash = new('a', 64);

    [Fact]
    public void Every_file_of_the_project_is_in_the_catalogue_and_has_its_checksum()
    {
        string folder = new DataLocator(DataCatalogue.Default).ProjectFolder!;
        string[] own = ["graphs", "images", "tabular", "text"];
        string[] files = [.. own
            .SelectMany(f => Directory.GetFiles(Path.Combine(folder, f), "*", SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

        Assert.Equal(12, files.Length);
        foreach (string file in files)
        {
            DataSet set = DataCatalogue.Default.Find(file) ?? throw new InputException($"{file} is not listed");
            byte[] bytes = File.ReadAllBytes(Path.Combine(folder, file));
            Assert.Equal((set.Bytes, set.Sha256),
                (bytes.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))));
            Assert.Null(DataCheck.Problem(set, Path.Combine(folder, file)));
            Assert.Contains(set.Sha256, File.ReadAllText(Path.Combine(folder, "README.md")));
        }
    }

    [Fact]
    public void The_shipped_catalogue_is_the_committed_one()
    {
        string folder = new DataLocator(DataCatalogue.Default).ProjectFolder!;
        string path = Path.Combine(folder, DataCatalogue.FileName);

        Assert.Equal(DataCatalogue.Parse(File.ReadAllText(path), path).Sets, DataCatalogue.Default.Sets);
    }

    // The shipped catalogue is read set by set, and its layout has to allow that.
    [Fact]
    public void Each_set_is_found_alone_as_it_is_among_all()
    {
        DataCatalogue catalogue = DataCatalogue.Default;

        Assert.All(catalogue.Sets, set => Assert.Equal(
            (set, set, set),
            (catalogue.Find(set.Name), catalogue.Find(set.File), catalogue.Find(set.File.Replace('/', '\\')))));
        Assert.All(catalogue.Sets, set => Assert.Null(catalogue.Find(set.Name[..^1] + "?")));
        Assert.Null(catalogue.Find(""));
        Assert.Null(catalogue.Find("name"));
    }

    [Fact]
    public void Sets_of_the_issue_are_there_by_name_with_their_kinds()
    {
        DataCatalogue catalogue = DataCatalogue.Default;

        Assert.Equal(81, catalogue.Sets.Count);
        Assert.Equal(DataKind.LibSvm, catalogue.Get("ijcnn1").Kind);
        Assert.Equal(DataKind.LibSvm, catalogue.Get("a9a.t").Kind);
        Assert.Equal(DataKind.Edges, catalogue.Get("wikivote-889").Kind);
        Assert.Equal(DataKind.Idx, catalogue.Get("mnist-10k-images").Kind);
        Assert.Equal(DataKind.Csv, catalogue.Get("digits").Kind);
        Assert.Equal(DataKind.Trace, catalogue.Get("aws52-pings").Kind);
        Assert.Equal(DataKind.Text, catalogue.Get("moby-dick").Kind);
        Assert.Equal(catalogue.Get("a9a"), catalogue.Find("libsvm/a9a.libsvm.gz"));
        Assert.StartsWith("https://", catalogue.Get("a9a").Address);
        Assert.DoesNotContain(catalogue.Sets, s => s.Kind == DataKind.Other && !s.File.Contains("cifar10"));
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_nearest()
    {
        var error = Assert.Throws<InputException>(() => DataCatalogue.Default.Get("Dolfins"));

        Assert.Equal("no data set 'Dolfins' in the catalogue; did you mean 'dolphins'? ('asyncopt data list' shows them)",
            error.Message);
        Assert.Null(DataCatalogue.Default.Nearest("zzzzzzzzzz", _ => true));
    }

    [Theory]
    [InlineData("sets: []", "cat.yaml:1:7: sets: expected at least one set")]
    [InlineData("sets: [{", "cat.yaml:1:8: this '{' is not closed")]
    [InlineData("sets:\n- name: a\n  colour: red\n", "cat.yaml:3:3: sets[0]: unknown key 'colour'; expected one of")]
    [InlineData("sets:\n- name: a\n  bytes: many\n", "cat.yaml:3:10: sets[0].bytes: expected a whole number")]
    [InlineData("sets:\n- name: a\n", "cat.yaml:2:3: sets[0]: missing key 'licence': expected a text")]
    [InlineData("sets:\n- {name: a, file: ../a, licence: l, bytes: 1, sha256: HASH, note: n}", "a path inside a data folder")]
    [InlineData("sets:\n- {name: a, file: a, licence: l, bytes: 1, sha256: 12}", "64 lower-case hexadecimal digits")]
    [InlineData("sets:\n- {name: a, file: a.gz, licence: l, bytes: 1, sha256: HASH}", "a .gz file needs content-bytes")]
    [InlineData("sets:\n- {name: a, file: a, licence: l, bytes: 1, sha256: HASH, address: 'http://x'}", "https://")]
    [InlineData("sets:\n- {name: a, file: a, licence: l, bytes: 1, sha256: HASH}", "a note must say how to make it")]
    [InlineData("sets:\n- &s {name: a, file: a, licence: l, bytes: 1, sha256: HASH, note: n}\n- *s", "stands twice")]
    public void A_broken_catalogue_is_refused_with_its_place(string yaml, string message)
    {
        var error = Assert.Throws<InputException>(() => DataCatalogue.Parse(yaml.Replace("HASH", Hash), "cat.yaml"));

        Assert.StartsWith("cat.yaml:", error.Message);
        Assert.Contains(message, error.Message);
    }
}
