namespace AsyncOpt.Experiments.Tests;

public sealed class ExperimentFolderTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-experiment").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void Files_are_found_beside_the_experiment_which_is_named_after_its_file()
    {
        Write("triangle.txt", "a b\nb c\nc a\n");
        var path = Write("three.yaml", Parsing.Nodes.Replace("name: ring, nodes: 6", "name: edge-list, file: triangle.txt"));
        var experiment = Experiment.Load(path, new LoadOptions { OptimumFolder = _folder });

        Assert.Equal("three", experiment.Name);
        Assert.Equal(3, experiment.Arms[0].PlanOf(0).Places);
        Assert.Equal(["a", "b", "c"], experiment.Arms[0].PlanOf(0).Topology!.Labels!);
    }

    [Fact]
    public void A_data_file_that_is_nowhere_is_reported_at_its_key_with_where_it_was_looked_for()
    {
        var path = Write("three.yaml", Parsing.Nodes.Replace("name: ring, nodes: 6", "name: edge-list, file: gone.txt"));
        var message = Assert.Throws<Core.InputException>(() => Experiment.Load(path)).Message;

        Assert.StartsWith("three.yaml:1:11: topology: ", message);
        Assert.Contains(Path.Combine(_folder, "gone.txt"), message);
    }
}
