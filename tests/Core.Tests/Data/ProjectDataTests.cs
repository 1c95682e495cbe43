using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Tests.Data;

/// <summary>The counts in data/README.md, read by the project's own readers.</summary>
public class ProjectDataTests
{
    [Theory]
    [InlineData("dolphins.edges", 62, 159)]
    [InlineData("karate.edges", 34, 78)]
    [InlineData("powergrid.edges", 4941, 6594)]
    [InlineData("celegansneural.edges", 297, 2148)]
    [InlineData("as-22july06.edges.gz", 22963, 48436)]
    public void Graphs_are_simple_and_have_their_published_sizes(string file, int nodes, int edges)
    {
        EdgeList graph = EdgeListReader.Read(ProjectData.Path("graphs/" + file));

        Assert.Equal((nodes, edges), (graph.Labels.Count, graph.Edges.Count));
        Assert.Equal(edges, graph.Edges.Select(e => (Math.Min(e.From, e.To), Math.Max(e.From, e.To))).Distinct().Count());
        Assert.DoesNotContain(graph.Edges, e => e.From == e.To);
    }

    [Fact]
    public void Mnist_has_ten_thousand_images_and_its_first_labels()
    {
        SampleTable table = Images("mnist/mnist-10k");

        Assert.Equal((10000, 784), (table.Rows, table.Columns));
        Assert.Equal([5.0, 0, 4, 1, 9, 2, 1, 3, 1, 4], table.Labels[..10]);     // as published with the data set
        Assert.Equal([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978], Counts(table));
        // The training images' mean is 0.1307 (33.32 of 255); of the first 10,000 it is about the same.
        double mean = table.Features.Values.Sum() / (10000.0 * 784);
        Assert.InRange(mean, 0.130, 0.132);
        Assert.Equal(1, table.Features.Values.Max());
    }

    [Fact]
    public void Fashion_mnist_has_a_thousand_images_a_class()
    {
        SampleTable table = Images("fashion-mnist/t10k");

        Assert.Equal((10000, 784, true), (table.Rows, table.Columns, table.Features.IsDense));
        Assert.Equal(Enumerable.Repeat(1000, 10), Counts(table));
        Assert.Equal([9.0, 2, 1, 1, 6], table.Labels[..5]);
        Assert.Equal(73.15, table.Features.Values.Sum() * 255 / 7_840_000, 2);
    }

    [Fact]
    public void Digits_have_pixels_up_to_sixteen_and_the_label_last()
    {
        SampleTable table = CsvReader.Read(ProjectData.Path("tabular/digits.csv.gz"));

        Assert.Equal((1797, 64), (table.Rows, table.Columns));
        Assert.Equal([178, 182, 177, 183, 181, 182, 181, 179, 174, 180], Counts(table));
        Assert.Equal(16, table.Features.Values.Max());
    }

    [Fact]
    public void Breast_cancer_skips_its_first_line()
    {
        SampleTable table = CsvReader.Read(ProjectData.Path("tabular/breast_cancer.csv"));

        Assert.Equal((569, 30), (table.Rows, table.Columns));
        Assert.Equal([212, 357], Counts(table));
        Assert.Equal(17.99, table.Features.Values[0]);
        Assert.Null(table.ColumnNames);
    }

    static SampleTable Images(string name) => IdxReader.Read(
        ProjectData.Path($"images/{name}-images-idx3-ubyte.gz"),
        ProjectData.Path($"images/{name}-labels-idx1-ubyte.gz"));

    static int[] Counts(SampleTable table)
    {
        LabelSet set = LabelSet.Of(table);
        int[] classes = set.Classes(table);
        return [.. Enumerable.Range(0, set.Count).Select(c => classes.Count(k => k == c))];
    }
}
