using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Tests.Data;

public sealed class MatrixMarketReaderTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    EdgeList Read(string text) => MatrixMarketReader.Read(_folder.WriteGzip("g.mtx", text));

    [Fact]
    public void A_symmetric_pattern_is_an_undirected_graph_of_nodes_from_one()
    {
        var graph = Read("%%MatrixMarket matrix coordinate pattern symmetric\n% of scipy\n\n4 4 3\n2 1\n3 2\n4 1\n");

        Assert.Equal(["1", "2", "3", "4"], graph.Labels);
        Assert.Equal([(1, 0), (2, 1), (3, 0)], graph.Edges);
        Assert.False(graph.Directed);
        Assert.Empty(graph.Notes);
    }

    [Fact]
    public void A_general_matrix_is_directed_unless_it_is_symmetric()
    {
        const string head = "%%MatrixMarket matrix coordinate real general\n";

        Assert.True(Read(head + "2 2 1\n1 2 0.5\n").Directed);
        Assert.False(Read(head + "2 2 2\n1 2 0.5\n2 1 0.7\n").Directed);
    }

    [Fact]
    public void Values_are_passed_over_and_stored_zeros_are_no_edges()
    {
        var graph = Read("%%MatrixMarket matrix coordinate real symmetric\n3 3 3\n2 1 0.5\n3 1 0\n3 2 -1e3\n");

        Assert.Equal([(1, 0), (2, 1)], graph.Edges);
        Assert.Equal(2, graph.Notes.Count);
        Assert.Contains("took 1 stored zero for no edge", graph.Notes);
    }

    [Fact]
    public void Complex_entries_have_two_values() =>
        Assert.Equal([(1, 0)], Read("%%matrixmarket MATRIX coordinate complex hermitian\n2 2 1\n2 1 0 1.5\n").Edges);

    [Theory]
    [InlineData("1 2\n", ":1: expected '%%MatrixMarket matrix coordinate")]
    [InlineData("%%MatrixMarket matrix array real general\n2 2\n", ":1: expected a matrix in coordinate form")]
    [InlineData("%%MatrixMarket matrix coordinate pattern general\n2 3 1\n1 3\n", ":2: the matrix is 2 x 3; expected a square")]
    [InlineData("%%MatrixMarket matrix coordinate pattern general\n2 2\n", ":2: expected the numbers of rows, columns")]
    [InlineData("%%MatrixMarket matrix coordinate pattern general\n2 2 1\n0 1\n",
        ":3: column 1: expected a number from 1 to 2, got '0'; Matrix Market counts from 1")]
    [InlineData("%%MatrixMarket matrix coordinate pattern general\n2 2 1\n1 3\n", ":3: column 2: expected a number from 1 to 2, got '3'")]
    [InlineData("%%MatrixMarket matrix coordinate pattern general\n2 2 2\n1 2\n", ": announces 2 entries and has 1")]
    [InlineData("%%MatrixMarket matrix coordinate pattern general\n2 2 1\n1 2\n2 1\n", ":4: is entry 2; the file announces 1")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 2 3 4 5 6 7\n", ":3: expected a row, a column and 1 values")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 2\n", ":3: expected a row, a column and 1 values")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 2 0,5\n", ":3: column 3: expected a finite number, got '0,5'")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n", ": ends before the line of rows")]
    public void What_is_no_graph_is_refused_with_its_place(string text, string message)
    {
        string path = _folder.Write("broken.mtx", text);

        Assert.StartsWith(path + message, Assert.Throws<InputException>(() => MatrixMarketReader.Read(path)).Message);
    }
}
