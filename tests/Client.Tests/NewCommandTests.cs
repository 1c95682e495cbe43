using System.Text.Json.Nodes;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Client.Tests;

public sealed class NewCommandTests : IDisposable
{
    readonly FakeShell _shell = new();

    public NewCommandTests() => _shell.RunForReal();

    public void Dispose() => _shell.Dispose();

    public static TheoryData<string> Methods => new(
        from entry in Catalogue.Load().OfKind(typeof(Method))
        from name in entry.KnownAs.Where(k => k.Known.With is not null).Select(k => k.Known.Name).Prepend(entry.Name)
        select name);

    string At(string name) => Path.Combine(_shell.Folder, name);

    [Theory]
    [MemberData(nameof(Methods))]
    public void What_it_writes_for_a_method_is_valid_and_runs(string method)
    {
        Assert.Equal(0, _shell.Run("new", method, "--out", At("new.yaml")));
        Assert.Equal(0, _shell.Run("validate", At("new.yaml")));
        Assert.Equal("", _shell.Error);

        Assert.Equal(0, _shell.Run(
            "run", At("new.yaml"), "--set", "stop.time=2s", "--seeds", "1", "--quiet", "--out", At("out")));

        var folder = Directory.GetDirectories(At("out")).Single();
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "seed-0", "manifest.json")))!;
        Assert.InRange((int)manifest["counts"]!["updates"]!, 1, int.MaxValue);
    }

    [Fact]
    public void It_writes_the_schema_beside_and_never_over_a_file_that_is_there()
    {
        Assert.Equal(0, _shell.Run("new", "d-sgd", "--out", At("mine.yaml")));
        var text = File.ReadAllText(At("mine.yaml"));
        Assert.StartsWith("# yaml-language-server: $schema=asyncopt.schema.json\n", text, StringComparison.Ordinal);
        Assert.NotNull(JsonNode.Parse(File.ReadAllText(At("asyncopt.schema.json")))!["properties"]!["workers"]);

        Assert.Equal(2, _shell.Run("new", "async-sgd", "--out", At("mine.yaml")));

        Assert.Contains("mine.yaml is there already; choose another name with --out", _shell.Error, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(At("mine.yaml")));
        Assert.Equal(2, _shell.Run("new", "async-sgd", "--out", _shell.Folder));
        Assert.Contains($"{_shell.Folder} is there already", _shell.Error, StringComparison.Ordinal);
        Assert.Equal(2, _shell.Run("new", "async-sgd", "--out", Path.Combine(At("nowhere"), "x.yaml")));
        Assert.Contains("cannot be written: the folder is not there, or no longer; make it, or choose another place with "
            + "--out", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_schema_is_printed_as_it_is_written()
    {
        Assert.Equal(0, _shell.Run("schema"));
        Assert.Equal("object", (string?)JsonNode.Parse(_shell.Out)!["type"]);
    }
}
