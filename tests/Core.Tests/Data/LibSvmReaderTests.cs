using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Tests.Data;

public sealed class LibSvmReaderTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_comments_blank_lines_windows_line_ends_and_tabs()
    {
        string path = _folder.Write("a.libsvm",
            "# a comment\r\n+1 1:0.5 3:-2e1 # behind\r\n\r\n -1\t2:7\t\r\n1 \n");

        SampleTable table = LibSvmReader.Read(path, new() { Dimension = 9 });

        Assert.Equal((3, 9), (table.Rows, table.Columns));
        Assert.Equal([1.0, -1.0, 1.0], table.Labels);
        Assert.False(table.Features.IsDense);                   // 3 of 27 entries
        Assert.Equal([0, 2, 3, 3], table.Features.RowStart);
        Assert.Equal([0, 2, 1], table.Features.Column);
        Assert.Equal([0.5, -20.0, 7.0], table.Features.Values);
        Assert.Equal([0.5f, -20f, 7f], table.Features.SingleValues);
    }

    [Fact]
    public void Is_dense_when_over_a_quarter_is_filled_and_sparse_otherwise()
    {
        string path = _folder.Write("a.libsvm", "1 1:3\n2 2:4\n");

        SampleTable dense = LibSvmReader.Read(path, new() { Dimension = 3 });
        SampleTable sparse = LibSvmReader.Read(path, new() { Dimension = 4 });

        Assert.True(dense.Features.IsDense);
        Assert.Equal([3.0, 0, 0, 0, 4, 0], dense.Features.Values);
        Assert.False(sparse.Features.IsDense);
        Assert.Equal(dense.Features.Dot(1, [1, 10, 100]), sparse.Features.Dot(1, [1, 10, 100, 1000]));
        Assert.Equal(sparse.Features.Column, sparse.Features.ToDense().ToSparse().Column);
    }

    [Fact]
    public void Indices_count_from_0_where_that_is_said()
    {
        string path = _folder.Write("a.libsvm", "1 0:3 2:4\n2 1:5\n");

        SampleTable table = LibSvmReader.Read(path, new() { FirstIndex = 0 });

        Assert.Equal(3, table.Columns);
        Assert.Equal([3.0, 0, 4, 0, 5, 0], table.Features.ToDense().Values);
        var error = Assert.Throws<InputException>(() => LibSvmReader.Read(path, new() { FirstIndex = 0, Dimension = 2 }));
        Assert.Equal(path + ":1: index 2 exceeds the dimension 2", error.Message);
    }

    [Fact]
    public void Queries_are_refused_skipped_or_groups()
    {
        string path = _folder.Write("a.libsvm", "1 qid:7 1:3\n2 qid:12 2:4 # note\n");

        Assert.StartsWith(path + ":1: 'qid:7' names a query",
            Assert.Throws<InputException>(() => LibSvmReader.Read(path)).Message);
        SampleTable skipped = LibSvmReader.Read(path, new() { Queries = QueryIds.Skip });
        Assert.Equal([3.0, 0, 0, 4], skipped.Features.ToDense().Values);
        Assert.Null(skipped.Groups);
        Assert.Equal(["7", "12"], LibSvmReader.Read(path, new() { Queries = QueryIds.Group }).Groups!);
    }

    [Theory]
    [InlineData("1 qid:7 1:3\n2 2:4\n", QueryIds.Group, ":2: has no qid, by which the samples are to be dealt out")]
    [InlineData("1 qid:x 1:3\n", QueryIds.Skip, ":1: expected a whole number after 'qid:' in 'qid:x'")]
    [InlineData("1 1:3 qid:7\n", QueryIds.Skip, ":1: expected a whole number before ':' in 'qid:7'")]
    public void A_broken_query_is_refused(string text, QueryIds queries, string message)
    {
        string path = _folder.Write("a.libsvm", text);

        var error = Assert.Throws<InputException>(() => LibSvmReader.Read(path, new() { Queries = queries }));
        Assert.Equal(path + message, error.Message);
    }

    [Theory]
    [InlineData("100000001")]
    [InlineData("1999999999")]
    [InlineData("4294967297")]
    [InlineData("99999999999999999999")]
    public void An_index_beyond_what_is_read_is_refused_with_the_limit(string index)
    {
        string path = _folder.Write("a.libsvm", $"1 1:1\n1 {index}:1\n");

        Assert.Equal($"{path}:2: index {index} is beyond 100000000 features, the most that are read; hash the features to "
            + "fewer", Assert.Throws<InputException>(() => LibSvmReader.Read(path)).Message);
    }

    [Fact]
    public void Reads_gzip_whatever_the_name_and_takes_the_highest_index_as_dimension()
    {
        SampleTable table = LibSvmReader.Read(_folder.WriteGzip("named-plain.txt", "0 5:1\n1 2:1\n"));

        Assert.Equal((2, 5), (table.Rows, table.Columns));
    }

    [Theory]
    [InlineData("1 1:1\nx 1:1\n", ":2: expected a numeric label first, got 'x'")]
    [InlineData("nan 1:1\n", ":1: expected a numeric label first, got 'nan'")]
    [InlineData("1 0:1\n", ":1: index 0 in '0:1': indices count from 1; where they count from 0, say first-index: 0")]
    [InlineData("\n1 2:1 2:3\n", ":2: index 2 follows index 2: indices must ascend")]
    [InlineData("1 4:1\n", ":1: index 4 exceeds the dimension 3")]
    [InlineData("1 2=1\n", ":1: expected index:value, got '2=1'")]
    [InlineData("1 -2:1\n", ":1: expected a whole number before ':' in '-2:1'")]
    [InlineData("1 2:1,5\n", ":1: index 2: expected a finite number, got '2:1,5'")]
    [InlineData("1 2:inf\n", ":1: index 2: expected a finite number, got '2:inf'")]
    [InlineData("# only\n\n", ": has no samples")]
    public void A_broken_file_is_refused_with_file_line_and_index(string text, string message)
    {
        string path = _folder.Write("broken.libsvm", text);

        var error = Assert.Throws<InputException>(() => LibSvmReader.Read(path, new() { Dimension = 3 }));

        Assert.Equal(path + message, error.Message);
    }

    [Fact]
    public void A_missing_file_a_folder_and_a_cut_gzip_file_are_refused_by_name()
    {
        string missing = _folder.PathOf("missing.libsvm");
        byte[] whole = TempFolder.Gzip(System.Text.Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Range(1, 2000).Select(i => $"{i % 7} {i}:{i * 37 % 1001}\n"))));
        string cut = _folder.Write("cut.gz", whole[..(whole.Length / 2)]);

        Assert.Equal($"{missing}: no such file", Message(missing));
        Assert.Contains("found a folder", Message(Path.GetDirectoryName(missing)!));
        Assert.Contains(cut, Message(cut));
        Assert.Contains("cut short", Message(cut));
    }

    static string Message(string path) => Assert.Throws<InputException>(() => LibSvmReader.Read(path)).Message;

    [Theory]
    [InlineData("a9a.libsvm.gz", 123, 32561, 451592, 7841)]
    [InlineData("a9a.t.libsvm.gz", 123, 16281, 225731, 3846)]
    [InlineData("w8a.libsvm.gz", 300, 49749, 579586, 1479)]
    [InlineData("news20.libsvm.gz", 62061, 15935, 1272569, -1)]
    public void Published_counts_of_larger_sets(string file, int dimension, int rows, int entries, int positives)
    {
        SampleTable table = LibSvmReader.Read(LargeData.Path("libsvm/" + file), new() { Dimension = dimension });

        Assert.Equal((rows, dimension), (table.Rows, table.Columns));
        Assert.Equal(entries, table.Features.Values.Length);
        if (positives >= 0)
            Assert.Equal(positives, table.Labels.Count(l => l == 1));
        else
            Assert.Equal(20, LabelSet.Of(table).Count);
    }

    [Theory]
    [InlineData("a1a.libsvm.gz", 1605, 119)]
    [InlineData("a5a.libsvm.gz", 6414, 122)]
    [InlineData("mushrooms.libsvm.gz", 8124, 112)]
    [InlineData("heart_scale.libsvm.gz", 270, 13)]
    [InlineData("ionosphere.libsvm.gz", 351, 34)]
    [InlineData("sonar.libsvm.gz", 208, 60)]
    [InlineData("diabete.libsvm.gz", 768, 8)]
    [InlineData("fourclass_scale.libsvm.gz", 862, 2)]
    [InlineData("svmguide3.libsvm.gz", 1243, 21)]
    [InlineData("svmguide3.t.libsvm.gz", 41, 21)]
    [InlineData("australian.libsvm.gz", 690, 14)]
    public void Published_counts_of_small_sets(string file, int rows, int columns)
    {
        SampleTable table = LibSvmReader.Read(LargeData.Path("libsvm/" + file));

        Assert.Equal((rows, columns), (table.Rows, table.Columns));
    }

    [Fact]
    public void Ijcnn1_is_dense_and_has_its_published_rows_and_labels()
    {
        SampleTable table = LibSvmReader.Read(LargeData.Path("libsvm/ijcnn1.libsvm.gz"), new() { Dimension = 22 });

        Assert.Equal((49990, 22, true), (table.Rows, table.Columns, table.Features.IsDense));
        Assert.Equal(4853, table.Labels.Count(l => l == 1));
        Assert.Equal("-1 -> -1, 1 -> +1", LabelSet.Of(table).Describe());
    }
}
